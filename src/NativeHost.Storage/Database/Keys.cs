using System.Buffers.Binary;
using System.Text;

namespace NativeHost.Storage.Database;

/// <summary>Keys of indexes: binary, so that LiteDB compares them byte by byte; numbers big-endian, so that they sort by value.</summary>
/// <remarks>
/// LiteDB's keys have at most 1,023 bytes, and as texts it would compare them by culture. No title and no text is ever part of one: only
/// numbers, and ids, whose length <see cref="StorageLimits.MaxIdBytes"/> bounds.
/// </remarks>
internal static class Keys
{
    /// <summary>Added to the origin in the list key of what is awaited. No origin has so great a number.</summary>
    private const uint AwaitedList = 1u << 31;

    /// <summary>Added to the origin in the list key of what was deleted. No origin has so great a number.</summary>
    private const uint DeletedList = 1u << 30;

    /// <summary>(origin, id): of conversations, messages and summaries, each in its own collection.</summary>
    public static byte[] Of(int origin, string id)
    {
        var key = new byte[sizeof(int) + Encoding.UTF8.GetByteCount(id)];
        BinaryPrimitives.WriteUInt32BigEndian(key, (uint)origin);
        Encoding.UTF8.GetBytes(id, key.AsSpan(sizeof(int)));
        return key;
    }

    public static int OriginOf(byte[] key) => (int)BinaryPrimitives.ReadUInt32BigEndian(key);

    public static string IdOf(byte[] key) => Encoding.UTF8.GetString(key.AsSpan(sizeof(int)));

    /// <summary>(origin, sequence): the order of changes.</summary>
    public static byte[] Feed(int origin, long sequence)
    {
        var key = new byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(key, (uint)origin);
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(4), sequence);
        return key;
    }

    public static long SequenceOf(byte[] feed) => BinaryPrimitives.ReadInt64BigEndian(feed.AsSpan(4));

    /// <summary>(origin, updated, number): the order in lists.</summary>
    public static byte[] List(int origin, long updated, long number) => List((uint)origin, updated, number);

    /// <summary>(origin, updated, number): the order of conversations that are not there, of which messages are.</summary>
    public static byte[] Awaited(int origin, long updated, long number) => List(AwaitedList | (uint)origin, updated, number);

    /// <summary>(origin, updated, number): the order of what is left of conversations that were deleted, or of which only messages were.</summary>
    public static byte[] Deleted(int origin, long updated, long number) => List(DeletedList | (uint)origin, updated, number);

    /// <summary>(conversation, order): the messages of a conversation. (message, text, part): the parts of a long text.</summary>
    public static byte[] Pair(long first, long second)
    {
        var key = new byte[16];
        BinaryPrimitives.WriteInt64BigEndian(key, first);
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(8), second);
        return key;
    }

    public static long FirstOf(byte[] pair) => BinaryPrimitives.ReadInt64BigEndian(pair);

    public static long SecondOf(byte[] pair) => BinaryPrimitives.ReadInt64BigEndian(pair.AsSpan(8));

    private static byte[] List(uint origin, long updated, long number)
    {
        var key = new byte[20];
        BinaryPrimitives.WriteUInt32BigEndian(key, origin);
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(4), updated);
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(12), number);
        return key;
    }
}
