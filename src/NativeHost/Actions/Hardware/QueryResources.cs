using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Hardware;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Hardware;

/// <summary>Asks what memory there is, and what models take of it.</summary>
internal sealed record QueryResourcesRequest;

/// <param name="Allocations">What the caller's models in memory take, by their names.</param>
/// <param name="LoadedModelsCount">How many models are in memory, whoever loaded them.</param>
/// <param name="ByBackend">How many of them each engine has.</param>
/// <param name="OthersModels">What the models of other callers alone take together.</param>
/// <param name="Pending">What is still being found out, as in <c>get_hardware_info</c>. Ask again for it.</param>
internal sealed record QueryResourcesReply(
    MemoryResources Resources,
    IReadOnlyDictionary<string, ModelAllocation> Allocations,
    [property: JsonPropertyName("loaded_models_count")] int LoadedModelsCount,
    [property: JsonPropertyName("by_backend")] IReadOnlyDictionary<string, int> ByBackend,
    [property: JsonPropertyName("others_models")] OthersAllocation OthersModels,
    IReadOnlyList<string> Pending) : Reply;

/// <param name="Vram">Of all GPUs that have memory of their own.</param>
/// <param name="Ram">Of the machine.</param>
/// <param name="GpuCount">How many GPUs there are; null while that is being found out.</param>
internal sealed record MemoryResources(
    MemoryAmount Vram,
    MemoryAmount Ram,
    [property: JsonPropertyName("gpu_count"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? GpuCount);

/// <summary>Megabytes of 2^20 bytes. Null where they are not known.</summary>
/// <param name="Reason">Why a figure is null.</param>
internal sealed record MemoryAmount(
    [property: JsonPropertyName("total_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? TotalMb,
    [property: JsonPropertyName("used_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? UsedMb,
    [property: JsonPropertyName("available_mb"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? AvailableMb,
    string? Reason);

/// <summary>What a model takes, in megabytes of 2^20 bytes.</summary>
/// <param name="VramMb">Of the GPU's memory.</param>
/// <param name="RamMb">Of the machine's memory.</param>
/// <param name="Backend">The engine that runs it.</param>
internal sealed record ModelAllocation(
    [property: JsonPropertyName("vram_mb")] double VramMb, [property: JsonPropertyName("ram_mb")] double RamMb, string Backend)
{
    public static ModelAllocation Of(LoadedModel model)
    {
        var memory = ModelMemory.Of(model);
        return new ModelAllocation(memory.VramMegabytes, memory.RamMegabytes, model.Host.Card.Engine);
    }
}

/// <param name="Count">How many they are.</param>
/// <param name="VramMb">Megabytes of the GPU's memory.</param>
/// <param name="RamMb">Megabytes of the machine's memory.</param>
internal sealed record OthersAllocation(int Count, [property: JsonPropertyName("vram_mb")] double VramMb, [property: JsonPropertyName("ram_mb")] double RamMb);

internal sealed class QueryResourcesHandler(Lazy<IMachine> machine, ModelShelf shelf) : IHandler<QueryResourcesRequest, QueryResourcesReply>
{
    public async Task<QueryResourcesReply> HandleAsync(QueryResourcesRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var look = await machine.Value.LookAsync(cancellationToken);
        var (ram, vram) = (look.Memory.Value, GraphicsMemory.Of(look));
        var models = shelf.Models;
        var own = shelf.HeldBy(exchange.Caller).Select(held => held.InMemory).OfType<LoadedModel>().ToList();
        ModelAllocation[] others = [.. models.Except(own).Select(ModelAllocation.Of)];
        return new QueryResourcesReply(
            new MemoryResources(
                new MemoryAmount(
                    MachineWords.Megabytes(vram.TotalBytes), MachineWords.Megabytes(vram.UsedBytes), MachineWords.Megabytes(vram.FreeBytes), vram.Reason),
                new MemoryAmount(
                    MachineWords.Megabytes(ram?.Total), MachineWords.Megabytes(ram?.Used), MachineWords.Megabytes(ram?.Available), ram is null ? look.Memory.Reason : null),
                look.Graphics is { Value: { } devices, IsPending: false } ? devices.Count : null),
            own.ToDictionary(model => model.Path, ModelAllocation.Of),
            models.Count,
            models.CountBy(model => model.Host.Card.Engine).ToDictionary(),
            new OthersAllocation(others.Length, Math.Round(others.Sum(model => model.VramMb), 1), Math.Round(others.Sum(model => model.RamMb), 1)),
            look.Pending);
    }
}
