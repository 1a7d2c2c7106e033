using System.Text.Json;
using NativeHost.Actions.Generation;
using NativeHost.Inference;

namespace NativeHost.Actions.Models;

/// <summary>Every setting of a load, and what each is called. What is not given is the engine's choice.</summary>
internal static class LoadSettingTable
{
    public static IReadOnlyList<Setting<ModelLoadOptions>> All { get; } =
    [
        Setting<ModelLoadOptions>.Integer(
            "n_ctx", ["contextSize", "context_size", "contextTokens", "context_length"], 1, int.MaxValue, "The context window in tokens.",
            options => options.ContextTokens,
            (options, value) => options with { ContextTokens = (int)value }),
        Setting<ModelLoadOptions>.Integer(
            "n_gpu_layers", ["gpuLayers", "gpu_layers"], -1, 10_000, "Layers to compute on a GPU; -1 for all.",
            options => options.GpuLayers,
            (options, value) => options with { GpuLayers = (int)value }),
        Setting<ModelLoadOptions>.Integer(
            "n_threads", ["threads"], 1, ModelLoadLimits.MaxThreads, "Threads that compute.",
            options => options.Threads,
            (options, value) => options with { Threads = (int)value }),
        Setting<ModelLoadOptions>.Integer(
            "n_batch", ["batchSize", "batch_size"], 1, ModelLoadLimits.MaxBatchTokens, "Most tokens of a prompt computed in one step.",
            options => options.BatchTokens,
            (options, value) => options with { BatchTokens = (int)value }),
        Setting<ModelLoadOptions>.Flag(
            "use_mmap", ["useMmap"], "Whether the file is mapped instead of read into memory.",
            options => options.UseMemoryMap,
            (options, value) => options with { UseMemoryMap = value }),
    ];

    /// <summary>Reads how a model is to be loaded; passes over names that are none of these.</summary>
    /// <exception cref="Messages.RequestException">A value has the wrong type or is out of range; the message names it.</exception>
    public static ModelLoadOptions Read(IEnumerable<KeyValuePair<string, JsonElement>> fields)
    {
        var options = new ModelLoadOptions();
        foreach (var (name, value) in fields.Where(field => field.Value.ValueKind != JsonValueKind.Null))
        {
            options = All.FirstOrDefault(setting => setting.Name == name || setting.Synonyms.Contains(name))?.Apply(options, name, value) ?? options;
        }

        return options;
    }
}
