using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace NativeHost.Storage.Messages;

/// <summary>Where a message is in its conversation: what <see cref="MessageTree"/> needs of it, and its key in the index that the tree is read from.</summary>
/// <param name="Conversation">The conversation's number.</param>
/// <param name="Number">The message's own.</param>
/// <param name="Id">The message's.</param>
/// <param name="Parent">As <see cref="MessageRow.Parent"/>.</param>
/// <param name="Created">As <see cref="MessageRow.Created"/>.</param>
/// <param name="Latest">When it was written or deleted last, in ms since 1970.</param>
/// <param name="IsLive">It was not deleted.</param>
/// <remarks>
/// LiteDB reads an index without the documents if nothing else is asked for. So a tree costs the pages of the index, not those of all texts.
/// Layout, big-endian: conversation i64, number i64 (by which keys are in order), created i64, latest i64, flags u8, id, parent. Of an id: its
/// length u16 and its UTF-8; or, of one that is a prefix that we give and 32 hexadecimal digits, 0xFFFF and 16 bytes.
/// </remarks>
internal readonly record struct MessagePlace(long Conversation, long Number, string Id, string? Parent, long Created, long Latest, bool IsLive)
{
    /// <summary>Bytes of the longest key.</summary>
    public const int MaxKeyBytes = HeadBytes + (2 * (sizeof(ushort) + StorageLimits.MaxIdBytes));

    private const int HeadBytes = (4 * sizeof(long)) + 1;
    private const byte Live = 1;
    private const byte HasParent = 2;
    private const ushort IsMade = ushort.MaxValue;
    private const int MadeBytes = 16;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    public static MessagePlace Of(ReadOnlySpan<byte> key)
    {
        var at = HeadBytes;
        var flags = key[HeadBytes - 1];
        var id = ReadId(key, ref at);
        return new MessagePlace(
            BinaryPrimitives.ReadInt64BigEndian(key),
            BinaryPrimitives.ReadInt64BigEndian(key[8..]),
            id,
            (flags & HasParent) != 0 ? ReadId(key, ref at) : null,
            BinaryPrimitives.ReadInt64BigEndian(key[16..]),
            BinaryPrimitives.ReadInt64BigEndian(key[24..]),
            (flags & Live) != 0);
    }

    public byte[] ToKey()
    {
        Span<byte> key = stackalloc byte[MaxKeyBytes];
        BinaryPrimitives.WriteInt64BigEndian(key, Conversation);
        BinaryPrimitives.WriteInt64BigEndian(key[8..], Number);
        BinaryPrimitives.WriteInt64BigEndian(key[16..], Created);
        BinaryPrimitives.WriteInt64BigEndian(key[24..], Latest);
        key[HeadBytes - 1] = (byte)((IsLive ? Live : 0) | (Parent is null ? 0 : HasParent));
        var at = HeadBytes;
        WriteId(key, ref at, Id);
        if (Parent is not null)
        {
            WriteId(key, ref at, Parent);
        }

        return key[..at].ToArray();
    }

    private static string ReadId(ReadOnlySpan<byte> key, ref int at)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(key[at..]);
        at += sizeof(ushort);
        if (length == IsMade)
        {
            at += MadeBytes;
            return string.Concat(MessageRow.IdPrefix, Convert.ToHexStringLower(key.Slice(at - MadeBytes, MadeBytes)));
        }

        at += length;
        return Encoding.UTF8.GetString(key.Slice(at - length, length));
    }

    private static void WriteId(Span<byte> key, ref int at, string id)
    {
        Span<byte> made = stackalloc byte[MadeBytes];
        if (TryPack(id, made))
        {
            BinaryPrimitives.WriteUInt16BigEndian(key[at..], IsMade);
            made.CopyTo(key[(at + sizeof(ushort))..]);
            at += sizeof(ushort) + MadeBytes;
            return;
        }

        var length = Encoding.UTF8.GetBytes(id, key[(at + sizeof(ushort))..]);
        BinaryPrimitives.WriteUInt16BigEndian(key[at..], (ushort)length);
        at += sizeof(ushort) + length;
    }

    // Only what comes back as it was: no capital letters.
    private static bool TryPack(string id, Span<byte> bytes)
        => id.Length == MessageRow.IdPrefix.Length + (2 * MadeBytes)
        && id.StartsWith(MessageRow.IdPrefix, StringComparison.Ordinal)
        && !id.AsSpan(MessageRow.IdPrefix.Length).ContainsAnyExcept(HexDigits)
        && Convert.FromHexString(id.AsSpan(MessageRow.IdPrefix.Length), bytes, out _, out _) == OperationStatus.Done;
}
