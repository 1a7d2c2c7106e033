using NativeHost.Hardware.Planning;
using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Store;
using NativeHost.ModelCache.Variants;

namespace NativeHost.ModelCache.Downloads;

/// <summary>Finds out what an address means, what of it is here, and what a pull would fetch. Safe to use from any thread.</summary>
public sealed class PullPlanner(HubClient hub, HubCache cache, CacheScan scan)
{
    /// <summary>The variants of a repository, and what is here of each.</summary>
    /// <param name="revision">Null for the main branch.</param>
    /// <exception cref="ModelCacheException">The hub does not tell, and it is not known from before.</exception>
    public async Task<(RepoContents Contents, RepoDescription? Description)> ScanAsync(RepoId repo, string? revision, CancellationToken cancellationToken)
    {
        var (listing, description) = await ListAsync(repo, revision ?? HubClient.MainBranch, cancellationToken);
        return (VariantScan.Of(listing, HereOf(repo, listing.Commit)), description);
    }

    /// <param name="freeBytes">Memory that a model may take; null where it is not known, then everything fits.</param>
    /// <param name="needs">Finds out what each variant takes of it; where that gives null it is guessed.</param>
    /// <exception cref="ModelCacheException">There is no such model, none fits, or the hub does not tell.</exception>
    public async Task<PullPlan> PlanAsync(
        ModelAddress address, long? freeBytes, PlanSettings fit, CancellationToken cancellationToken, Func<RepoContents, Task<Func<Variant, long>?>>? needs = null)
    {
        var (contents, description) = await ScanAsync(address.Repo, address.Revision, cancellationToken);
        return PlanOf(contents, description, address, freeBytes, fit, needs is null ? null : await needs(contents));
    }

    /// <summary>The same, of what <see cref="ScanAsync"/> found.</summary>
    /// <inheritdoc cref="PlanAsync"/>
    /// <exception cref="ModelCacheException">There is no such model, or none fits.</exception>
    /// <param name="needOf">As for <see cref="VariantChoice.Of"/>.</param>
    public static PullPlan PlanOf(
        RepoContents contents, RepoDescription? description, ModelAddress address, long? freeBytes, PlanSettings fit, Func<Variant, long>? needOf = null)
        => new(
            contents.Repo, address.Revision ?? HubClient.MainBranch, contents.Commit, VariantChoice.Of(contents, address, freeBytes, fit, needOf), description);

    /// <summary>What an address means among the models that are here, whole. The hub is not asked.</summary>
    /// <param name="freeBytes">As for <see cref="PlanAsync"/>.</param>
    /// <returns>Null where no such model is here.</returns>
    /// <exception cref="ModelCacheException">It is here, and none of its quants fits into the memory; or the cache cannot be read.</exception>
    public PullPlan? FindHere(ModelAddress address, long? freeBytes, PlanSettings fit)
    {
        foreach (var contents in ContentsHere(address.Repo, address.Revision))
        {
            if (VariantChoice.TryOf(contents, address, freeBytes, fit) is { } variant)
            {
                return new PullPlan(address.Repo, address.Revision ?? HubClient.MainBranch, contents.Commit, variant, Description: null);
            }
        }

        return null;
    }

    /// <summary>What is here of a repository, whole, as if it had nothing else: by commit, the one that the revision was the last time first. The hub is not asked.</summary>
    /// <param name="revision">Where it is null nobody asked for one, and any commit will do.</param>
    /// <exception cref="ModelCacheException">The cache cannot be read.</exception>
    public IEnumerable<RepoContents> ContentsHere(RepoId repo, string? revision)
        => (scan.TryRead(repo)?.Revisions ?? [])
            .Where(found => revision is null || found.Commit == revision || found.References.Contains(revision))
            .OrderByDescending(found => found.References.Contains(revision ?? HubClient.MainBranch))
            .Select(found => ContentsHere(repo, found));

    /// <summary>The variants of a commit, as the hub listed them the last time. The hub is not asked, nor what is here.</summary>
    /// <returns>Null where it never did.</returns>
    public RepoContents? KnownContents(RepoId repo, string commit)
        => cache.ReadListing(repo, commit) is { } listing ? VariantScan.Of(listing, _ => 0) : null;

    private static RepoContents ContentsHere(RepoId repo, CachedRevision revision)
    {
        var files = revision.Files
            .Where(file => file is { State: CachedFileState.Verified or CachedFileState.Unverified, Content: not null })
            .Select(file => new RepoFile(file.Path, file.Size, file.Content!));
        return VariantScan.Of(new RepoListing(repo, revision.Commit, [.. files]), file => file.Size);
    }

    /// <summary>Asks the hub; where it cannot be asked, what it said the last time holds.</summary>
    private async Task<(RepoListing Listing, RepoDescription? Description)> ListAsync(RepoId repo, string revision, CancellationToken cancellationToken)
    {
        try
        {
            var info = await hub.InfoAsync(repo, revision, cancellationToken);
            if (cache.ReadListing(repo, info.Commit) is { } known)
            {
                return (known, info.Description);
            }

            var listing = await hub.ListAsync(repo, info.Commit, cancellationToken);
            Keep(listing);
            return (listing, info.Description);
        }
        catch (ModelCacheException e) when (IsUnreachable(e))
        {
            if (ReadListing(repo, revision) is { } before)
            {
                return (before, null);
            }

            throw;
        }
    }

    // Only saves asking the next time: a disk that is full or may not be written keeps nobody from seeing what the hub has.
    private void Keep(RepoListing listing)
    {
        try
        {
            cache.Prepare(listing.Repo);
            cache.WriteListing(listing);
        }
        catch (ModelCacheException e) when (e.Fault is CacheFault.CacheUnusable or CacheFault.DiskFull)
        {
            // A pull that has to write something there will tell.
        }
    }

    private static bool IsUnreachable(ModelCacheException failure)
        => failure.Fault is CacheFault.Offline or CacheFault.Network or CacheFault.RateLimited or CacheFault.HubFailed;

    private RepoListing? ReadListing(RepoId repo, string revision)
    {
        try
        {
            return cache.ReadListing(repo, cache.ReadReference(repo, revision) ?? revision);
        }
        catch (ModelCacheException e) when (e.Fault == CacheFault.InvalidAddress)
        {
            // A branch that was never pulled.
            return null;
        }
    }

    private Func<RepoFile, long> HereOf(RepoId repo, string commit)
    {
        var partial = (scan.TryRead(repo)?.Partials ?? []).ToDictionary(part => part.Content, part => part.Bytes);
        return file => BlobStamp.IsGood(cache.FilesOf(repo, file.Content)) || cache.LiesInSnapshot(repo, commit, file.Path, file.Content) ? file.Size
            : Math.Min(partial.GetValueOrDefault(file.Content), Math.Max(file.Size - 1, 0));
    }
}
