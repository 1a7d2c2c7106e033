using NativeHost.Actions.Embeddings;
using NativeHost.Actions.Models;
using NativeHost.Inference.Embedding;
using NativeHost.Pages;
using NativeHost.Routing;
using NativeHost.Search.Texts;

namespace NativeHost.Actions.Pages;

/// <summary>Computes the vectors of parts of texts, some at a time.</summary>
internal static class ChunkEmbedding
{
    /// <summary>Progress is told after so many.</summary>
    private const int ChunksAtOnce = 64;

    /// <param name="chunks">Each with the text that it is a part of.</param>
    /// <param name="progress">Told how many are done, now and then; null for nobody.</param>
    /// <returns>One for each, in their order.</returns>
    /// <exception cref="OperationCanceledException">The client is gone, or its caller stopped it.</exception>
    public static async Task<IReadOnlyList<PageChunk>> EmbedAsync(
        this EmbeddingModels models,
        LoadedModel model,
        IReadOnlyList<(string Text, TextSpan Span)> chunks,
        Func<int, Task>? progress,
        Exchange exchange,
        CancellationToken cancellationToken)
    {
        var made = new List<PageChunk>(chunks.Count);
        foreach (var batch in chunks.Chunk(ChunksAtOnce))
        {
            var result = await models.EmbedAsync(
                model, new EmbeddingRequest([.. batch.Select(chunk => chunk.Span.Of(chunk.Text))], EmbeddingPurpose.Document), exchange, cancellationToken);
            for (var i = 0; i < batch.Length; i++)
            {
                made.Add(new PageChunk(batch[i].Span, result.Vector(i).ToArray(), result.TokenCounts[i], result.Truncated.Contains(i)));
            }

            await (progress?.Invoke(made.Count) ?? Task.CompletedTask);
        }

        return made;
    }
}
