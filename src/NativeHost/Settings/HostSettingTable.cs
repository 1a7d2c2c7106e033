using NativeHost.Settings.Commands;

namespace NativeHost.Settings;

/// <summary>All that the user may set. Reading, <c>tabagent config</c> and docs/CONFIGURATION.md are made from it.</summary>
internal static class HostSettingTable
{
    public static IReadOnlyList<HostSetting> All { get; } =
    [
        new HostSetting<double>(
            "keepAliveMinutes",
            "Minutes that a model stays in memory without use; -1 for as long as the host runs.",
            new NumberForm(new NumberRange(0, HostSettings.MostKeepAliveMinutes, Also: -1)),
            settings => settings.KeepAliveMinutes,
            (settings, value) => settings with { KeepAliveMinutes = value }),
        new HostSetting<double>(
            "streamGraceSeconds",
            "Seconds that an answer goes on, and is kept when it is done, while its port is lost.",
            new NumberForm(new NumberRange(0, 86_400)),
            settings => settings.StreamGraceSeconds,
            (settings, value) => settings with { StreamGraceSeconds = value }),
        new HostSetting<int>(
            "concurrentStreams",
            "Answers of one extension that may run at once.",
            new WholeNumberForm(new NumberRange(1, 1000)),
            settings => settings.ConcurrentStreams,
            (settings, value) => settings with { ConcurrentStreams = value }),
        new HostSetting<int>(
            "queueLength",
            "Answers of one extension that may wait.",
            new WholeNumberForm(new NumberRange(0, 1000)),
            settings => settings.QueueLength,
            (settings, value) => settings with { QueueLength = value }),
        new HostSetting<int>(
            "tokensPerMinute",
            "Tokens, computed and generated, that one extension may use in a minute; 0 for any number.",
            new WholeNumberForm(new NumberRange(0, int.MaxValue)),
            settings => settings.TokensPerMinute,
            (settings, value) => settings with { TokensPerMinute = value }),
        new HostSetting<double>(
            "largeDownloadGigabytes",
            "What one extension may download, in 10^9 bytes since the host started, without the grant large_downloads.",
            new NumberForm(new NumberRange(0, 1_000_000)),
            settings => settings.LargeDownloadGigabytes,
            (settings, value) => settings with { LargeDownloadGigabytes = value }),
        new HostSetting<double>(
            "downloadMegabytesPerSecond",
            "What all downloads of a process may take together, in 10^6 bytes a second; 0 for all there is. `tabagent pull --limit` goes before it.",
            new NumberForm(new NumberRange(0.001, 1_000_000, Also: 0)),
            settings => settings.DownloadMegabytesPerSecond,
            (settings, value) => settings with { DownloadMegabytesPerSecond = value }),
        new HostSetting<string?>(
            "proxy",
            "Address of the proxy on the way to the hub; null for what the environment and the system say. Browsers start programs without a shell's variables.",
            new ProxyForm(),
            settings => settings.Proxy,
            (settings, value) => settings with { Proxy = value }),
        new HostSetting<double>(
            "conversationMegabytes",
            "What the stored conversations of one extension may take, in 10^6 bytes of text; what would go beyond is refused. 0 for any amount.",
            new NumberForm(new NumberRange(0.001, 1_000_000, Also: 0)),
            settings => settings.ConversationMegabytes,
            (settings, value) => settings with { ConversationMegabytes = value }),
        new HostSetting<double>(
            "conversationDays",
            "Days after its last change that a conversation without a star is kept; 0 for ever.",
            new NumberForm(new NumberRange(0.001, 100_000, Also: 0)),
            settings => settings.ConversationDays,
            (settings, value) => settings with { ConversationDays = value }),
        new HostSetting<bool>(
            "storeWithoutChatId",
            "Whether a generate without a chat_id is stored too, in the caller's conversation `default`, as the old host meant it.",
            new FlagForm(),
            settings => settings.StoreWithoutChatId,
            (settings, value) => settings with { StoreWithoutChatId = value }),
        new HostSetting<double>(
            "promptCacheMegabytes",
            "What computed prompts of stored conversations may take on the disk, in 10^6 bytes, so that a long one goes on at once after a restart; 0 for none. "
            + "They tell what was said, and go when their room is needed, not with the conversation.",
            new NumberForm(new NumberRange(0, 1_000_000_000)),
            settings => settings.PromptCacheMegabytes,
            (settings, value) => settings with { PromptCacheMegabytes = value }),
        new HostSetting<string?>(
            "embeddingModel",
            "Model that makes vectors where a caller names and has none, and that messages and pages are searched with: the path of a GGUF file, or `owner/name/file.gguf` "
            + "of one that was pulled; null, or one that is not on this machine when the host starts, for the small one that comes with it. After a change messages are learned anew.",
            new ModelNameForm(),
            settings => settings.EmbeddingModel,
            (settings, value) => settings with { EmbeddingModel = value }),
        new HostSetting<double>(
            "brokerIdleSeconds",
            "Seconds after which the shared process ends when nobody has been connected and no model in memory.",
            new NumberForm(new NumberRange(0.001, 1_000_000)),
            settings => settings.BrokerIdleSeconds,
            (settings, value) => settings with { BrokerIdleSeconds = value }),
        new HostSetting<Serilog.Events.LogEventLevel>(
            "logLevel",
            "The least level that is logged. `--log-level` goes before it.",
            new LogLevelForm(),
            settings => settings.LogLevel,
            (settings, value) => settings with { LogLevel = value }),
        new AllowedCommandsSetting(),
    ];

    /// <summary>The setting of this name; null where there is none.</summary>
    public static HostSetting? Find(string name) => All.FirstOrDefault(setting => setting.Name == name);
}
