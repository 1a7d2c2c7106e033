using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;
using NativeHost.Inference.Generation;

namespace NativeHost.Workers;

/// <summary>What a worker is told, one frame each.</summary>
/// <param name="Number">The broker's number for the work; counts up.</param>
internal sealed record WorkerRequest(WorkerOperation Operation, int Number)
{
    /// <summary>Load: absolute path of the model.</summary>
    public string? Path { get; init; }

    public ModelLoadOptions? Options { get; init; }

    /// <summary>Generate, count: what.</summary>
    public GenerationRequest? Generation { get; init; }

    /// <summary>Embed: what.</summary>
    public EmbeddingRequest? Embedding { get; init; }

    /// <summary>Rerank: what.</summary>
    public RerankRequest? Rerank { get; init; }
}

/// <summary>The kinds of <see cref="WorkerRequest"/>.</summary>
internal enum WorkerOperation
{
    /// <summary>Once, before all else.</summary>
    Load,
    Generate,

    /// <summary>Tells the tokens of a prompt.</summary>
    Count,
    Embed,
    Rerank,

    /// <summary>Ends the work of the same number early.</summary>
    Stop,

    /// <summary>Ends the thinking of the generation of the same number.</summary>
    AnswerNow,

    /// <summary>Lets the generation of the same number wait: its reader is far behind.</summary>
    Pause,

    /// <summary>Lets it go on.</summary>
    Resume,
}

/// <summary>What a worker says, one frame each: one of the fields beside the number is there.</summary>
/// <param name="Number">The request's.</param>
/// <remarks>Text, which comes with every token, is written and read by <see cref="TokenFrame"/>.</remarks>
internal sealed record WorkerReport(int Number)
{
    /// <summary>The worker's version, before all else: the host may have been updated since the broker started.</summary>
    public string? Version { get; init; }

    /// <summary>The part of the model that is loaded, 0 to 1.</summary>
    public float? Progress { get; init; }

    public LoadedReport? Loaded { get; init; }

    public PrefillProgress? Prefill { get; init; }

    /// <summary>The model begins to call a tool.</summary>
    public CallReport? Call { get; init; }

    public ResultReport? Result { get; init; }

    /// <summary>Tokens of a prompt.</summary>
    public int? TokenCount { get; init; }

    public VectorsReport? Vectors { get; init; }

    public RerankResult? Ranks { get; init; }

    public FailureReport? Failure { get; init; }
}

/// <summary>A model is in memory.</summary>
internal sealed record LoadedReport(ModelCard Card, int ContextTokens);

/// <summary>A tool call begins.</summary>
/// <param name="Index">Which of the answer, from 0.</param>
/// <param name="TokenCount">Tokens generated so far.</param>
internal sealed record CallReport(int Index, string Id, string Name, int TokenCount);

/// <summary>A generation ended; its text is what was sent before.</summary>
/// <param name="FirstTokenTicks">Time to the first token, in ticks of 100 ns.</param>
/// <param name="DecodeTicks">Time from there to the last.</param>
internal sealed record ResultReport(
    StopReason Stop, string? StopText, IReadOnlyList<int> Tokens, int PromptTokens, int CachedTokens, long FirstTokenTicks, long DecodeTicks)
{
    public int ReasoningTokens { get; init; }
}

/// <summary>The vectors of some texts.</summary>
/// <param name="Bytes">[texts × dimensions] numbers of 32 bits, in the machine's byte order: both processes are on it.</param>
internal sealed record VectorsReport(int Dimensions, byte[] Bytes, IReadOnlyList<int> TokenCounts, IReadOnlyList<int> Truncated, string Prefix)
{
    public static VectorsReport Of(EmbeddingResult result) => new(
        result.Dimensions, MemoryMarshal.AsBytes(result.Vectors.Span).ToArray(), result.TokenCounts, result.Truncated, result.Prefix);

    public EmbeddingResult Result() => new(Dimensions, MemoryMarshal.Cast<byte, float>(Bytes).ToArray(), TokenCounts, Truncated, Prefix);
}

/// <summary>Work failed; <see cref="WorkerFailures"/> makes the exception of it again.</summary>
internal sealed record FailureReport(string Kind, string Message)
{
    /// <summary>The kind of model, the file, or whatever else an exception names.</summary>
    public string? Subject { get; init; }

    public long First { get; init; }

    public long Second { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(WorkerRequest))]
[JsonSerializable(typeof(WorkerReport))]
internal sealed partial class WorkerJson : JsonSerializerContext;
