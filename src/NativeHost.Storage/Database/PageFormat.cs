using System.Buffers.Binary;
using System.IO.Hashing;

namespace NativeHost.Storage.Database;

/// <summary>What this project knows of LiteDB's pages (file version 8), little-endian.</summary>
/// <remarks>
/// A page in the data file has no transaction, and LiteDB writes 0xFFFFFFFF where one in its log has the number of its own. Our data file
/// has the page's CRC-32 there instead, computed with 0xFFFFFFFF in that place, and hides it from LiteDB. So the file is one that LiteDB
/// opens by itself, and a page that LiteDB wrote without us is known by the 0xFFFFFFFF: it has no checksum.
/// </remarks>
internal static class PageFormat
{
    /// <summary>Bytes.</summary>
    public const int PageSize = 8192;

    // Byte 4: kind of page. Bytes 14 to 17: transaction. Bytes 19 to 22: the page of its collection.
    private const int KindOffset = 4;
    private const int TransactionOffset = 14;
    private const uint NoTransaction = uint.MaxValue;

    // In page 0 only.
    private const int SignatureOffset = 32;
    private const int VersionOffset = 59;
    private const byte FileVersion = 8;
    private const int CreationOffset = 68;
    private const int UserVersionOffset = 76;

    private static ReadOnlySpan<byte> Signature => "** This is a LiteDB file **"u8;

    /// <summary>Puts the checksum into a page that is about to be written.</summary>
    public static void Seal(Span<byte> page)
    {
        var place = page[TransactionOffset..];
        BinaryPrimitives.WriteUInt32LittleEndian(place, NoTransaction);
        var sum = Crc32.HashToUInt32(page);
        BinaryPrimitives.WriteUInt32LittleEndian(place, sum == NoTransaction ? 0 : sum);
    }

    /// <summary>Takes the checksum out of a page that was read.</summary>
    /// <returns>Whether the page is what was written.</returns>
    public static bool TryUnseal(Span<byte> page)
    {
        var place = page[TransactionOffset..];
        var stored = BinaryPrimitives.ReadUInt32LittleEndian(place);
        BinaryPrimitives.WriteUInt32LittleEndian(place, NoTransaction);
        if (stored == NoTransaction)
        {
            return true;
        }

        var sum = Crc32.HashToUInt32(page);
        return stored == (sum == NoTransaction ? 0 : sum);
    }

    /// <summary>Whether an unsealed page can be the first of a data file.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> page)
        => page[KindOffset] == (byte)PageKind.Header
        && page[SignatureOffset..].StartsWith(Signature)
        && page[VersionOffset] == FileVersion;

    /// <summary>When the file was made, to a ten millionth of a second: no two files have the same.</summary>
    public static long StampOf(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt64LittleEndian(header[CreationOffset..]);

    /// <summary>LiteDB's USER_VERSION, which is the version of our schema.</summary>
    public static int SchemaOf(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt32LittleEndian(header[UserVersionOffset..]);

    public static PageKind KindOf(ReadOnlySpan<byte> page) => (PageKind)page[KindOffset];
}

/// <summary>LiteDB's kinds of pages.</summary>
internal enum PageKind : byte
{
    Empty = 0,
    Header = 1,
    Collection = 2,
    Index = 3,
    Data = 4,
}
