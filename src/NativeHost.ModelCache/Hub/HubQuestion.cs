using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Hub;

/// <summary>One request, and what it is about: what its answer means depends on both.</summary>
/// <param name="Repo">Null where it is about no repository.</param>
internal sealed record HubQuestion(Uri Address, RateBucket Bucket, RepoId? Repo)
{
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    public string? Revision { get; init; }

    /// <summary>Path of a file in the repository.</summary>
    public string? Path { get; init; }

    public TokenUse Token { get; init; } = TokenUse.Allowed;

    /// <summary>Whether only the first byte is asked for, because all that counts is in the headers.</summary>
    public bool IsProbe { get; init; }
}

/// <summary>Whether a request may take the user's token along.</summary>
internal enum TokenUse
{
    /// <summary>Another server was on the way here.</summary>
    Never,

    /// <summary>Where the user lets us send it.</summary>
    Allowed,

    /// <summary>The request is about the token.</summary>
    AsAsked,
}
