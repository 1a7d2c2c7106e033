using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Hub;

/// <summary>Asks a hub about its repositories.</summary>
/// <remarks>
/// The protocol is the Hugging Face hub's. Safe to use from any thread. Each call tries again what is likely to work the next time, and waits where
/// the hub wants fewer requests. Each throws <see cref="ModelCacheException"/> where the answer cannot be had, and makes no request where the user
/// forbade it.
/// </remarks>
/// <param name="connection">Stays the caller's.</param>
public sealed class HubClient(HubConnection connection, HubToken token, RateLimits limits, TimeProvider time)
{
    /// <summary>The branch that is meant where none is named.</summary>
    public const string MainBranch = "main";

    private const int MaxHits = 100;

    private readonly HubSettings _settings = connection.Settings;

    private readonly HubAddresses _addresses = new(connection.Settings.Endpoint);

    /// <summary>Waits for the hub's permission up to this long; who would wait longer gets an error that says until when.</summary>
    public TimeSpan RateLimitPatience { get; init; } = RateLimits.LongestBlock;

    private HubRequests Requests => new(connection, limits, RateLimitPatience, time);

    private HubJson Json => new(Requests, _settings);

    /// <summary>What a repository is, and which commit a revision of it is at the moment.</summary>
    /// <param name="revision">A branch, a tag or a commit.</param>
    public async Task<RepoInfo> InfoAsync(RepoId repo, string revision, CancellationToken cancellationToken)
    {
        var question = new HubQuestion(_addresses.Info(repo, revision), RateBucket.Api, repo) { Revision = revision };
        var answer = await Json.GetAsync(
            question,
            found => new RepoInfo(repo, RepoDescriptionReader.ReadCommit(found), RepoDescriptionReader.Read(found)),
            cancellationToken);
        return answer.Value!;
    }

    /// <summary>All files of a repository, at the one commit that the revision was when it was asked, even if it moves meanwhile.</summary>
    /// <param name="revision">A branch, a tag or a commit.</param>
    public async Task<RepoListing> ListAsync(RepoId repo, string revision, CancellationToken cancellationToken)
        => await new RepoTree(Json, _addresses).ListAsync(repo, await CommitOfAsync(repo, revision, cancellationToken), cancellationToken);

    /// <summary>Where the bytes of a file are for the next hour or so, and what they must be.</summary>
    /// <param name="commit">40 hexadecimal digits in small letters.</param>
    /// <param name="path">As a listing names it.</param>
    /// <exception cref="ModelCacheException">
    /// Also where the hub answers for another commit (<see cref="CacheFault.UpstreamChanged"/>).
    /// </exception>
    public Task<ResolvedFile> ResolveAsync(RepoId repo, string commit, string path, CancellationToken cancellationToken)
        => HubAddresses.IsCommit(commit) && RepoPath.IsSafe(path)
            ? new FileResolver(Requests, _addresses, _settings).ResolveAsync(repo, commit, path, cancellationToken)
            : throw new ModelCacheException(CacheFault.InvalidAddress, $"\"{HubWords.Clean(path)}\" at \"{HubWords.Clean(commit)}\" names no file of a commit.");

    /// <summary>Repositories with GGUF files whose names hold the text, the most downloaded first.</summary>
    /// <param name="limit">How many at most; the hub gives a hundred.</param>
    public async Task<IReadOnlyList<SearchHit>> SearchAsync(string text, int limit, CancellationToken cancellationToken)
    {
        var wanted = Math.Clamp(limit, 1, MaxHits);
        var question = new HubQuestion(_addresses.Search(text, wanted), RateBucket.Api, null);
        var answer = await Json.GetAsync(question, found => RepoDescriptionReader.ReadHits(found).Take(wanted).ToList(), cancellationToken);
        return answer.Value!;
    }

    /// <summary>The name of the user whose token is set.</summary>
    /// <exception cref="ModelCacheException">There is no token, or the hub does not know it (<see cref="CacheFault.TokenInvalid"/>).</exception>
    public async Task<string> WhoAmIAsync(CancellationToken cancellationToken)
    {
        if (!token.TryRead(out _))
        {
            throw new ModelCacheException(CacheFault.TokenInvalid, "No token is set. Set one: with tabagent token set, by set_hf_token, or in HF_TOKEN.");
        }

        var question = new HubQuestion(_addresses.WhoAmI(), RateBucket.Api, null) { Token = TokenUse.AsAsked };
        var answer = await Json.GetAsync(
            question,
            found => HubWords.NameOrNull(found.NeedText("name")) ?? throw new FormatException("a user without a name"),
            cancellationToken);
        return answer.Value!;
    }

    /// <summary>Where the token comes from, and whether the hub knows it. Never the token.</summary>
    /// <exception cref="ModelCacheException">The token's file is there and cannot be read.</exception>
    public async Task<TokenStatus> TokenStatusAsync(CancellationToken cancellationToken)
    {
        var source = token.Source;
        var status = new TokenStatus(
            source,
            source switch
            {
                TokenSource.Environment => _settings.TokenVariable,
                TokenSource.File => _settings.TokenPath,
                _ => null,
            },
            _settings.SendsToken,
            IsAccepted: null,
            UserName: null);
        if (source == TokenSource.None)
        {
            return status;
        }

        try
        {
            return status with { UserName = await WhoAmIAsync(cancellationToken), IsAccepted = true };
        }
        catch (ModelCacheException e)
        {
            return status with { IsAccepted = e.Fault == CacheFault.TokenInvalid ? false : null };
        }
    }

    private async Task<string> CommitOfAsync(RepoId repo, string revision, CancellationToken cancellationToken)
    {
        if (HubAddresses.IsCommit(revision))
        {
            return revision;
        }

        var question = new HubQuestion(_addresses.Commit(repo, revision), RateBucket.Api, repo) { Revision = revision };
        return (await Json.GetAsync(question, RepoDescriptionReader.ReadCommit, cancellationToken)).Value!;
    }
}
