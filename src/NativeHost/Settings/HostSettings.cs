namespace NativeHost.Settings;

/// <summary>What the user may set in <c>settings.json</c> in the config folder; each has a default that suits most.</summary>
/// <param name="KeepAliveMinutes">
/// Minutes that a model stays in memory without use: 0 for none, -1 for as long as the host runs. At most a year.
/// </param>
/// <param name="StreamGraceSeconds">Seconds that a generation goes on, and its end is kept, when its port is lost: 0 to 86,400.</param>
/// <param name="ConcurrentStreams">Generations of one extension that may run at once: 1 to 1,000.</param>
/// <param name="QueueLength">Generations of one extension that may wait: 0 to 1,000.</param>
/// <param name="TokensPerMinute">Tokens, computed and generated, that one extension may use in a minute; 0 for any number.</param>
/// <param name="LargeDownloadGigabytes">
/// How much one extension may download, in 10^9 bytes since the host started, without the grant for more: 0 to 1,000,000.
/// </param>
/// <param name="DownloadMegabytesPerSecond">What all downloads of a process may take together, in 10^6 bytes a second: up to 1,000,000; 0 for any.</param>
/// <param name="Proxy">
/// Address of the proxy on the way to the hub, such as <c>http://host:port</c>; null for what the environment and the system say. Browsers
/// start programs without the variables of a shell.
/// </param>
internal sealed record HostSettings(
    double KeepAliveMinutes = 30,
    double StreamGraceSeconds = 60,
    int ConcurrentStreams = 4,
    int QueueLength = 32,
    int TokensPerMinute = 0,
    double LargeDownloadGigabytes = 10,
    double DownloadMegabytesPerSecond = 0,
    string? Proxy = null)
{
    /// <summary>A year.</summary>
    public const int MostKeepAliveMinutes = 525_600;

    public static HostSettings Default { get; } = new();

    /// <summary>The time of <see cref="KeepAliveMinutes"/>; <see cref="Timeout.InfiniteTimeSpan"/> for -1.</summary>
    public TimeSpan KeepAlive => TimeOf(KeepAliveMinutes);

    /// <summary>A keep-alive time in minutes as clients and users give it.</summary>
    public static TimeSpan TimeOf(double minutes) => minutes < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMinutes(minutes);

    /// <summary>Whether a keep-alive time is one that can be given.</summary>
    public static bool IsKeepAlive(double minutes) => minutes is -1 or (>= 0 and <= MostKeepAliveMinutes);

    /// <summary>What is wrong with them, for a person; null where nothing is.</summary>
    public string? Fault()
        => !IsKeepAlive(KeepAliveMinutes) ? "keepAliveMinutes is 0 to 525600, or -1"
            : StreamGraceSeconds is not (>= 0 and <= 86_400) ? "streamGraceSeconds is 0 to 86400"
            : ConcurrentStreams is not (>= 1 and <= 1000) ? "concurrentStreams is 1 to 1000"
            : QueueLength is not (>= 0 and <= 1000) ? "queueLength is 0 to 1000"
            : LargeDownloadGigabytes is not (>= 0 and <= 1_000_000) ? "largeDownloadGigabytes is 0 to 1000000"
            : DownloadMegabytesPerSecond is not (0 or (>= 0.001 and <= 1_000_000)) ? "downloadMegabytesPerSecond is 0.001 to 1000000, or 0"
            : TokensPerMinute < 0 ? "tokensPerMinute is 0 or more"
            : null;
}
