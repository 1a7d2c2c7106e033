using System.Text;
using LiteDB;
using NativeHost.Storage.Database;

namespace NativeHost.Storage.Messages;

/// <summary>The texts of messages: short ones in the message's row, long ones in parts of some LiteDB pages each.</summary>
/// <remarks>
/// A document of LiteDB has at most 16 MB and is read and written as a whole, so a long text would make every look at its message slow, and
/// every second of a long answer would write all of it again. Of parts only the last one changes while a text grows.
/// </remarks>
internal static class MessageTexts
{
    /// <summary>UTF-8 bytes of a text that a row still holds: half a page.</summary>
    public const int MaxInlineBytes = 4_000;

    /// <summary>UTF-8 bytes of a part: with its head it fills eight pages.</summary>
    public const int PartBytes = 65_000;

    private const int MaxCharacterBytes = 4;

    /// <summary>Of a part: its bytes.</summary>
    public const string BytesField = "b";

    /// <summary>Of a part: which of the texts that had its place it belongs to.</summary>
    private const string EditionField = "v";

    /// <summary>Stores a text in place of the one before.</summary>
    public static void Replace(Tables tables, MessageRow row, TextKind kind, string text)
    {
        var parts = PartsOf(row, kind);
        row.SetText(kind, 0, "");
        if (parts > 0)
        {
            row.BeginEdition(kind);
        }

        Grow(tables, row, kind, Encoding.UTF8.GetBytes(text));
        RemoveParts(tables, row, kind, PartsOf(row, kind), parts);
    }

    /// <summary>Stores a text of which the row has a beginning already.</summary>
    public static void Grow(Tables tables, MessageRow row, TextKind kind, ReadOnlySpan<byte> text)
    {
        if (text.Length <= MaxInlineBytes)
        {
            row.SetText(kind, text.Length, Encoding.UTF8.GetString(text));
            return;
        }

        var stored = row.BytesOf(kind);
        var first = stored <= MaxInlineBytes ? 0 : (int)(stored / PartBytes);
        for (var part = first; part * PartBytes < text.Length; part++)
        {
            var bytes = text[(part * PartBytes)..Math.Min(text.Length, (part + 1) * PartBytes)];
            var document = new BsonDocument { ["_id"] = KeyOf(row, kind, part), ["k"] = (int)RowKind.Text, [BytesField] = bytes.ToArray() };
            if (row.EditionOf(kind) is var edition and > 0)
            {
                document[EditionField] = edition;
            }

            tables.Texts.Put(document);
        }

        row.SetText(kind, text.Length, null);
    }

    /// <summary>Reads a piece of a text, from whole character to whole character.</summary>
    /// <param name="from">Byte of the UTF-8 text to begin at; what another piece ended with, or 0.</param>
    /// <param name="maxBytes">At least one character comes, however small it is.</param>
    public static TextPiece Read(Tables tables, MessageRow row, TextKind kind, long from, int maxBytes)
    {
        var total = row.BytesOf(kind);
        if (from >= total)
        {
            return new TextPiece("", total, total);
        }

        var wanted = (int)Math.Min(total - from, Math.Max(maxBytes, MaxCharacterBytes));
        var bytes = new byte[wanted];
        if (row.InlineOf(kind) is { } inline)
        {
            Encoding.UTF8.GetBytes(inline).AsSpan((int)from, wanted).CopyTo(bytes);
        }
        else
        {
            ReadParts(tables, row, kind, from, bytes);
        }

        var begin = WholeFrom(bytes);
        var end = from + wanted == total ? wanted : WholeTo(bytes);
        return new TextPiece(Encoding.UTF8.GetString(bytes.AsSpan(begin, Math.Max(0, end - begin))), from + end, total);
    }

    /// <summary>How many parts a text has; 0 where the row holds it.</summary>
    public static int PartsOf(MessageRow row, TextKind kind)
        => row.InlineOf(kind) is null ? (int)((row.BytesOf(kind) + PartBytes - 1) / PartBytes) : 0;

    /// <summary>Removes parts.</summary>
    /// <param name="from">The first one to go.</param>
    /// <param name="to">The first one behind them.</param>
    public static void RemoveParts(Tables tables, MessageRow row, TextKind kind, int from, int to)
    {
        for (var part = from; part < to; part++)
        {
            tables.Texts.Delete(KeyOf(row, kind, part));
        }
    }

    /// <summary>Whether one version of a part was written after another: a text grows until another takes its place.</summary>
    public static bool IsLater(BsonDocument part, BsonDocument other)
        => (EditionOf(part), part[BytesField].AsBinary.Length).CompareTo((EditionOf(other), other[BytesField].AsBinary.Length)) > 0;

    /// <summary>How much of a text in parts is there from its beginning, in bytes. Parts of a text that was there before are none of it.</summary>
    public static long StoredBytesOf(Tables tables, MessageRow row, TextKind kind)
    {
        var stored = 0L;
        for (var part = 0; part < PartsOf(row, kind); part++)
        {
            var found = tables.Texts.Find(KeyOf(row, kind, part));
            var bytes = found is not null && EditionOf(found) == row.EditionOf(kind) ? found[BytesField].AsBinary.Length : 0;
            stored += bytes;
            if (bytes != PartBytes)
            {
                break;
            }
        }

        return Math.Min(stored, row.BytesOf(kind));
    }

    /// <summary>The message that a part belongs to, by its number.</summary>
    public static long MessageOf(byte[] key) => Keys.FirstOf(key);

    private static long EditionOf(BsonDocument part) => part[EditionField] is { IsInt64: true } edition ? edition.AsInt64 : 0;

    private static void ReadParts(Tables tables, MessageRow row, TextKind kind, long from, Span<byte> into)
    {
        var done = 0;
        while (done < into.Length)
        {
            var at = from + done;
            var part = tables.Texts.Find(KeyOf(row, kind, (int)(at / PartBytes)))
                ?? throw new DamagedFileException("A part of a text is not there.");
            var bytes = part[BytesField].AsBinary.AsSpan((int)(at % PartBytes));
            var count = Math.Min(bytes.Length, into.Length - done);
            if (count == 0)
            {
                throw new DamagedFileException("A part of a text is too short.");
            }

            bytes[..count].CopyTo(into[done..]);
            done += count;
        }
    }

    private static byte[] KeyOf(MessageRow row, TextKind kind, int part) => Keys.Pair(row.Number, ((long)kind << 32) | (uint)part);

    // Bytes 10xxxxxx continue a character.
    private static int WholeFrom(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && (bytes[at] & 0xC0) == 0x80)
        {
            at++;
        }

        return at;
    }

    private static int WholeTo(ReadOnlySpan<byte> bytes)
    {
        var at = bytes.Length - 1;
        while (at > 0 && (bytes[at] & 0xC0) == 0x80)
        {
            at--;
        }

        return at + Rune.DecodeFromUtf8(bytes[at..], out _, out var length) switch
        {
            System.Buffers.OperationStatus.Done => length,
            _ => 0,
        };
    }
}

/// <summary>A piece of a text.</summary>
/// <param name="Text">Whole characters.</param>
/// <param name="NextByte">Where the next piece begins, in bytes of the UTF-8 text.</param>
/// <param name="TotalBytes">Of the whole text.</param>
public sealed record TextPiece(string Text, long NextByte, long TotalBytes)
{
    public bool IsLast => NextByte >= TotalBytes;
}
