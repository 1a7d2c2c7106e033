using NativeHost.Inference.Prefixes;
using NativeHost.Settings.Commands;
using Serilog.Events;

namespace NativeHost.Settings;

/// <summary>What the user chose. What each setting means and may be is in <see cref="HostSettingTable"/>.</summary>
internal sealed record HostSettings
{
    /// <summary>A year.</summary>
    public const int MostKeepAliveMinutes = 525_600;

    public static HostSettings Default { get; } = new();

    public double KeepAliveMinutes { get; init; } = 30;

    public double StreamGraceSeconds { get; init; } = 60;

    public int ConcurrentStreams { get; init; } = 4;

    public int QueueLength { get; init; } = 32;

    public int TokensPerMinute { get; init; }

    public double LargeDownloadGigabytes { get; init; } = 10;

    public double DownloadMegabytesPerSecond { get; init; }

    public string? Proxy { get; init; }

    public double ConversationMegabytes { get; init; } = 2_000;

    public double ConversationDays { get; init; }

    public bool StoreWithoutChatId { get; init; }

    public double PromptCacheMegabytes { get; init; }

    public string? EmbeddingModel { get; init; }

    public double BrokerIdleSeconds { get; init; } = 600;

    public LogEventLevel LogLevel { get; init; } = LogEventLevel.Information;

    /// <summary>What extensions may have run; an entry that is wrong in the file is not among them.</summary>
    public IReadOnlyList<AllowedCommand> Commands { get; init; } = [];

    /// <summary>Where computed prompts are kept; null for nowhere.</summary>
    public PrefixCacheOptions? PromptCache => PromptCacheMegabytes > 0 ? new PrefixCacheOptions(AppFolders.Prompts(), (long)(PromptCacheMegabytes * 1e6)) : null;

    /// <summary>The time of <see cref="KeepAliveMinutes"/>; <see cref="Timeout.InfiniteTimeSpan"/> for -1.</summary>
    public TimeSpan KeepAlive => TimeOf(KeepAliveMinutes);

    /// <summary>A keep-alive time in minutes as clients and users give it.</summary>
    public static TimeSpan TimeOf(double minutes) => minutes < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMinutes(minutes);
}
