using NativeHost.Hardware;
using NativeHost.Hardware.Graphics;

namespace NativeHost.Actions.Hardware;

/// <summary>The memory of all GPUs together, in bytes.</summary>
/// <param name="TotalBytes">Of GPUs with memory of their own; 0 where there is none, null where one does not tell.</param>
/// <param name="FreeBytes">What of it nobody uses; null where one does not tell.</param>
/// <param name="UsableBytes">Of those that the engine can use; null where it is not known which these are.</param>
/// <param name="SharedBytes">What the engine may use of the machine's memory on GPUs without their own; null where that is not known.</param>
/// <param name="Reason">Why a figure is null.</param>
internal sealed record GraphicsMemory(long? TotalBytes, long? FreeBytes, long? UsableBytes, long? SharedBytes, string? Reason)
{
    /// <summary>What of it somebody uses; null where one does not tell.</summary>
    public long? UsedBytes => TotalBytes - FreeBytes;

    public static GraphicsMemory Of(MachineLook look)
    {
        if (look.Graphics.Value is not { } devices)
        {
            return new GraphicsMemory(null, null, null, null, look.Graphics.Reason);
        }

        // What only shows pictures, such as a server's console, has no memory that counts.
        var own = devices.Where(device => device.SharesMemory != true && (device.Vendor != GraphicsVendor.Unknown || device.Engine is not null)).ToList();
        var total = Sum(own, device => device.TotalBytes);
        var free = Sum(own, device => device.FreeBytes);
        var unknown = MemoryBudget.GpuReasonOf(look);
        var isPending = look.Graphics.IsPending && own.Count == 0;
        return new GraphicsMemory(
            isPending ? null : total,
            isPending ? null : free,
            unknown is null ? own.Where(device => device.Engine is not null).Sum(device => device.TotalBytes ?? 0) : null,
            unknown is null ? devices.Where(device => device.SharesMemory == true && device.Engine is not null).Sum(device => device.TotalBytes ?? 0) : null,
            isPending || total is null || free is null ? look.Graphics.Reason ?? "The system does not tell the memory of a GPU." : unknown);
    }

    private static long? Sum(IReadOnlyList<GraphicsDevice> devices, Func<GraphicsDevice, long?> bytes)
        => devices.Any(device => bytes(device) is null) ? null : devices.Sum(bytes);
}
