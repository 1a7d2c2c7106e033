using NativeHost.Messages;
using NativeHost.Pages;

namespace NativeHost.Actions.Pages;

/// <summary>What requests about pages have in common.</summary>
internal static class PageRequests
{
    /// <summary>Characters of an address.</summary>
    public const int MostUrl = 8192;

    /// <summary>There is no such page.</summary>
    public static RequestException NotFound(string page)
        => new(ErrorCode.PageNotFound, $"There is no page {(page.Length <= 80 ? page : $"{page[..80]}…")}: index it again (index_page). Pages are kept in memory only, and the host was restarted or others took their room.");

    /// <summary>The page that a request names.</summary>
    /// <param name="id">Comes before the address.</param>
    /// <returns>Null where it names none.</returns>
    public static string? IdOf(string? id, string? url) => !string.IsNullOrEmpty(id) ? id : !string.IsNullOrEmpty(url) ? IndexedPage.IdOf(url) : null;
}
