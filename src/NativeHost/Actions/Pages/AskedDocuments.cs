using NativeHost.Actions.Embeddings;
using NativeHost.Actions.Models;
using NativeHost.Messages;
using NativeHost.Pages;
using NativeHost.Routing;
using NativeHost.Search.Texts;

namespace NativeHost.Actions.Pages;

/// <summary>Documents that come with a question, made ready to be asked as pages are.</summary>
internal static class AskedDocuments
{
    private const int Most = 1000;

    /// <summary>The texts of a request.</summary>
    /// <exception cref="RequestException">One is null, all are blank, or they are too many.</exception>
    public static IReadOnlyList<string> Checked(IReadOnlyList<string?> documents)
    {
        var texts = EmbeddingRequests.Texts("documents", documents);
        return texts.Count > Most ? throw RequestFields.Invalid("documents", $"they are at most {Most:N0}")
            : texts.Sum(text => (long)text.Length) > IndexPageHandler.MostCharacters ? throw RequestFields.Invalid("documents", $"together they have at most {IndexPageHandler.MostCharacters:N0} characters")
            : texts.All(string.IsNullOrWhiteSpace) ? throw RequestFields.Invalid("documents", "there is nothing in them but blanks")
            : texts;
    }

    /// <summary>Their parts with vectors; without where the model of these cannot be used.</summary>
    /// <exception cref="OperationCanceledException">The client is gone, or its caller stopped it.</exception>
    public static async Task<IReadOnlyList<IndexedPage>> IndexAsync(
        IReadOnlyList<string> documents, string owner, EmbeddingModels models, Exchange exchange, CancellationToken cancellationToken)
    {
        var spans = documents.Select(text => TextChunks.Of(text)).ToList();
        var (model, chunks) = await EmbedAsync([.. documents.Zip(spans).SelectMany(pair => pair.Second.Select(span => (pair.First, span)))], models, exchange, cancellationToken);
        var next = 0;
        var pages = new List<IndexedPage>(documents.Count);
        for (var i = 0; i < documents.Count; i++)
        {
            pages.Add(new IndexedPage
            {
                Owner = owner,
                Origin = exchange.Caller.Origin,
                Url = "",
                Document = i,
                Title = "",
                Text = documents[i],
                Chunks = [.. chunks.Skip(next).Take(spans[i].Count)],
                Model = model?.Path ?? "",
                ModelFingerprint = model?.Host.Card.Fingerprint,
                IndexedAt = default,
            });
            next += spans[i].Count;
        }

        return pages;
    }

    private static async Task<(LoadedModel? Model, IReadOnlyList<PageChunk> Chunks)> EmbedAsync(
        IReadOnlyList<(string Text, TextSpan Span)> chunks, EmbeddingModels models, Exchange exchange, CancellationToken cancellationToken)
    {
        try
        {
            var model = await models.BringAsync(address: null, exchange, cancellationToken);
            return (model, await models.EmbedAsync(model, chunks, progress: null, exchange, cancellationToken));
        }
#pragma warning disable CA1031 // Whatever is wrong with the model: words find it as well, and the answer says that it was found by them alone.
        catch (Exception) when (!cancellationToken.IsCancellationRequested && !exchange.Stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return (null, [.. chunks.Select(chunk => new PageChunk(chunk.Span, [], 0, IsTruncated: false))]);
        }
    }
}
