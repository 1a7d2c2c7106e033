using NativeHost.Actions.Broker;

namespace NativeHost.Actions.Models;

/// <summary>What a model in memory takes of it.</summary>
/// <param name="RamBytes">
/// Of the machine's memory: all that its process uses, mapped pages of the file included; where it has no process of its own, the part
/// of the file that the CPU's layers have.
/// </param>
/// <param name="VramBytes">Of the GPU's memory: the part of the file that the GPU's layers have.</param>
internal readonly record struct ModelMemory(long RamBytes, long VramBytes)
{
    private const double BytesInMegabyte = 1024 * 1024;

    /// <summary>Mebibytes, as the original counted.</summary>
    public double RamMegabytes => Math.Round(RamBytes / BytesInMegabyte, 1);

    public double VramMegabytes => Math.Round(VramBytes / BytesInMegabyte, 1);

    public static ModelMemory Of(LoadedModel model)
    {
        var card = model.Host.Card;
        var vram = card.LayerCount == 0 ? 0 : (long)((double)card.FileBytes * Math.Min(card.GpuLayers, card.LayerCount) / card.LayerCount);
        var own = model.Host.ProcessId == Environment.ProcessId ? null : ProcessMemory.Of(model.Host.ProcessId);
        return new ModelMemory(own ?? card.FileBytes - vram, vram);
    }
}
