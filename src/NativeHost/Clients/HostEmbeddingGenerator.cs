using System.Text.Json;
using Microsoft.Extensions.AI;
using NativeHost.CommandLine;

namespace NativeHost.Clients;

/// <summary>The host's embedding models as a generator of Microsoft.Extensions.AI: over frames, as an extension would ask.</summary>
/// <remarks>One request at a time.</remarks>
/// <param name="host">Not owned.</param>
/// <param name="model">The model's address; null for the one that comes with the host, or the user has chosen.</param>
internal sealed class HostEmbeddingGenerator(HostDialogue host, string? model = null) : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <inheritdoc/>
    /// <exception cref="HostRequestException">The host answered with an error.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        List<string> texts = [.. values];
        var made = new GeneratedEmbeddings<Embedding<float>>();
        var tokens = 0L;
        while (made.Count < texts.Count)
        {
            // A frame has room for some thousand vectors.
            var answer = await host.AskAsync(json => Write(json, texts, options, offset: made.Count), _ => Task.CompletedTask, cancellationToken);
            if (answer.GetProperty("status").GetString() != "success")
            {
                throw new HostRequestException(answer.GetProperty("code").GetString()!, answer.GetProperty("message").GetString()!);
            }

            tokens += answer.GetProperty("total_tokens").GetInt64();
            foreach (var vector in answer.GetProperty("embeddings").EnumerateArray())
            {
                made.Add(new Embedding<float>(vector.EnumerateArray().Select(number => number.GetSingle()).ToArray()) { ModelId = answer.GetProperty("model").GetString() });
            }
        }

        made.Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens };
        return made;
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
        => serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata("tabagent", providerUri: null, model)
            : serviceType.IsInstanceOfType(this) ? this
            : null;

    /// <summary>Frees nothing: the host is the caller's.</summary>
    public void Dispose()
    {
    }

    private void Write(Utf8JsonWriter json, List<string> texts, EmbeddingGenerationOptions? options, int offset)
    {
        json.WriteStartObject();
        json.WriteString("action", "generate_embeddings");
        if ((options?.ModelId ?? model) is { } address)
        {
            json.WriteString("model", address);
        }

        json.WriteStartArray("texts");
        texts.ForEach(json.WriteStringValue);
        json.WriteEndArray();
        json.WriteNumber("offset", offset);
        if (options?.Dimensions is { } dimensions)
        {
            json.WriteNumber("dimensions", dimensions);
        }

        json.WriteEndObject();
    }
}
