using NativeHost.Actions.Broker;

namespace NativeHost.Actions.Models;

/// <summary>What a model in memory takes of it, as its load was planned; <c>estimate_model_size</c> tells the same before.</summary>
/// <remarks>Its process may have less in use: pages of a mapped file come in when they are read.</remarks>
/// <param name="RamBytes">Of the machine's memory.</param>
/// <param name="VramBytes">Of the GPUs' memory.</param>
internal readonly record struct ModelMemory(long RamBytes, long VramBytes)
{
    private const double BytesInMegabyte = 1024 * 1024;

    /// <summary>Mebibytes, as the original counted.</summary>
    public double RamMegabytes => Math.Round(RamBytes / BytesInMegabyte, 1);

    public double VramMegabytes => Math.Round(VramBytes / BytesInMegabyte, 1);

    public static ModelMemory Of(LoadedModel model) => new(model.Host.Card.RamBytes, model.Host.Card.VramBytes);

    /// <summary>Bytes by which the machine's free memory grows when the model leaves: where Linux counts pages of mapped files as free, those do not.</summary>
    public static long GivenBackBy(LoadedModel model)
    {
        var (host, ram) = (model.Host, model.Host.Card.RamBytes);
        return host.ProcessId != Environment.ProcessId ? ProcessMemory.GivenBackBy(host.ProcessId) ?? 0
            : OperatingSystem.IsLinux() && model.Options.UseMemoryMap ? Math.Max(0, ram - host.Card.FileBytes)
            : ram;
    }
}
