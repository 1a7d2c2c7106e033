using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NativeHost.Actions.Generation;
using NativeHost.Inference.Generation;

namespace NativeHost.Actions.Models;

/// <summary>What clients are told of a loaded model, under the names of every generation of clients.</summary>
internal sealed record ModelPayload
{
    public required bool IsReady { get; init; }

    /// <summary>Which engine computes it, such as <c>llama_cpp_cpu</c>; null where nothing is loaded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Backend { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? ModelPath { get; init; }

    public string? ExecutionProvider { get; init; }

    /// <summary><c>"cpu"</c>, <c>"gpu"</c>, or <c>{"split":{"gpu_layers":n}}</c>.</summary>
    public JsonNode? LoadedTo { get; init; }

    /// <summary>The file's size in bytes.</summary>
    public long? Size { get; init; }

    public long? FileSize { get; init; }

    /// <summary>The context window, in tokens.</summary>
    public int? ContextSize { get; init; }

    /// <summary>The context it was trained for, in tokens.</summary>
    public int? TrainedContextSize { get; init; }

    public string? Architecture { get; init; }

    public string? Name { get; init; }

    /// <summary>What a user should know about how it was loaded.</summary>
    public IReadOnlyList<string>? Notes { get; init; }

    [JsonPropertyName("model_id")]
    public string? ModelId { get; init; }

    [JsonPropertyName("loaded_to")]
    public JsonNode? LoadedToSnake => LoadedTo?.DeepClone();

    [JsonPropertyName("gpu_layers")]
    public int? GpuLayers { get; init; }

    [JsonPropertyName("cpu_layers")]
    public int? CpuLayers { get; init; }

    /// <summary>Bytes of the GPU's memory that it takes.</summary>
    [JsonPropertyName("vram_used")]
    public long? VramUsed { get; init; }

    /// <summary>Bytes of the machine's memory that it takes: its process's, mapped pages of the file included.</summary>
    [JsonPropertyName("ram_used")]
    public long? RamUsed { get; init; }

    public ModelConfig? Config { get; init; }

    /// <summary>What the caller's generations on it go by where a request says nothing.</summary>
    public ParamsView? Settings { get; init; }

    /// <summary>The process that holds it.</summary>
    public int? Pid { get; init; }

    /// <summary>When it was loaded, in seconds since 1970.</summary>
    [JsonPropertyName("loaded_at")]
    public long? LoadedAt { get; init; }

    /// <summary>When it leaves memory if nobody uses it, in seconds since 1970; absent while it is in use or kept always.</summary>
    public long? Expires { get; init; }

    /// <summary>Milliseconds of the last generation until its first token.</summary>
    [JsonPropertyName("time_to_first_token")]
    public double? TimeToFirstToken { get; init; }

    [JsonPropertyName("tokens_per_second")]
    public double? TokensPerSecond { get; init; }

    [JsonPropertyName("input_tokens")]
    public int? InputTokens { get; init; }

    [JsonPropertyName("output_tokens")]
    public int? OutputTokens { get; init; }

    /// <summary>Milliseconds of the last generation.</summary>
    [JsonPropertyName("total_time")]
    public double? TotalTime { get; init; }

    /// <summary>Nothing is loaded.</summary>
    public static ModelPayload Nothing { get; } = new() { IsReady = false, Backend = null, ModelPath = null };

    /// <param name="expires">When it leaves memory if nobody uses it.</param>
    /// <param name="settings">What the caller's generations on it go by; null where that is told elsewhere.</param>
    public static ModelPayload Of(LoadedModel model, DateTimeOffset? expires, GenerationSettings? settings = null)
    {
        var memory = ModelMemory.Of(model);
        var card = model.Host.Card;
        var last = model.LastGeneration;
        return new ModelPayload
        {
            IsReady = true,
            Backend = card.Engine,
            ModelPath = model.Path,
            ExecutionProvider = card.Engine,
            LoadedTo = Place(card.GpuLayers, card.LayerCount),
            Size = card.FileBytes,
            FileSize = card.FileBytes,
            ContextSize = model.Host.ContextTokens,
            TrainedContextSize = card.TrainedContextTokens,
            Architecture = card.Architecture,
            Name = card.Name,
            Notes = card.Notes,
            ModelId = model.Path,
            GpuLayers = card.GpuLayers,
            CpuLayers = Math.Max(0, card.LayerCount - card.GpuLayers),
            VramUsed = memory.VramBytes,
            RamUsed = memory.RamBytes,
            Config = new ModelConfig(
                model.Host.ContextTokens, card.EmbeddingSize, card.FileBytes, card.Engine.StartsWith("bitnet", StringComparison.Ordinal) ? "bitnet" : "gguf"),
            Settings = settings?.View(),
            Pid = model.Host.ProcessId,
            LoadedAt = model.LoadedAt.ToUnixTimeSeconds(),
            Expires = expires?.ToUnixTimeSeconds(),
            TimeToFirstToken = last?.TimeToFirstToken.TotalMilliseconds,
            TokensPerSecond = last is null ? null : Speed(last),
            InputTokens = last?.PromptTokens,
            OutputTokens = last?.Tokens.Count,
            TotalTime = last is null ? null : (last.TimeToFirstToken + last.DecodeTime).TotalMilliseconds,
        };
    }

    /// <summary>Tokens a second after the first one; 0 where there were no more.</summary>
    public static double Speed(GenerationResult result)
        => result.DecodeTime > TimeSpan.Zero ? (result.Tokens.Count - 1) / result.DecodeTime.TotalSeconds : 0;

    private static JsonNode Place(int gpuLayers, int layers)
    {
        if (gpuLayers == 0)
        {
            return JsonValue.Create("cpu");
        }

        return gpuLayers >= layers
            ? JsonValue.Create("gpu")
            : new JsonObject { ["split"] = new JsonObject { ["gpu_layers"] = gpuLayers } };
    }
}

/// <summary>What its file says of a model.</summary>
/// <param name="ContextSize">The context window it is loaded with, in tokens.</param>
/// <param name="EmbeddingDim">Width of the hidden state.</param>
/// <param name="FileSize">Bytes.</param>
/// <param name="ModelType"><c>gguf</c>, or <c>bitnet</c> for ternary weights.</param>
internal sealed record ModelConfig(
    [property: JsonPropertyName("context_size")] int ContextSize,
    [property: JsonPropertyName("embedding_dim")] int EmbeddingDim,
    [property: JsonPropertyName("file_size")] long FileSize,
    [property: JsonPropertyName("model_type")] string ModelType);
