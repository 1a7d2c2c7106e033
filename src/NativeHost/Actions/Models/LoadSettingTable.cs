using NativeHost.Actions.Generation;
using NativeHost.Inference;
using NativeHost.Settings;

namespace NativeHost.Actions.Models;

/// <summary>How a request wants a model loaded, and how long kept.</summary>
/// <param name="Kept">Without use; null where nothing says so.</param>
/// <param name="IsPinned">Whether it is expressly to be kept always, or not; null where nothing says so.</param>
internal sealed record LoadSettings(ModelLoadOptions Options, TimeSpan? Kept = null, bool? IsPinned = null)
{
    /// <summary>How long the model is to be kept without use; null where nothing says so.</summary>
    /// <param name="usual">The time of a model that is expressly not pinned.</param>
    public TimeSpan? KeepAlive(TimeSpan usual) => IsPinned switch
    {
        true => Timeout.InfiniteTimeSpan,
        false => Kept ?? usual,
        null => Kept,
    };
}

/// <summary>How to load a model: what <c>load_model</c> takes beside the settings of generations.</summary>
internal static class LoadSettingTable
{
    /// <summary>The context window in tokens; where none is given the model's own, as far as the memory goes.</summary>
    public static Setting<LoadSettings> ContextTokens { get; } = new(
        "n_ctx",
        ["contextSize", "context_size", "contextTokens", "context_length"],
        SettingValues.Integer(1, int.MaxValue),
        static (settings, value) => settings with { Options = settings.Options with { ContextTokens = value.Integer() } });

    /// <summary>Layers that a GPU computes; -1, and where none is given, for all where there is a GPU.</summary>
    public static Setting<LoadSettings> GpuLayers { get; } = new(
        "n_gpu_layers",
        ["gpuLayers", "gpu_layers"],
        SettingValues.Integer(-1, 10_000),
        static (settings, value) => settings with { Options = settings.Options with { GpuLayers = value.Integer() } });

    /// <summary>Threads that compute; where none is given the physical cores less one.</summary>
    public static Setting<LoadSettings> Threads { get; } = new(
        "n_threads",
        ["threads"],
        SettingValues.Integer(1, 512),
        static (settings, value) => settings with { Options = settings.Options with { Threads = value.Integer() } });

    /// <summary>Most tokens of a prompt that are computed in one step; 512 where none is given.</summary>
    public static Setting<LoadSettings> BatchTokens { get; } = new(
        "n_batch",
        ["batchSize", "batch_size"],
        SettingValues.Integer(1, 8192),
        static (settings, value) => settings with { Options = settings.Options with { BatchTokens = value.Integer() } });

    /// <summary>Whether the file is mapped, as is usual, or read into memory.</summary>
    public static Setting<LoadSettings> UseMemoryMap { get; } = new(
        "use_mmap",
        ["useMmap"],
        SettingValues.Flag,
        static (settings, value) => settings with { Options = settings.Options with { UseMemoryMap = value.Flag() } });

    /// <summary>Minutes that the model stays in memory without use, -1 for always; where none is given, 30 or what the user has set.</summary>
    public static Setting<LoadSettings> KeepAliveMinutes { get; } = new(
        "keepAliveMinutes",
        ["keep_alive_minutes"],
        SettingValues.Number(0, HostSettings.MostKeepAliveMinutes, also: -1),
        static (settings, value) => settings with { Kept = HostSettings.TimeOf(value.Number()) });

    /// <summary>True keeps the model always; false for the usual time again.</summary>
    public static Setting<LoadSettings> Pin { get; } = new(
        "pin",
        [],
        SettingValues.Flag,
        static (settings, value) => settings with { IsPinned = value.Flag() });

    public static SettingTable<LoadSettings> All { get; } = new([ContextTokens, GpuLayers, Threads, BatchTokens, UseMemoryMap, KeepAliveMinutes, Pin]);
}
