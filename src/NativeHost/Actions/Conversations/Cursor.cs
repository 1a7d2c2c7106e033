using System.Buffers.Text;
using System.Text;
using NativeHost.Messages;

namespace NativeHost.Actions.Conversations;

/// <summary>Where a page ended, as a text that clients give back and do not read.</summary>
internal static class Cursor
{
    // No id has control characters.
    private const char Separator = '\n';

    /// <param name="kind">What it is a cursor of.</param>
    public static string Of(string kind, params ReadOnlySpan<string> parts)
        => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join(Separator, (ReadOnlySpan<string?>)[kind, .. parts])));

    /// <param name="kind">What it has to be a cursor of.</param>
    /// <param name="count">How many parts it has to have.</param>
    /// <exception cref="Messages.RequestException">It is none that an earlier page gave.</exception>
    public static string[] Read(string cursor, string kind, int count)
        => Base64Url.IsValid(cursor) && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(Separator) is [var first, .. var parts]
            && first == kind && parts.Length == count
            ? parts
            : throw RequestFields.Invalid("cursor", "it is none that an earlier page gave; begin without one");
}
