using System.Buffers.Text;
using System.Text;
using NativeHost.Messages;
using NativeHost.Storage;

namespace NativeHost.Actions.Conversations;

/// <summary>Where a page ended, as a text that clients give back and do not read.</summary>
internal static class Cursor
{
    /// <summary>Of a number in a cursor that callers may not read: as long as any other, so that its length tells nothing.</summary>
    public const string NumberFormat = "D19";

    // No id has control characters.
    private const char Separator = '\n';

    /// <param name="kind">What it is a cursor of.</param>
    public static string Of(string kind, params ReadOnlySpan<string> parts)
        => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join(Separator, (ReadOnlySpan<string?>)[kind, .. parts])));

    /// <summary>A cursor of what callers may not read: numbers that tell what others do.</summary>
    /// <param name="store">What it is a place in.</param>
    /// <param name="kind">What it is a cursor of.</param>
    public static string Of(ConversationStore store, string kind, params ReadOnlySpan<string> parts)
        => Of(kind, store.Changes.StoreId, store.Cursors.Close(string.Join(Separator, parts)));

    /// <summary>Reads a cursor that callers may not read.</summary>
    /// <param name="store">What it should be a place in.</param>
    /// <param name="kind">What it has to be a cursor of.</param>
    /// <returns>Null where it is one of another store, or of an earlier version of this program, or was changed.</returns>
    /// <exception cref="Messages.RequestException">It is none that an earlier page gave.</exception>
    public static string[]? Read(ConversationStore store, string cursor, string kind)
        => Read(cursor, kind, 2) is var parts && parts[0] == store.Changes.StoreId ? store.Cursors.Open(parts[1])?.Split(Separator) : null;

    /// <param name="kind">What it has to be a cursor of.</param>
    /// <param name="count">How many parts it has to have.</param>
    /// <exception cref="Messages.RequestException">It is none that an earlier page gave.</exception>
    public static string[] Read(string cursor, string kind, int count)
        => Base64Url.IsValid(cursor) && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(Separator) is [var first, .. var parts]
            && first == kind && parts.Length == count
            ? parts
            : throw RequestFields.Invalid("cursor", "it is none that an earlier page gave; begin without one");
}
