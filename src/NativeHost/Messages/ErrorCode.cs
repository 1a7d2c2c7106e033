namespace NativeHost.Messages;

/// <summary>Why a request failed, as a client sees it. Names are wire format (snake_case): add, never rename.</summary>
internal enum ErrorCode
{
    /// <summary>The message is not JSON in UTF-8.</summary>
    InvalidJson,

    /// <summary>It is JSON, but not a request that the host understands.</summary>
    InvalidRequest,

    /// <summary>A setting has the wrong type or is out of range.</summary>
    InvalidSettings,

    /// <summary>There is no such action.</summary>
    UnknownAction,

    /// <summary>
    /// More than 1,024 requests of this port are open, or more generations, bytes of requests (128 MiB), namespaces (256), downloads that are
    /// not done (256) or ports (64) than the extension may have, or more ports of all together than the broker serves.
    /// </summary>
    TooManyRequests,

    /// <summary>The extension used its tokens of this minute; <c>details.retryAfterMs</c>.</summary>
    RateLimited,

    /// <summary>A frame was cut or too large; the host ends.</summary>
    FrameBoundaryLost,

    /// <summary>The answer would be over 1 MiB.</summary>
    ResponseTooLarge,

    /// <summary>There is no such file, or no such model on this machine.</summary>
    ModelNotFound,

    /// <summary>The file is no whole GGUF model.</summary>
    ModelUnreadable,

    /// <summary>
    /// No engine here runs this kind of model; <c>details.kind</c> names it, and the message what to take instead where there is something (of
    /// BitNet's TL1 and TL2 files the I2_S one).
    /// </summary>
    ModelUnsupported,

    /// <summary>
    /// A generation of the caller runs on it: stop it, or unload with <c>force</c>; or it is loaded with other options, and others hold or use
    /// it; or it is to be deleted, and is loaded or being downloaded.
    /// </summary>
    ModelInUse,

    /// <summary>A message has a picture, a sound or a file, and the models here read text only.</summary>
    UnsupportedModality,

    /// <summary>The caller has no active model.</summary>
    NoModelLoaded,

    /// <summary>The named model is not loaded.</summary>
    ModelNotLoaded,

    /// <summary>The hub knows no such repository, or hides it from the user.</summary>
    RepositoryNotFound,

    /// <summary>The repository has no such branch, tag or commit.</summary>
    RevisionNotFound,

    /// <summary>The repository has no such file.</summary>
    FileNotFound,

    /// <summary>The repository has no such quant, or nothing that could be run; <c>details.choices</c>.</summary>
    QuantNotFound,

    /// <summary>The repository lacks files of the model; <c>details.choices</c> names them.</summary>
    SplitIncomplete,

    /// <summary>The repository wants a login; <c>status</c> is <c>auth_required</c>.</summary>
    GatedLogin,

    /// <summary>The user has to accept the repository's terms; <c>status</c> is <c>auth_required</c>.</summary>
    GatedAccept,

    /// <summary>The hub does not know the token (<c>status</c> is <c>auth_required</c>), or the text is none.</summary>
    TokenInvalid,

    /// <summary>The hub wants fewer requests; <c>details.retryAt</c>, seconds since 1970.</summary>
    HubRateLimited,

    /// <summary>The user forbade requests to the hub (<c>HF_HUB_OFFLINE</c>), and what is asked for is not here.</summary>
    Offline,

    /// <summary>The hub cannot be reached, or broke off too often; what came is kept.</summary>
    NetworkFailed,

    /// <summary>The hub answered what no hub answers; <c>details.hubRequestId</c>.</summary>
    HubFailed,

    /// <summary>
    /// Of a download, <c>details</c> has <c>neededBytes</c> and <c>availableBytes</c>, and what came is kept. Of conversations: nothing of the
    /// request was stored, and what was stored before is kept.
    /// </summary>
    DiskFull,

    /// <summary>The bytes are not those that the hub promised, and were put aside.</summary>
    HashMismatch,

    /// <summary>The file changed at the hub while it was downloaded.</summary>
    UpstreamChanged,

    /// <summary>A folder or file of the cache cannot be read or written.</summary>
    CacheUnusable,

    /// <summary>The model is not on this machine.</summary>
    NotCached,

    /// <summary>There is no such download, or it is not the caller's.</summary>
    DownloadNotFound,

    /// <summary>Somebody paused the download; <c>resume_download</c> goes on.</summary>
    DownloadPaused,

    /// <summary>Somebody cancelled the download.</summary>
    DownloadCancelled,

    /// <summary>The caller has no such stream: it was never there, or was not kept any longer.</summary>
    StreamNotFound,

    /// <summary>What follows <c>after</c> is not kept any more (a client that is over 262,144 events behind).</summary>
    StreamGap,

    /// <summary>Another request resumed the stream, and gets the rest.</summary>
    StreamTaken,

    /// <summary>Another process of the host has the conversations open, as a rule the shared one: ask there, or end it, and ask again.</summary>
    DatabaseBusy,

    /// <summary>A newer version of the host wrote the conversations: update this one. They were not touched.</summary>
    DatabaseTooNew,

    /// <summary>The files of the conversations cannot be read or written; the message says where to look.</summary>
    DatabaseUnusable,

    /// <summary>The caller has no such conversation or message: it never was there, was deleted, or is another's.</summary>
    ConversationNotFound,

    /// <summary>There is a conversation or message of this id already.</summary>
    IdTaken,

    /// <summary>
    /// The caller's conversations would take more room than the user gives them (<c>conversationMegabytes</c> in settings.json); or a page more memory than
    /// all pages of an extension may take: <c>details</c> has <c>neededBytes</c> and <c>availableBytes</c>.
    /// </summary>
    QuotaExceeded,

    /// <summary>The caller has no such page: it never was there, was forgotten, or left memory. Index it again.</summary>
    PageNotFound,

    /// <summary>A schema, pattern or grammar cannot be used: it is malformed, asks for what is not supported, or holds for no text. The message says where.</summary>
    ConstraintInvalid,

    /// <summary>The caller has no such session: it was closed, or the host was started anew since. Create one.</summary>
    SessionNotFound,

    /// <summary>The session answers another request. Wait for its end, stop it, or clone the session.</summary>
    SessionBusy,

    /// <summary>The prompt does not fit; <c>details</c> has <c>contextTokens</c> and <c>neededTokens</c>.</summary>
    ContextFull,

    /// <summary>It, or the smallest quant, does not fit; <c>details</c> has <c>neededBytes</c> and <c>availableBytes</c>.</summary>
    InsufficientMemory,

    /// <summary>The model's chat template cannot be read, or refuses the messages; a raw <c>prompt</c> works.</summary>
    TemplateUnsupported,

    /// <summary>The system does not tell what the answer needs; the message says why.</summary>
    HardwareUnknown,

    /// <summary>The engine failed; the log has more.</summary>
    EngineFailed,

    /// <summary>
    /// The engine's process ended; <c>details.logLines</c> has what it said last. The next request loads the model again; after three crashes in
    /// a row, load it yourself.
    /// </summary>
    EngineCrashed,

    /// <summary>
    /// The user has not allowed the caller to do this; <c>details</c> has <c>grant</c>, <c>origin</c> and <c>command</c>. Show <c>message</c> to
    /// the user.
    /// </summary>
    GrantRequired,

    /// <summary>
    /// The user has not listed this command in the settings; <c>details.file</c> names the settings file, <c>details.example</c> an entry for
    /// this caller. Show <c>message</c> to the user.
    /// </summary>
    CommandNotAllowed,

    /// <summary>The command took longer than its entry allows, and was killed with all that it started.</summary>
    CommandTimedOut,

    /// <summary>The command is allowed, and its program cannot be run: it is not there, or others may write to it.</summary>
    CommandFailed,

    /// <summary>LM Studio's command line tool is not on this machine.</summary>
    LmStudioNotInstalled,

    /// <summary>LM Studio has not been opened yet, so that its tool cannot start it.</summary>
    LmStudioNotBootstrapped,

    /// <summary>LM Studio's server did not start or stop in time; the message says what came of it.</summary>
    LmStudioFailed,

    /// <summary>Only the command line of the same computer may ask this.</summary>
    LocalOnly,

    /// <summary>The broker ended while it worked on the request; it is started again: load the model, and ask again.</summary>
    BrokerLost,

    /// <summary>The broker could not be started; the message says why.</summary>
    BrokerUnavailable,

    /// <summary>The host was updated while it ran: connect again.</summary>
    UpgradeRequired,

    /// <summary>The caller stopped the request, or its port or the host ended.</summary>
    Cancelled,

    /// <summary>A fault of the host; the log has it.</summary>
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
