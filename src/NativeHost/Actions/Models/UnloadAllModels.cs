using NativeHost.Grants;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Models;

/// <summary>Asks for all of the caller's models to leave memory.</summary>
internal sealed record UnloadAllModelsRequest
{
    /// <summary>Stops generations that run on them, and takes them from every caller; from others only with the grant for it.</summary>
    public bool Force { get; init; }
}

/// <param name="UnloadedModels">The models that the caller had, and has no more.</param>
/// <param name="Count">Their number.</param>
/// <param name="LoadedCount">How many of the caller's models stay.</param>
/// <param name="InUse">Those that stay, because a generation of the caller runs on them.</param>
/// <param name="RamFreed">Bytes of the machine's memory that were freed: not those of models that other callers hold.</param>
/// <param name="VramFreed">The same of the GPU's memory.</param>
internal sealed record UnloadedAllPayload(
    IReadOnlyList<string> UnloadedModels, int Count, int LoadedCount, IReadOnlyList<string> InUse, long RamFreed, long VramFreed);

internal sealed class UnloadAllModelsHandler(ModelShelf shelf, CallerStates callers, CallerGrants grants)
    : IHandler<UnloadAllModelsRequest, Reply<UnloadedAllPayload>>
{
    public async Task<Reply<UnloadedAllPayload>> HandleAsync(
        UnloadAllModelsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var caller = exchange.Caller;
        var state = callers.Of(caller);
        var mayTakeFromOthers = request.Force && grants.Has(caller, GrantKind.UnloadOthers);
        List<string> unloaded = [], inUse = [];
        var freed = default(ModelMemory);
        foreach (var held in shelf.HeldBy(caller))
        {
            if (held.InMemory is { } model)
            {
                try
                {
                    var memory = ModelMemory.Of(model);

                    // What others hold is left to them where it may not be taken.
                    var force = request.Force && (mayTakeFromOthers || !shelf.IsUsedBesides(model, caller));
                    if ((await shelf.UnloadAsync(model, caller, force, mayTakeFromOthers)).IsFreed)
                    {
                        freed = new ModelMemory(freed.RamBytes + memory.RamBytes, freed.VramBytes + memory.VramBytes);
                    }
                }
                catch (RequestException e) when (e.Code is ErrorCode.ModelInUse or ErrorCode.GrantRequired)
                {
                    inUse.Add(held.Path);
                    continue;
                }
            }
            else
            {
                shelf.ForgetEvicted(held.Path, caller);
            }

            unloaded.Add(held.Path);
            state.Leave(held.Path);
        }

        return new Reply<UnloadedAllPayload>
        {
            Message = inUse.Count == 0 ? "All models unloaded" : "Models that a generation runs on stay: stop it first, or say force",
            Payload = new UnloadedAllPayload(unloaded, unloaded.Count, inUse.Count, inUse, freed.RamBytes, freed.VramBytes),
        };
    }
}
