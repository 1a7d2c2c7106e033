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
    private const int ConfirmedOffset = 18;
    private const uint NoTransaction = uint.MaxValue;

    // In page 0 only.
    private const int SignatureOffset = 32;
    private const int VersionOffset = 59;
    private const byte FileVersion = 8;
    private const int LastPageOffset = 64;
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

    /// <summary>Reads the first page of a data file.</summary>
    /// <param name="page">Unsealed.</param>
    /// <returns>Null where it is none.</returns>
    public static DataHeader? HeaderOf(ReadOnlySpan<byte> page)
        => KindOf(page) == PageKind.Header && page[SignatureOffset..].StartsWith(Signature) && page[VersionOffset] == FileVersion
            ? new DataHeader(
                BinaryPrimitives.ReadInt64LittleEndian(page[CreationOffset..]),
                BinaryPrimitives.ReadInt32LittleEndian(page[UserVersionOffset..]),
                BinaryPrimitives.ReadUInt32LittleEndian(page[LastPageOffset..]))
            : null;

    public static uint NumberOf(ReadOnlySpan<byte> page) => BinaryPrimitives.ReadUInt32LittleEndian(page);

    /// <summary>Of a page in the log.</summary>
    public static uint TransactionOf(ReadOnlySpan<byte> page) => BinaryPrimitives.ReadUInt32LittleEndian(page[TransactionOffset..]);

    /// <summary>Whether a page in the log is the last one of its transaction.</summary>
    public static bool EndsTransaction(ReadOnlySpan<byte> page) => page[ConfirmedOffset] != 0;

    public static PageKind KindOf(ReadOnlySpan<byte> page) => (PageKind)page[KindOffset];
}

/// <summary>What the first page of a data file says.</summary>
/// <param name="Stamp">When the file was made, to a ten millionth of a second: no two files have the same.</param>
/// <param name="Schema">LiteDB's USER_VERSION, which is the version of our schema.</param>
/// <param name="LastPage">The greatest number of a page.</param>
internal readonly record struct DataHeader(long Stamp, int Schema, uint LastPage);

/// <summary>LiteDB's kinds of pages.</summary>
internal enum PageKind : byte
{
    Empty = 0,
    Header = 1,
    Collection = 2,
    Index = 3,
    Data = 4,
}
