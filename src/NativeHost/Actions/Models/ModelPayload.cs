using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NativeHost.Actions.Generation;
using NativeHost.Messages;

namespace NativeHost.Actions.Models;

/// <summary>What clients are told of a loaded model, under the names of every generation of clients.</summary>
internal sealed record ModelPayload
{
    /// <summary>False where nothing is loaded.</summary>
    public required bool IsReady { get; init; }

    /// <summary>Which engine computes it, such as <c>llama_cpp_cpu</c>; null where nothing is loaded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Backend { get; init; }

    /// <summary>What the model is called; null where nothing is loaded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? ModelPath { get; init; }

    /// <summary>As <see cref="Backend"/>.</summary>
    public string? ExecutionProvider { get; init; }

    /// <summary>Where it is computed: <c>"cpu"</c>, <c>"gpu"</c>, or <c>{"split":{"gpu_layers":n}}</c>.</summary>
    public JsonNode? LoadedTo { get; init; }

    /// <summary>The file's size in bytes.</summary>
    public long? Size { get; init; }

    /// <summary>As <see cref="Size"/>.</summary>
    public long? FileSize { get; init; }

    /// <summary>The context window, in tokens.</summary>
    public int? ContextSize { get; init; }

    /// <summary>The context it was trained for, in tokens.</summary>
    public int? TrainedContextSize { get; init; }

    /// <summary>As the file's header has it, such as <c>llama</c>.</summary>
    public string? Architecture { get; init; }

    /// <summary>As the file's header has it.</summary>
    public string? Name { get; init; }

    /// <summary>What a user should know about how it was loaded.</summary>
    public IReadOnlyList<string>? Notes { get; init; }

    /// <summary>As <see cref="ModelPath"/>.</summary>
    [JsonPropertyName("model_id")]
    public string? ModelId { get; init; }

    /// <summary>As <see cref="LoadedTo"/>.</summary>
    [JsonPropertyName("loaded_to")]
    public JsonNode? LoadedToSnake => LoadedTo?.DeepClone();

    /// <summary>Layers that a GPU computes.</summary>
    [JsonPropertyName("gpu_layers")]
    public int? GpuLayers { get; init; }

    /// <summary>Layers that the processor computes.</summary>
    [JsonPropertyName("cpu_layers")]
    public int? CpuLayers { get; init; }

    /// <summary>Bytes of the GPUs' memory that it takes, as its load was planned.</summary>
    [JsonPropertyName("vram_used")]
    public long? VramUsed { get; init; }

    /// <summary>Bytes of the machine's memory that it takes, as its load was planned and <c>estimate_model_size</c> tells before. Its process may have less in use.</summary>
    [JsonPropertyName("ram_used")]
    public long? RamUsed { get; init; }

    /// <summary>What the model's file says of it.</summary>
    public ModelConfig? Config { get; init; }

    /// <summary>What the caller's generations on it go by where a request says nothing.</summary>
    public ParamsView? Settings { get; init; }

    /// <summary>The process that holds it; absent where only others loaded it.</summary>
    public int? Pid { get; init; }

    /// <summary>When it was loaded, in seconds since 1970; absent where only others loaded it.</summary>
    [JsonPropertyName("loaded_at")]
    public long? LoadedAt { get; init; }

    /// <summary>When it leaves memory if nobody uses it, in seconds since 1970; absent while it is in use or kept always, and where only others loaded it.</summary>
    public long? Expires { get; init; }

    /// <summary>Milliseconds of the caller's last generation until its first token.</summary>
    [JsonPropertyName("time_to_first_token")]
    public double? TimeToFirstToken { get; init; }

    /// <summary>Of the caller's last generation.</summary>
    [JsonPropertyName("tokens_per_second")]
    public double? TokensPerSecond { get; init; }

    /// <summary>Tokens of the prompt of the caller's last generation.</summary>
    [JsonPropertyName("input_tokens")]
    public int? InputTokens { get; init; }

    /// <summary>Tokens of the answer of the caller's last generation.</summary>
    [JsonPropertyName("output_tokens")]
    public int? OutputTokens { get; init; }

    /// <summary>Milliseconds of the caller's last generation.</summary>
    [JsonPropertyName("total_time")]
    public double? TotalTime { get; init; }

    /// <summary>Nothing is loaded.</summary>
    public static ModelPayload Nothing { get; } = new() { IsReady = false, Backend = null, ModelPath = null };

    /// <summary>What a caller is told of a model that it holds.</summary>
    /// <param name="expires">When it leaves memory if nobody uses it.</param>
    /// <param name="settings">What the caller's generations on it go by; null where that is told elsewhere.</param>
    public static ModelPayload Of(LoadedModel model, Caller caller, DateTimeOffset? expires, GenerationSettings? settings = null)
    {
        var memory = ModelMemory.Of(model);
        var card = model.Host.Card;
        var last = model.LastGenerations.TryGetValue(caller, out var figures) ? figures : (GenerationFigures?)null;
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
            TokensPerSecond = last?.TokensPerSecond,
            InputTokens = last?.PromptTokens,
            OutputTokens = last?.AnswerTokens,
            TotalTime = last is { } all ? (all.TimeToFirstToken + all.DecodeTime).TotalMilliseconds : null,
        };
    }

    /// <summary>The same for a caller that does not hold the model, without what tells of others' use of it.</summary>
    public ModelPayload OfOthers() => this with { Pid = null, LoadedAt = null, Expires = null };

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
/// <param name="ModelType"><c>bitnet</c> for ternary weights.</param>
internal sealed record ModelConfig(
    [property: JsonPropertyName("context_size")] int ContextSize,
    [property: JsonPropertyName("embedding_dim")] int EmbeddingDim,
    [property: JsonPropertyName("file_size")] long FileSize,
    [property: JsonPropertyName("model_type"), OneOf("gguf", "bitnet")] string ModelType);
