using System.Text.Json.Serialization;
using NativeHost.Conversations;
using NativeHost.Messages;
using NativeHost.Pages;
using NativeHost.Routing;

namespace NativeHost.Actions.Pages;

/// <summary>Asks the host to forget a page of the caller's, or all of them.</summary>
[Requires(nameof(PageId), nameof(Url), nameof(All))]
internal sealed record ForgetPageRequest
{
    /// <summary>The page.</summary>
    [JsonPropertyName("page_id")]
    public string? PageId { get; init; }

    /// <summary>Its address, where no <c>page_id</c> is given.</summary>
    public string? Url { get; init; }

    /// <summary>All pages of the caller's, whatever else is named.</summary>
    public bool All { get; init; }
}

/// <param name="Forgotten">How many pages were there and are forgotten.</param>
internal sealed record ForgetPageReply(int Forgotten) : Reply;

internal sealed class ForgetPageHandler(HeldPages pages) : IHandler<ForgetPageRequest, ForgetPageReply>
{
    public Task<ForgetPageReply> HandleAsync(ForgetPageRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var owner = UserConversations.NameOf(exchange.Caller);
        if (request.All)
        {
            return Task.FromResult(new ForgetPageReply(pages.ForgetAll(owner)));
        }

        var id = PageRequests.IdOf(request.PageId, request.Url) ?? throw RequestFields.Invalid("page_id", "name the page, by page_id or url, or say all");
        return Task.FromResult(new ForgetPageReply(pages.Forget(owner, id) ? 1 : 0));
    }
}
