using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Hardware;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Hardware;

/// <summary>Asks what memory is used, in bytes.</summary>
internal sealed record GetMemoryUsageRequest;

/// <param name="Ram">Of the machine.</param>
/// <param name="Vram">Of all GPUs that have memory of their own; null where there is none, or it is not known.</param>
/// <param name="VramReason">Why it is null.</param>
/// <param name="LoadedModelsCount">How many models are in memory, whoever loaded them.</param>
/// <param name="MemoryUsedByModels">Bytes that they take, of both memories together.</param>
/// <param name="Cached">Whether a figure was read before this request: GPUs are asked once in five seconds.</param>
/// <param name="VramAgeMs">Milliseconds since the GPUs' figures were read; null where there are none.</param>
/// <param name="Timestamp">When the answer was made, in seconds since 1970.</param>
/// <param name="Pending">What is still being found out, as in <c>get_hardware_info</c>. Ask again for it.</param>
internal sealed record MemoryUsagePayload(
    MemoryUsage Ram,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] MemoryUsage? Vram,
    string? VramReason,
    int LoadedModelsCount,
    long MemoryUsedByModels,
    bool Cached,
    long? VramAgeMs,
    long Timestamp,
    IReadOnlyList<string> Pending);

/// <summary>Bytes. Null where they are not known.</summary>
/// <param name="Used">What cannot be freed at once, by whoever it is used.</param>
/// <param name="Available">What the host can still use; a container's limit counts where it is lower.</param>
/// <param name="Reason">Why the figures are null.</param>
internal sealed record MemoryUsage(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? Total,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? Used,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? Available,
    string? Reason = null);

internal sealed class GetMemoryUsageHandler(Lazy<IMachine> machine, ModelShelf shelf, TimeProvider time) : IHandler<GetMemoryUsageRequest, Reply<MemoryUsagePayload>>
{
    public async Task<Reply<MemoryUsagePayload>> HandleAsync(GetMemoryUsageRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var look = await machine.Value.LookAsync(cancellationToken);
        var (ram, vram) = (look.Memory.Value, GraphicsMemory.Of(look));
        var models = shelf.Models;
        var hasVram = vram.TotalBytes > 0 && vram.FreeBytes is not null;
        return new Reply<MemoryUsagePayload>
        {
            Payload = new MemoryUsagePayload(
                new MemoryUsage(ram?.Total, ram?.Used, ram?.Available, ram is null ? look.Memory.Reason : null),
                hasVram ? new MemoryUsage(vram.TotalBytes, vram.UsedBytes, vram.FreeBytes) : null,
                hasVram ? null : vram.Reason ?? "There is no GPU with memory of its own.",
                models.Count,
                models.Select(ModelMemory.Of).Sum(memory => memory.RamBytes + memory.VramBytes),
                hasVram && look.Graphics.Age > TimeSpan.Zero,
                hasVram ? MachineWords.AgeOf(look.Graphics) : null,
                time.GetUtcNow().ToUnixTimeSeconds(),
                look.Pending),
        };
    }
}
