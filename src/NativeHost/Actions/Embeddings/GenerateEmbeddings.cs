using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Framing;
using NativeHost.Inference.Embedding;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Embeddings;

/// <summary>
/// Asks for the vectors of texts. Without a model, or with <c>default</c>, the caller's loaded embedding model computes them, or else the one
/// that the user's setting <c>embeddingModel</c> names, which is the one that comes with the host unless it is changed.
/// </summary>
[Requires(nameof(Texts), nameof(Input))]
internal sealed record GenerateEmbeddingsRequest : ModelAddressed
{
    /// <summary>The texts, at most 10,000.</summary>
    public IReadOnlyList<string?>? Texts { get; init; }

    /// <summary>The same as OpenAI names it: a text, or a list of texts.</summary>
    [ReadAs(typeof(IReadOnlyList<string>))]
    public JsonElement Input { get; init; }

    /// <summary>What the texts are, where a model was trained to tell texts that are looked for from texts that are looked through.</summary>
    [OneOf(typeof(EmbeddingPurpose))]
    [Default("similarity")]
    [JsonPropertyName("input_type")]
    public string? InputType { get; init; }

    /// <summary>Put before each text instead of what the model was trained with for the <c>input_type</c>; empty for nothing; at most 1,000 characters.</summary>
    public string? Prefix { get; init; }

    /// <summary>
    /// Keeps so many numbers of each vector, the first ones, and brings it to length 1 again; only for models that were trained for it. Absent for all.
    /// </summary>
    [Range(1)]
    public int? Dimensions { get; init; }

    /// <summary>How vectors are written: as arrays, or as 32-bit floats, the least byte first, in base64, which takes half the room.</summary>
    [OneOf("float", "base64")]
    [Default("float")]
    [JsonPropertyName("encoding_format")]
    public string? EncodingFormat { get; init; }

    /// <summary>The first text that is wanted: that of an answer's <c>next_offset</c>.</summary>
    [Range(0)]
    [Default(0)]
    public int Offset { get; init; }
}

/// <param name="Embeddings">The vectors, each of length 1, from the text at <c>offset</c> on: as many as fit a frame.</param>
/// <param name="Model">The model that computed them.</param>
/// <param name="TotalTokens">Tokens of the texts whose vectors are here, with what the model wants before and behind each.</param>
/// <param name="Count">Vectors that are here.</param>
/// <param name="Dimension">Numbers of each.</param>
/// <param name="Offset">The first one's text.</param>
/// <param name="NextOffset">What to ask with for the next ones; absent where these were the last.</param>
/// <param name="TokenCounts">Tokens of each text.</param>
/// <param name="Truncated">Texts that are longer than the model's context, and whose ends are not in their vectors: numbers from 0. Absent for none.</param>
/// <param name="ContextTokens">Most tokens of a text.</param>
/// <param name="Prefix">What was put before each text; absent for nothing.</param>
/// <param name="Backend">The engine.</param>
internal sealed record GenerateEmbeddingsReply(
    IReadOnlyList<EmbeddingVector> Embeddings,
    string Model,
    [property: JsonPropertyName("total_tokens")] int TotalTokens,
    int Count,
    int Dimension,
    int Offset,
    [property: JsonPropertyName("next_offset")] int? NextOffset,
    [property: JsonPropertyName("token_counts")] IReadOnlyList<int> TokenCounts,
    IReadOnlyList<int>? Truncated,
    [property: JsonPropertyName("context_tokens")] int ContextTokens,
    string? Prefix,
    string Backend) : Reply;

internal sealed class GenerateEmbeddingsHandler(EmbeddingModels models) : IHandler<GenerateEmbeddingsRequest, GenerateEmbeddingsReply>
{
    private const string Base64 = "base64";

    /// <summary>Of what stands before each text.</summary>
    private const int MostPrefix = 1000;

    /// <summary>Room for all but the vectors and what is said of each text.</summary>
    private const int HeadBytes = 32 * 1024;

    /// <summary>Most characters of a number, and the comma: <c>-0.012345679</c>, <c>-1.2345679E-05</c>.</summary>
    private const int MostNumberBytes = 16;

    /// <summary>Of a text's token count, and of its number where it was cut; and of what the later envelope writes around each vector.</summary>
    private const int BytesBesideVector = 80;

    public async Task<GenerateEmbeddingsReply> HandleAsync(GenerateEmbeddingsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var texts = TextsOf(request);
        var purpose = PurposeOf(request.InputType);
        var isBase64 = request.EncodingFormat switch
        {
            null or "float" => false,
            Base64 => true,
            _ => throw RequestFields.Invalid("encoding_format", "it is float or base64"),
        };
        if (request.Offset < 0 || request.Offset >= texts.Count)
        {
            throw RequestFields.Invalid("offset", $"it is from 0 to {texts.Count - 1}: there are {texts.Count} texts");
        }

        if (request.Dimensions < 1)
        {
            throw RequestFields.Invalid("dimensions", "it is at least 1");
        }

        if (request.Prefix?.Length > MostPrefix)
        {
            throw RequestFields.Invalid("prefix", $"it has at most {MostPrefix:N0} characters");
        }

        var model = await models.BringAsync(request.Address, exchange, cancellationToken);
        var width = model.Host.Card.EmbeddingSize;
        var page = texts.Skip(request.Offset).Take(TextsOfPage(Math.Min(request.Dimensions ?? width, width), isBase64)).ToList();
        var result = await models.EmbedAsync(model, new EmbeddingRequest(page, purpose, request.Prefix), exchange, cancellationToken);
        var dimensions = request.Dimensions is { } wanted && wanted > result.Dimensions
            ? throw RequestFields.Invalid("dimensions", $"{model.Path} has {result.Dimensions}")
            : request.Dimensions ?? result.Dimensions;
        var next = request.Offset + page.Count;
        return new GenerateEmbeddingsReply(
            [.. Enumerable.Range(0, page.Count).Select(text => new EmbeddingVector(VectorOf(result, text, dimensions), isBase64))],
            model.Path,
            result.TokenCounts.Sum(),
            page.Count,
            dimensions,
            request.Offset,
            next < texts.Count ? next : null,
            result.TokenCounts,
            result.Truncated.Count > 0 ? [.. result.Truncated.Select(text => text + request.Offset)] : null,
            model.Host.ContextTokens,
            result.Prefix.Length > 0 ? result.Prefix : null,
            model.Host.Card.Engine);
    }

    private static IReadOnlyList<string> TextsOf(GenerateEmbeddingsRequest request)
    {
        IReadOnlyList<string?> texts = request.Texts ?? request.Input.ValueKind switch
        {
            JsonValueKind.String => [request.Input.GetString()],
            JsonValueKind.Array => [.. request.Input.EnumerateArray().Select(text => text.ValueKind == JsonValueKind.String ? text.GetString() : null)],
            JsonValueKind.Undefined or JsonValueKind.Null => [],
            _ => throw RequestFields.Invalid("input", "it is a text, or a list of texts"),
        };
        return texts.Count == 0 ? throw new RequestException(ErrorCode.InvalidRequest, "No texts provided")
            : EmbeddingRequests.Texts(request.Texts is null ? "input" : "texts", texts);
    }

    private static EmbeddingPurpose PurposeOf(string? word) => word switch
    {
        null or "similarity" => EmbeddingPurpose.Similarity,
        "query" => EmbeddingPurpose.Query,
        "document" => EmbeddingPurpose.Document,
        _ => throw RequestFields.Invalid("input_type", "it is query, document or similarity"),
    };

    private static int TextsOfPage(int dimensions, bool isBase64)
    {
        var vector = isBase64 ? dimensions * sizeof(float) * 4 / 3 : dimensions * MostNumberBytes;
        return Math.Max(1, (FrameLimits.MaxOutboundBytes - HeadBytes) / (vector + BytesBesideVector));
    }

    private static ReadOnlyMemory<float> VectorOf(EmbeddingResult result, int text, int dimensions)
    {
        var vector = result.Vector(text);
        if (dimensions == result.Dimensions)
        {
            return vector;
        }

        var cut = new float[dimensions];
        EmbedderCall.WriteUnit(vector.Span[..dimensions], cut);
        return cut;
    }
}
