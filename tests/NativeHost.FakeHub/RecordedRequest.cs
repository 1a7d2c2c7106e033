namespace NativeHost.Testing;

/// <summary>A request as it came.</summary>
/// <param name="Path">As sent, escapes and all.</param>
/// <param name="Query">Without the question mark.</param>
/// <param name="Range">As sent, such as <c>bytes=0-99</c>; null without one.</param>
public sealed record RecordedRequest(
    string Method, Origin Origin, RequestKind Kind, string Path, string Query, string? Range, bool HasAuthorization, string UserAgent, string AcceptEncoding)
{
    /// <summary>Path of the file that it is about, in its repository; null where it is about none.</summary>
    public string? File { get; init; }

    /// <summary>Whether it came through the proxy.</summary>
    public bool IsProxied { get; init; }

    public override string ToString() => $"{Method} {Origin} {Path}?{Query} {Range}";
}

/// <summary>The two servers.</summary>
public enum Origin
{
    Hub,
    Cdn,
}

/// <summary>What a request asks for.</summary>
public enum RequestKind
{
    Unknown,
    Info,
    Refs,
    Tree,
    PathsInfo,
    Resolve,

    /// <summary>Of a small file's content, from the hub itself.</summary>
    SmallFile,

    Raw,
    Search,
    WhoAmI,
    Manifest,
    XetToken,

    /// <summary>Of a large file's content.</summary>
    Cdn,

    /// <summary>Of a program that steers the fake hub.</summary>
    Control,
}
