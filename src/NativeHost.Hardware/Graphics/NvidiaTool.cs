using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware.Graphics;

/// <summary>NVIDIA's own tool, which comes with the driver: the one that knows how much memory is free.</summary>
internal static class NvidiaTool
{
    private const long Mebibyte = 1024 * 1024;

    private static readonly string[] Query =
        ["--query-gpu=name,pci.bus_id,driver_version,memory.total,memory.free", "--format=csv,noheader,nounits"];

    /// <summary>Where it is. Nothing is searched for: another program of that name could be anywhere.</summary>
    private static readonly string[] LinuxPlaces =
        ["/usr/bin/nvidia-smi", "/usr/local/bin/nvidia-smi", "/run/current-system/sw/bin/nvidia-smi", "/usr/lib/wsl/lib/nvidia-smi", "/opt/bin/nvidia-smi"];

    /// <summary>The GPUs that it lists; none where it is not here.</summary>
    /// <param name="places">Absolute paths; null for where it is on Linux.</param>
    /// <exception cref="IOException">It is here and does not answer.</exception>
    public static async Task<IReadOnlyList<GraphicsDevice>> ListAsync(ICommands commands, IEnumerable<string>? places, CancellationToken cancellationToken)
        => commands.Find(places ?? LinuxPlaces) is { } path ? Parse(await commands.RunAsync(path, Query, cancellationToken)) : [];

    /// <summary>Lines such as <c>NVIDIA H100 80GB HBM3, 00000000:01:00.0, 550.54.15, 81559, 80994</c>; what it does not know stands in brackets.</summary>
    internal static IReadOnlyList<GraphicsDevice> Parse(string output)
    {
        var devices = new List<GraphicsDevice>();
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.Split(',', StringSplitOptions.TrimEntries) is [var name, var bus, var driver, var total, var free])
            {
                devices.Add(new GraphicsDevice
                {
                    Name = name,
                    Vendor = GraphicsVendor.Nvidia,
                    PciAddress = PciAddress.Of(bus),
                    Driver = "nvidia",
                    DriverVersion = driver.StartsWith('[') ? null : driver,
                    SharesMemory = false,
                    TotalBytes = FieldText.Number(total) * Mebibyte,
                    FreeBytes = FieldText.Number(free) * Mebibyte,
                });
            }
        }

        return devices;
    }
}

/// <summary>Addresses on the PCI bus in one form, <c>0000:01:00.0</c> in lower case.</summary>
internal static class PciAddress
{
    private const int DomainDigits = 4;

    /// <returns>Null for what is none.</returns>
    public static string? Of(string? text)
    {
        var parts = (text ?? "").Trim().ToLowerInvariant().Split(':');
        return parts is [{ Length: >= DomainDigits } domain, { Length: 2 } bus, { Length: 4 } rest] && rest[2] == '.'
            ? $"{domain.TrimStart('0').PadLeft(DomainDigits, '0')}:{bus}:{rest}"
            : null;
    }

    /// <summary>Of the three numbers that Windows has for it.</summary>
    public static string Of(int bus, int device, int function) => FormattableString.Invariant($"0000:{bus:x2}:{device:x2}.{function:x}");
}
