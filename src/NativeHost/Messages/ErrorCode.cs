namespace NativeHost.Messages;

/// <summary>Why a request failed, as a client sees it. Names are wire format (snake_case): add, never rename.</summary>
internal enum ErrorCode
{
    /// <summary>The message is not JSON.</summary>
    InvalidJson,

    /// <summary>The message is JSON, but not a request that the host understands.</summary>
    InvalidRequest,

    /// <summary>A setting is outside its range.</summary>
    InvalidSettings,

    UnknownAction,

    /// <summary>More requests or ports are open than one port, one caller, or all together may have.</summary>
    TooManyRequests,

    /// <summary>The caller used the tokens that it may in a minute.</summary>
    RateLimited,

    /// <summary>The length prefix or the message was cut or is too large; the host ends.</summary>
    FrameBoundaryLost,

    /// <summary>The answer is over the browser's 1 MiB.</summary>
    ResponseTooLarge,

    ModelNotFound,

    /// <summary>The file is there, but it is no whole model.</summary>
    ModelUnreadable,

    /// <summary>No engine here runs this kind of model.</summary>
    ModelUnsupported,

    /// <summary>A generation uses the model; stop it, or say <c>force</c>.</summary>
    ModelInUse,

    NoModelLoaded,

    /// <summary>The caller has not loaded this model.</summary>
    ModelNotLoaded,

    /// <summary>The hub knows no such repository, or hides it from the user.</summary>
    RepositoryNotFound,

    RevisionNotFound,

    FileNotFound,

    /// <summary>The repository has no such quant, or nothing that could be run.</summary>
    QuantNotFound,

    /// <summary>The repository lacks files of a split model.</summary>
    SplitIncomplete,

    /// <summary>The repository wants a login.</summary>
    GatedLogin,

    /// <summary>The user has to accept the repository's terms.</summary>
    GatedAccept,

    /// <summary>The hub does not know the token, or it is none.</summary>
    TokenInvalid,

    /// <summary>The hub wants fewer requests.</summary>
    HubRateLimited,

    /// <summary>The user forbade requests to the hub, and what is asked for is not here.</summary>
    Offline,

    /// <summary>The hub cannot be reached, or broke off too often.</summary>
    NetworkFailed,

    /// <summary>The hub answered what no hub answers.</summary>
    HubFailed,

    DiskFull,

    /// <summary>The bytes are not those that the hub promised.</summary>
    HashMismatch,

    /// <summary>The file changed at the hub while it was downloaded.</summary>
    UpstreamChanged,

    /// <summary>A folder or file of the cache cannot be read or written.</summary>
    CacheUnusable,

    /// <summary>The model is not on this machine.</summary>
    NotCached,

    /// <summary>There is no such download, or it is not the caller's.</summary>
    DownloadNotFound,

    DownloadPaused,

    DownloadCancelled,

    /// <summary>The caller has no such stream.</summary>
    StreamNotFound,

    /// <summary>What the client asks for is not kept any more.</summary>
    StreamGap,

    /// <summary>Another request resumed the stream, and gets the rest.</summary>
    StreamTaken,

    ContextFull,

    InsufficientMemory,

    /// <summary>The model's chat template is of no known family; a raw prompt works.</summary>
    TemplateUnsupported,

    EngineFailed,

    /// <summary>The engine's process ended; the next request loads the model again.</summary>
    EngineCrashed,

    /// <summary>The user has not allowed the caller to do what concerns others.</summary>
    GrantRequired,

    /// <summary>Only the command line may ask this.</summary>
    LocalOnly,

    /// <summary>The broker ended while it worked on the request; the front says so.</summary>
    BrokerLost,

    /// <summary>The broker could not be started; the front says so.</summary>
    BrokerUnavailable,

    /// <summary>The front, the broker and the worker are not of one version.</summary>
    UpgradeRequired,

    /// <summary>The request was cancelled, because the port or the host ended.</summary>
    Cancelled,

    Internal,
}

/// <summary>A request that cannot be met, for a reason its sender can act on.</summary>
internal sealed class RequestException(ErrorCode code, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public ErrorCode Code { get; } = code;

    /// <summary>The request's id, where it must not be echoed as one; null elsewhere.</summary>
    public RequestId? DuplicateOf { get; init; }

    /// <summary>The facts behind the message, for a program; null for none.</summary>
    public ErrorDetails? Details { get; init; }
}
