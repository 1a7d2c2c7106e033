namespace NativeHost.Testing;

/// <summary>Something that goes wrong: what, with which requests, and how often.</summary>
/// <remarks>
/// Unless said otherwise it happens once, to the first request that it fits. <c>Fault.Reset(at: 70).Always()</c>,
/// <c>Fault.WithStatus(503).On(RequestKind.Tree) with { Page = 2 }</c>, <c>Fault.WithStatus(403).EachNth(7)</c>.
/// </remarks>
public sealed record Fault(FaultKind Kind)
{
    /// <summary>Which requests it fits; null for all. Faults of bodies and ranges begin with the CDN's, those of redirects with resolve.</summary>
    public RequestKind? Target { get; init; } = RequestKind.Cdn;

    /// <summary>Fits only requests with this method; null for all.</summary>
    public string? Method { get; init; }

    /// <summary>Fits only requests for this file of a repository; null for all.</summary>
    public string? File { get; init; }

    /// <summary>
    /// Offset in the file: it fits only answers whose bytes have it among them, and happens there. Null: it fits all, and what happens
    /// within a body happens half way.
    /// </summary>
    public long? At { get; init; }

    /// <summary>Fits only this page of a listing, counted from 1; null for all.</summary>
    public int? Page { get; init; }

    /// <summary>The first of the fitting requests that it happens to, counted from 1.</summary>
    public int First { get; init; } = 1;

    /// <summary>How far apart the requests are that it happens to.</summary>
    public int Every { get; init; } = 1;

    /// <summary>How many requests it happens to.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Of <see cref="FaultKind.Status"/>, or in place of the usual one of <see cref="FaultKind.Html"/> and of redirects.</summary>
    public int? StatusCode { get; init; }

    /// <summary>How long <see cref="FaultKind.Stall"/> lasts before the rest comes; null for as long as the client stays.</summary>
    public TimeSpan? Lasts { get; init; }

    /// <summary>Bytes a second of <see cref="FaultKind.Drip"/>.</summary>
    public long BytesPerSecond { get; init; } = 1024;

    /// <summary>Of <see cref="FaultKind.Redirect"/>.</summary>
    public string? Location { get; init; }

    /// <summary>Seconds until the limit's window ends, as <see cref="FaultKind.RateLimited"/> says in its RateLimit header; null for no header.</summary>
    public int? ResetSeconds { get; init; }

    /// <summary>The Retry-After header; null for none.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>Whether an error's body is a page for people instead of JSON.</summary>
    public bool HasHtmlBody { get; init; }

    public static Fault FullBody(long? at = null) => new(FaultKind.FullBody) { At = at };

    public static Fault WrongContentRange(long? at = null) => new(FaultKind.WrongContentRange) { At = at };

    public static Fault NoContentRange(long? at = null) => new(FaultKind.NoContentRange) { At = at };

    public static Fault WrongTotal(long? at = null) => new(FaultKind.WrongTotal) { At = at };

    public static Fault ShortBody(long? at = null) => new(FaultKind.ShortBody) { At = at };

    public static Fault CutOff(long? at = null) => new(FaultKind.CutOff) { At = at };

    public static Fault Reset(long? at = null) => new(FaultKind.Reset) { At = at };

    public static Fault Stall(long? at = null, TimeSpan? lasts = null) => new(FaultKind.Stall) { At = at, Lasts = lasts };

    public static Fault Drip(long bytesPerSecond, long? at = null) => new(FaultKind.Drip) { At = at, BytesPerSecond = bytesPerSecond };

    public static Fault FlippedBit(long? at = null) => new(FaultKind.FlippedBit) { At = at };

    public static Fault Html(long? at = null) => new(FaultKind.Html) { At = at };

    public static Fault PointerBody(long? at = null) => new(FaultKind.PointerBody) { At = at };

    public static Fault GzipBody(long? at = null) => new(FaultKind.GzipBody) { At = at };

    public static Fault OtherETag(long? at = null) => new(FaultKind.OtherETag) { At = at };

    /// <summary>403, 404, 416, 5xx and so on.</summary>
    public static Fault WithStatus(int status, long? at = null) => new(FaultKind.Status) { StatusCode = status, At = at };

    public static Fault RateLimited(int? resetSeconds = null, string? retryAfter = null, bool hasHtmlBody = false)
        => new(FaultKind.RateLimited) { ResetSeconds = resetSeconds, RetryAfter = retryAfter, HasHtmlBody = hasHtmlBody };

    public static Fault Redirect(string location) => new(FaultKind.Redirect) { Target = RequestKind.Resolve, Location = location };

    public static Fault RedirectLoop() => new(FaultKind.RedirectLoop) { Target = RequestKind.Resolve };

    public static Fault HeadRefused() => new(FaultKind.Status) { Target = null, Method = "HEAD", StatusCode = 405, Times = int.MaxValue };

    public static Fault CommitMoves() => new(FaultKind.CommitMoves) { Target = RequestKind.Info };

    /// <summary>Fits requests of this kind.</summary>
    public Fault On(RequestKind target) => this with { Target = target };

    /// <summary>Happens to the nth fitting request only, counted from 1.</summary>
    public Fault Nth(int n) => this with { First = n, Every = 1, Times = 1 };

    /// <summary>Happens to each nth fitting request.</summary>
    public Fault EachNth(int n) => this with { First = n, Every = n, Times = int.MaxValue };

    /// <summary>Happens to the first fitting requests, this many.</summary>
    public Fault Repeated(int times) => this with { Times = times };

    /// <summary>Happens to every fitting request.</summary>
    public Fault Always() => this with { First = 1, Every = 1, Times = int.MaxValue };

    /// <summary>Whether it needs an answer that has a body.</summary>
    internal bool IsOfBody => Kind is not (FaultKind.Status or FaultKind.RateLimited or FaultKind.Redirect or FaultKind.RedirectLoop or FaultKind.CommitMoves);

    internal bool HappensTo(int number)
        => number >= First && (number - First) % Every == 0 && (number - First) / Every < Times;
}
