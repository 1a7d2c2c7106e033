using System.Text.Json.Serialization;
using NativeHost.Actions.Conversations;
using NativeHost.Conversations;
using NativeHost.Messages;
using NativeHost.Pages;
using NativeHost.Routing;

namespace NativeHost.Actions.Pages;

/// <summary>Asks which pages of the caller's the host has, the last used one first.</summary>
internal sealed record ListPagesRequest
{
    /// <summary>How many at most.</summary>
    [Range(1, ListPagesHandler.MostCount)]
    [Default(ListPagesHandler.UsualCount)]
    public int? Limit { get; init; }

    /// <summary>How many to leave out at the beginning: the <c>next_offset</c> of an earlier answer.</summary>
    [Range(0)]
    [Default(0)]
    public int? Offset { get; init; }
}

/// <param name="Pages">The last used one first; perhaps fewer than wanted, because an answer has to fit into a frame.</param>
/// <param name="Total">How many there are.</param>
/// <param name="NextOffset">What to ask with for the next ones; absent where these were the last.</param>
/// <param name="Bytes">Memory that the pages of the extension take, of all its namespaces.</param>
/// <param name="LimitBytes">How much they may take: then those go that were not used for longest.</param>
internal sealed record ListPagesReply(
    IReadOnlyList<PageView> Pages,
    int Total,
    [property: JsonPropertyName("next_offset")] int? NextOffset,
    long Bytes,
    [property: JsonPropertyName("limit_bytes")] long LimitBytes) : Reply;

/// <param name="PageId">Its name.</param>
/// <param name="Url">Its address.</param>
/// <param name="Title">Its title; may be empty.</param>
/// <param name="Characters">UTF-16 units of its text.</param>
/// <param name="Chunks">The parts that it is found by.</param>
/// <param name="Model">The model that computed their vectors.</param>
/// <param name="Bytes">Memory that it takes.</param>
/// <param name="CreatedAt">When it was indexed, in milliseconds since 1970.</param>
internal sealed record PageView(
    [property: JsonPropertyName("page_id")] string PageId,
    string Url,
    string Title,
    int Characters,
    int Chunks,
    string Model,
    long Bytes,
    [property: JsonPropertyName("created_at")] long CreatedAt);

internal sealed class ListPagesHandler(HeldPages pages) : IHandler<ListPagesRequest, ListPagesReply>
{
    public const int UsualCount = 100;
    public const int MostCount = 1000;

    public Task<ListPagesReply> HandleAsync(ListPagesRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var limit = RequestFields.Within("limit", request.Limit, UsualCount, 1, MostCount);
        var offset = RequestFields.Within("offset", request.Offset, 0, 0, int.MaxValue);
        var all = pages.Of(UserConversations.NameOf(exchange.Caller));
        var views = all.Skip(offset).Take(limit).Select(ViewOf).ToList();
        views = views[..FrameRoom.CountOf(views, ActionsJson.Default.PageView)];
        return Task.FromResult(new ListPagesReply(
            views, all.Count, offset + views.Count < all.Count && views.Count > 0 ? offset + views.Count : null, pages.BytesOf(exchange.Caller.Origin), pages.MostOfOrigin));
    }

    private static PageView ViewOf(IndexedPage page)
        => new(page.Id, page.Url, page.Title, page.Text.Length, page.Chunks.Count, page.Model, page.Bytes, page.IndexedAt.ToUnixTimeMilliseconds());
}
