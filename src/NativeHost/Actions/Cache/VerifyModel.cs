using NativeHost.Actions.Models;
using NativeHost.Library;
using NativeHost.Messages;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Store;
using NativeHost.Routing;

namespace NativeHost.Actions.Cache;

/// <summary>Asks for all bytes of a repository to be read and compared with their hashes.</summary>
[Requires(nameof(ModelPath), nameof(ModelFile))]
internal sealed record VerifyModelRequest : RepositoryAddressed;

/// <param name="RepoId">owner/name.</param>
/// <param name="Files">What was read, each with how it is.</param>
/// <param name="Good">How many are what they should be.</param>
/// <param name="Bad">How many are not what they should be; they were put aside, and the next pull fetches them.</param>
internal sealed record VerifiedPayload(string RepoId, IReadOnlyList<VerifiedFileView> Files, int Good, int Bad);

/// <param name="FileName">In the repository.</param>
/// <param name="Commit">Absent where it belongs to none.</param>
/// <param name="State"><c>changing</c> where another program writes it, <c>unknown</c> where nothing says what it should be.</param>
internal sealed record VerifiedFileView(string FileName, string? Commit, [property: OneOf(typeof(VerifiedState))] string State);

/// <param name="RepoId">owner/name.</param>
/// <param name="Loaded">Bytes that were read.</param>
/// <param name="Total">Bytes that are to be read.</param>
/// <param name="Progress">Percent, 0 to 100.</param>
internal sealed record VerifyProgressPayload(string RepoId, long Loaded, long Total, int Progress);

internal sealed class VerifyModelHandler(Lazy<ModelLibrary> library) : IHandler<VerifyModelRequest, Reply<VerifiedPayload>>
{
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);

    public async Task<Reply<VerifiedPayload>> HandleAsync(VerifyModelRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var repo = request.RequiredRepository(library.Value).Repo;
        var total = library.Value.Scan.TryRead(repo)?.BytesOnDisk ?? 0;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, exchange.Stopping);
        var read = new ByteCount();
        var verifying = library.Value.VerifyAsync(repo, read, ending.Token);
        try
        {
            await TellAsync(verifying, repo, read, total, exchange, cancellationToken);
        }
        finally
        {
            // A client that is lost is not read for.
            await ending.CancelAsync();
        }

        var found = await verifying;
        var bad = found.Count(content => content.State is VerifiedState.Bad or VerifiedState.Missing);
        return new Reply<VerifiedPayload>
        {
            Message = bad == 0 ? $"{repo} is good" : $"{bad} of {found.Count} are not what they should be. Pull the model again.",
            Payload = new VerifiedPayload(
                repo.ToString(), [.. found.SelectMany(ViewsOf)], found.Count(content => content.State == VerifiedState.Good), bad),
        };
    }

    private static async Task TellAsync(
        Task verifying, RepoId repo, ByteCount read, long total, Exchange exchange, CancellationToken cancellationToken)
    {
        while (await Task.WhenAny(verifying, Task.Delay(LeastPause, CancellationToken.None)) != verifying)
        {
            var loaded = Math.Min(read.Bytes, total);
            await exchange.SendAsync(
                ActionEvents.VerifyProgress,
                new VerifyProgressPayload(repo.ToString(), loaded, total, total == 0 ? 0 : (int)(loaded * 100.0 / total)),
                cancellationToken);
        }
    }

    private static IEnumerable<VerifiedFileView> ViewsOf(VerifiedContent content)
    {
        var state = content.State.ToString().ToLowerInvariant();
        return content.Files.Count == 0
            ? [new VerifiedFileView(content.Content?.Hex ?? "", null, state)]
            : content.Files.Select(file => new VerifiedFileView(file[(file.IndexOf('/') + 1)..], file[..file.IndexOf('/')], state));
    }
}
