using System.Text.Json.Serialization;
using NativeHost.Actions.Embeddings;
using NativeHost.Actions.Models;
using NativeHost.Conversations;
using NativeHost.Messages;
using NativeHost.Pages;
using NativeHost.Routing;
using NativeHost.Search.Texts;

namespace NativeHost.Actions.Pages;

/// <summary>
/// Gives the host the text of a page, so that it can be asked with <c>ask_page</c>. It is kept in memory only, for this caller alone, until it is forgotten,
/// other pages need its room (64 MiB for those of an extension), or the host ends. The embedding model is chosen as for <c>generate_embeddings</c>.
/// </summary>
internal sealed record IndexPageRequest : ModelAddressed
{
    /// <summary>The page's address, at most 8,192 characters. One that was indexed before is replaced; what is still the same in it is not embedded again.</summary>
    public required string Url { get; init; }

    /// <summary>Its title, which the model is told; the first 300 characters are kept.</summary>
    public string? Title { get; init; }

    /// <summary>Its text, at most 8,000,000 UTF-16 units. What citations say of places is about this text, unit by unit.</summary>
    public required string Text { get; init; }
}

/// <param name="PageId">Its name, for <c>ask_page</c>; always the same for an address.</param>
/// <param name="Url">Its address.</param>
/// <param name="Title">Its title; may be empty.</param>
/// <param name="Characters">UTF-16 units of its text.</param>
/// <param name="Chunks">The parts that it is found by.</param>
/// <param name="Embedded">Those of them whose vectors were computed now; the others were there.</param>
/// <param name="TotalTokens">Tokens of all parts.</param>
/// <param name="TruncatedChunks">How many parts are longer than the model's context, so that their ends are found by words alone. Absent for none.</param>
/// <param name="Model">The model that computed the vectors.</param>
/// <param name="Dimension">Numbers of each.</param>
/// <param name="Bytes">Memory that the page takes.</param>
internal sealed record IndexPageReply(
    [property: JsonPropertyName("page_id")] string PageId,
    string Url,
    string Title,
    int Characters,
    int Chunks,
    int Embedded,
    [property: JsonPropertyName("total_tokens")] int TotalTokens,
    [property: JsonPropertyName("truncated_chunks")] int? TruncatedChunks,
    string Model,
    int Dimension,
    long Bytes) : Reply;

/// <summary>How far the indexing of a page is.</summary>
/// <param name="PageId">The page.</param>
/// <param name="Done">Parts whose vectors are there.</param>
/// <param name="Total">All parts.</param>
internal sealed record PageIndexProgressPayload([property: JsonPropertyName("page_id")] string PageId, int Done, int Total);

internal sealed class IndexPageHandler(EmbeddingModels models, HeldPages pages, TimeProvider time) : IHandler<IndexPageRequest, IndexPageReply>
{
    /// <summary>UTF-16 units of a page, far above those of a long book.</summary>
    public const int MostCharacters = 8_000_000;

    private const int MostTitle = 300;

    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);

    public async Task<IndexPageReply> HandleAsync(IndexPageRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        if (request.Url.Length is 0 or > PageRequests.MostUrl)
        {
            throw RequestFields.Invalid("url", $"it has 1 to {PageRequests.MostUrl} characters");
        }

        if (request.Text.Length > MostCharacters)
        {
            throw RequestFields.Invalid("text", $"it has at most {MostCharacters:N0} characters: index its parts, each under an address of its own");
        }

        var spans = TextChunks.Of(request.Text);
        if (spans.Count == 0)
        {
            throw RequestFields.Invalid("text", "there is nothing in it but blanks");
        }

        var model = await models.BringAsync(request.Address, exchange, cancellationToken);
        var bytes = IndexedPage.BytesFor(request.Text.Length, spans.Count, (long)spans.Count * model.Host.Card.EmbeddingSize);
        if (bytes > pages.MostOfOrigin)
        {
            throw new RequestException(ErrorCode.QuotaExceeded, $"The page would take {bytes:N0} bytes of memory, and all pages of an extension may take {pages.MostOfOrigin:N0}. Index a part of it, or choose a model with shorter vectors.")
            {
                Details = new ErrorDetails { NeededBytes = bytes, AvailableBytes = pages.MostOfOrigin },
            };
        }

        var owner = UserConversations.NameOf(exchange.Caller);
        var id = IndexedPage.IdOf(request.Url);
        var known = ChunksByText(pages.Use(owner, id), IndexedPage.ModelKeyOf(model.Path, model.Host.Card.Fingerprint));
        var (chunks, embedded) = await EmbedAsync(id, request.Text, spans, known, model, exchange, cancellationToken);
        var page = new IndexedPage
        {
            Owner = owner,
            Origin = exchange.Caller.Origin,
            Url = request.Url,
            Title = RequestFields.Beginning(request.Title ?? "", MostTitle),
            Text = request.Text,
            Chunks = chunks,
            Model = model.Path,
            ModelFingerprint = model.Host.Card.Fingerprint,
            IndexedAt = time.GetUtcNow(),
        };
        pages.Put(page);
        var truncated = chunks.Count(chunk => chunk.IsTruncated);
        return new IndexPageReply(
            id,
            page.Url,
            page.Title,
            page.Text.Length,
            chunks.Count,
            embedded,
            chunks.Sum(chunk => chunk.Tokens),
            truncated > 0 ? truncated : null,
            model.Path,
            chunks[0].Vector.Length,
            page.Bytes);
    }

    /// <summary>What the page had before, by what it says; nothing where another model made it.</summary>
    private static Dictionary<string, PageChunk> ChunksByText(IndexedPage? page, string modelKey)
        => page is null || page.ModelKey != modelKey ? []
            : page.Chunks.DistinctBy(chunk => chunk.Span.Of(page.Text), StringComparer.Ordinal).ToDictionary(chunk => chunk.Span.Of(page.Text), StringComparer.Ordinal);

    private async Task<(IReadOnlyList<PageChunk> Chunks, int Embedded)> EmbedAsync(
        string id,
        string text,
        IReadOnlyList<TextSpan> spans,
        Dictionary<string, PageChunk> known,
        LoadedModel model,
        Exchange exchange,
        CancellationToken cancellationToken)
    {
        var chunks = spans.Select(span => known.GetValueOrDefault(span.Of(text)) is { } same ? same with { Span = span } : null).ToArray();
        var missing = Enumerable.Range(0, spans.Count).Where(chunk => chunks[chunk] is null).ToList();
        var told = time.GetTimestamp();
        var made = await models.EmbedAsync(model, missing.ConvertAll(chunk => (text, spans[chunk])), TellAsync, exchange, cancellationToken);
        foreach (var (chunk, vector) in missing.Zip(made))
        {
            chunks[chunk] = vector;
        }

        return (chunks!, missing.Count);

        async Task TellAsync(int done)
        {
            if (time.GetElapsedTime(told) >= LeastPause)
            {
                told = time.GetTimestamp();
                await exchange.SendAsync(ActionEvents.PageIndexProgress, new PageIndexProgressPayload(id, spans.Count - missing.Count + done, spans.Count), cancellationToken);
            }
        }
    }
}
