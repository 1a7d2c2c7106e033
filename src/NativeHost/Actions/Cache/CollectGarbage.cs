using NativeHost.Grants;
using NativeHost.Library;
using NativeHost.Messages;
using NativeHost.ModelCache.Store;
using NativeHost.Routing;

namespace NativeHost.Actions.Cache;

/// <summary>Asks for what belongs to no model to be deleted from the cache.</summary>
internal sealed record CollectGarbageRequest
{
    /// <summary>Whether it is only to be told what would go.</summary>
    public bool DryRun { get; init; }

    /// <summary>What has changed in so many days stays.</summary>
    [Default(CollectGarbageHandler.UsualDays)]
    [Range(0, CollectGarbageHandler.MostDays)]
    public double? OlderThanDays { get; init; }
}

/// <param name="Files">At most the first thousand.</param>
/// <param name="DryRun">As asked.</param>
/// <param name="FreedBytes">Of all; with <c>dryRun</c> what would be free.</param>
/// <param name="Problems">What could not be deleted.</param>
internal sealed record GarbagePayload(IReadOnlyList<GarbageView> Files, long FreedBytes, bool DryRun, IReadOnlyList<string> Problems);

/// <param name="RepoId">owner/name.</param>
/// <param name="Kind">What it is: bytes that nothing points to, the rest of a download of this or of other tools, bytes that were wrong, or what points to nothing.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record GarbageView(string RepoId, [property: OneOf(typeof(GarbageKind))] string Kind, long Bytes);

internal sealed class CollectGarbageHandler(Lazy<ModelLibrary> library, CallerGrants grants) : IHandler<CollectGarbageRequest, Reply<GarbagePayload>>
{
    public const int UsualDays = 7;
    public const int MostDays = 3650;
    private const int MostFiles = 1000;

    public Task<Reply<GarbagePayload>> HandleAsync(CollectGarbageRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var days = request.OlderThanDays ?? UsualDays;
        if (days is not (>= 0 and <= MostDays))
        {
            throw new RequestException(ErrorCode.InvalidRequest, $"Invalid request: olderThanDays is 0 to {MostDays}.");
        }

        if (!request.DryRun)
        {
            grants.Require(exchange.Caller, GrantKind.DeleteModels);
        }

        var age = TimeSpan.FromDays(days);
        var report = request.DryRun ? library.Value.Garbage.Plan(age, cancellationToken) : library.Value.Garbage.Collect(age, cancellationToken);
        return Task.FromResult(new Reply<GarbagePayload>
        {
            Payload = new GarbagePayload(
                [.. report.Files.Take(MostFiles).Select(file => new GarbageView(file.Repo.ToString(), WireWord.Of(file.Kind), file.Bytes))],
                report.Bytes,
                request.DryRun,
                report.Problems),
        });
    }
}
