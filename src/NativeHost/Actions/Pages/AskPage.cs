using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Actions.Embeddings;
using NativeHost.Actions.Generation;
using NativeHost.Actions.Models;
using NativeHost.Actions.Streams;
using NativeHost.Conversations;
using NativeHost.Inference.Embedding;
using NativeHost.Inference.Generation;
using NativeHost.Messages;
using NativeHost.Pages;
using NativeHost.Routing;

namespace NativeHost.Actions.Pages;

/// <summary>
/// Asks a model a question about pages that were indexed (<c>index_page</c>), or about documents that come with it. What they say about it is found by words and by meaning, and given to the model
/// as numbered excerpts; the answer comes as that of <c>generate</c>, its first event tells the excerpts, and its final frame says which sentences of the pages it
/// stands on. Nothing is stored.
/// </summary>
[Requires(nameof(PageId), nameof(PageIds), nameof(Url), nameof(Documents))]
internal sealed record AskPageRequest : ModelAddressed
{
    /// <summary>The page.</summary>
    [JsonPropertyName("page_id")]
    public string? PageId { get; init; }

    /// <summary>
    /// Several pages, at most 32, in place of one. Where different embedding models have indexed them, each model's scores count for its own pages, which
    /// compares them badly: index them with one.
    /// </summary>
    [JsonPropertyName("page_ids")]
    public IReadOnlyList<string?>? PageIds { get; init; }

    /// <summary>The page's address, where nothing else names it.</summary>
    public string? Url { get; init; }

    /// <summary>
    /// Texts to ask in place of pages: at most 1,000, with 8,000,000 UTF-16 units together. Nothing is kept of them. The model of their vectors is chosen as
    /// for <c>generate_embeddings</c>; where it cannot be used, they are searched by words alone.
    /// </summary>
    public IReadOnlyList<string?>? Documents { get; init; }

    /// <summary>What to answer: at most 32,768 characters.</summary>
    public required string Question { get; init; }

    /// <summary>How many excerpts the model is shown; fewer where its context has no room for so many.</summary>
    [Range(1, AskPageHandler.MostExcerpts)]
    [Default(AskPageHandler.UsualExcerpts)]
    [JsonPropertyName("top_k")]
    public int? TopK { get; init; }

    /// <summary>Settings of this generation alone, as <c>generate</c> has them. <c>top_k</c> in here is the sampler's.</summary>
    [Settings(typeof(GenerationSettingTable))]
    public JsonElement Settings { get; init; }
}

/// <summary>What a model is shown before it answers.</summary>
/// <remarks><see cref="UpdateEncoder"/> writes it by hand.</remarks>
/// <param name="Sources">The excerpts, the best first.</param>
/// <param name="StreamId">What <c>resume_stream</c> and <c>stop_generation</c> take.</param>
/// <param name="Seq">Number of the event in its stream, from 1.</param>
internal sealed record PageSourcesPayload(IReadOnlyList<PageSource> Sources, string StreamId, long Seq);

internal sealed class AskPageHandler(
    EmbeddingModels embeddings, HeldPages pages, ModelShelf shelf, GenerationStreams streams, CallerStates callers, ModelAddresses addresses)
    : IHandler<AskPageRequest, Reply<GenerationPayload>>
{
    public const int UsualExcerpts = 6;
    public const int MostExcerpts = 20;
    private const int MostPages = 32;

    public async Task<Reply<GenerationPayload>> HandleAsync(AskPageRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var count = RequestFields.Within("top_k", request.TopK, UsualExcerpts, 1, MostExcerpts);
        if (string.IsNullOrWhiteSpace(request.Question) || request.Question.Length > EmbeddingRequests.MostQuery)
        {
            throw RequestFields.Invalid("question", $"it is required, a text of at most {EmbeddingRequests.MostQuery:N0} characters");
        }

        var owner = UserConversations.NameOf(exchange.Caller);
        var documents = request.Documents is { Count: > 0 } texts ? AskedDocuments.Checked(texts) : null;
        var pagesAsked = documents is null ? PagesOf(request, owner) : [];
        var state = callers.Of(exchange.Caller);
        var given = GivenSettings.Of(SettingsReader.Members(request.Settings, "settings"));
        streams.CheckLimits(exchange.Caller);
        var path = ModelUse.NameOf(request.Address, state, addresses, shelf);
        try
        {
            var asked = documents is null ? pagesAsked : await AskedDocuments.IndexAsync(documents, owner, embeddings, exchange, cancellationToken);
            var queries = await EmbedAsync(request.Question, asked, exchange, cancellationToken);
            var excerpts = PageRetrieval.Find(asked, request.Question, queries, count, cancellationToken);
            var model = await ModelUse.BringAsync(shelf, path, exchange, cancellationToken);
            var settings = given.Over(state.SettingsOf(path));
            var generation = new GenerationRequest { Sampling = settings.EffectiveSampling, MaxNewTokens = settings.MaxNewTokens, StopTexts = settings.StopTexts };
            var question = new PageQuestion(request.Question, excerpts, asked.Any(page => queries.ContainsKey(page.ModelKey)) ? "hybrid" : "text", generation, model.Host.ContextTokens);
            return await streams.Start(model, question.Request, exchange, question: question).DeliverAsync(exchange, after: 0, UpdateEncoder.Encoding, cancellationToken);
        }
        catch (OperationCanceledException) when (exchange.Stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return GenerationPayload.NotBegun(path);
        }
    }

    private List<IndexedPage> PagesOf(AskPageRequest request, string owner)
    {
        var ids = request.PageIds is { } several ? EmbeddingRequests.Texts("page_ids", several).Distinct(StringComparer.Ordinal).ToList()
            : PageRequests.IdOf(request.PageId, request.Url) is { } one ? [one] : [];
        return ids.Count is 0 or > MostPages
            ? throw RequestFields.Invalid("page_id", $"name the page, by page_id or url, or 1 to {MostPages} of them by page_ids, or give documents")
            : ids.ConvertAll(id => pages.Use(owner, id) ?? throw PageRequests.NotFound(request.PageIds is null ? request.PageId ?? request.Url ?? id : id));
    }

    /// <summary>The question's vector, by the key of the model that made it; of models that cannot be used any more, or are others now, there is none.</summary>
    private async Task<Dictionary<string, ReadOnlyMemory<float>>> EmbedAsync(
        string question, IReadOnlyList<IndexedPage> asked, Exchange exchange, CancellationToken cancellationToken)
    {
        var queries = new Dictionary<string, ReadOnlyMemory<float>>(StringComparer.Ordinal);
        foreach (var name in asked.Select(page => page.Model).Distinct(StringComparer.Ordinal))
        {
            try
            {
                if (await embeddings.FindAgainAsync(name, exchange, cancellationToken) is { } model)
                {
                    var result = await embeddings.EmbedAsync(model, new EmbeddingRequest([question], EmbeddingPurpose.Query), exchange, cancellationToken);
                    queries[IndexedPage.ModelKeyOf(name, model.Host.Card.Fingerprint)] = result.Vector(0);
                }
            }
#pragma warning disable CA1031 // Whatever is wrong with the model: words find it as well, and the answer says that it was found by them alone.
            catch (Exception) when (!cancellationToken.IsCancellationRequested && !exchange.Stopping.IsCancellationRequested)
#pragma warning restore CA1031
            {
                continue;
            }
        }

        return queries;
    }
}
