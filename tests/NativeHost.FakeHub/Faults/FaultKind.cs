namespace NativeHost.Testing;

/// <summary>What can go wrong with an answer.</summary>
public enum FaultKind
{
    /// <summary>The whole file with status 200, though a range was asked for.</summary>
    FullBody,

    /// <summary>A Content-Range that is another than that of the bytes.</summary>
    WrongContentRange,

    /// <summary>Status 206 without a Content-Range.</summary>
    NoContentRange,

    /// <summary>A Content-Range that says that the file is one byte longer.</summary>
    WrongTotal,

    /// <summary>Fewer bytes than the Content-Range says, with a Content-Length that agrees with them: HTTP sees no error.</summary>
    ShortBody,

    /// <summary>The connection ends orderly before the Content-Length is reached.</summary>
    CutOff,

    /// <summary>The connection is reset.</summary>
    Reset,

    /// <summary>Nothing comes any more, while the connection stays open.</summary>
    Stall,

    /// <summary>From there on the bytes come slowly.</summary>
    Drip,

    /// <summary>One bit is another.</summary>
    FlippedBit,

    /// <summary>A page for people, such as a hotel's login, with status 200.</summary>
    Html,

    /// <summary>Git's pointer instead of the content, with status 200.</summary>
    PointerBody,

    /// <summary>The bytes compressed, with a Content-Encoding, though nobody asked for it.</summary>
    GzipBody,

    /// <summary>Another ETag than before.</summary>
    OtherETag,

    /// <summary>An error with the given status.</summary>
    Status,

    /// <summary>Status 429 with what the hub says of its limits.</summary>
    RateLimited,

    /// <summary>A redirect to the given address.</summary>
    Redirect,

    /// <summary>A redirect to the address that was asked for.</summary>
    RedirectLoop,

    /// <summary>The answer is right, and after it <c>main</c> is another commit, with one more file.</summary>
    CommitMoves,
}
