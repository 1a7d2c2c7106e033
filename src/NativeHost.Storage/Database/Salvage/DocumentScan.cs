using System.Buffers.Binary;
using LiteDB;
using static NativeHost.Storage.Database.PageFormat;

namespace NativeHost.Storage.Database.Salvage;

/// <summary>Finds documents in pages, without indexes and without any page that says where they are.</summary>
/// <remarks>
/// A page of data ends with slots of four bytes, from the last one back: length u16, position u16; 0 where nothing is. At the position is a
/// block: u8, 0 where a document begins; the number of the page (u32) and the slot (u8) where it goes on, 0xFFFFFFFF where it does not; bytes.
/// A document is the bytes of its blocks: BSON, whose first four bytes are its length.
/// </remarks>
/// <param name="pages">Where they may be.</param>
/// <param name="hasHoles">Whether pages may be of different times, so that what goes on from one to another may not belong together.</param>
internal sealed class DocumentScan(PageSource pages, bool hasHoles)
{
    private const int HighestSlotOffset = 30;
    private const int FirstBlockOffset = 32;
    private const int BlockHead = 6;
    private const byte NoSlots = byte.MaxValue;
    private const uint NoPage = uint.MaxValue;

    /// <summary>More than LiteDB stores in one.</summary>
    private const int MaxDocumentBytes = 17 * 1024 * 1024;

    /// <summary>Pages that are not what was written.</summary>
    public int DamagedPages { get; private set; }

    /// <summary>Documents that began somewhere and could not be read.</summary>
    public int UnreadableDocuments { get; private set; }

    /// <summary>All documents that can be read and are what was written, in no order.</summary>
    public IEnumerable<BsonDocument> Read()
    {
        var page = new byte[PageSize];
        (DamagedPages, UnreadableDocuments) = (0, 0);
        for (uint number = 0; number < pages.Count; number++)
        {
            var state = pages.Read(number, page);
            DamagedPages += number < pages.Certain && state is PageState.Doubtful or PageState.Missing ? 1 : 0;
            if (state == PageState.Missing || KindOf(page) != PageKind.Data || page[HighestSlotOffset] == NoSlots)
            {
                continue;
            }

            for (var slot = 0; slot <= page[HighestSlotOffset]; slot++)
            {
                if (BlockAt(page, slot) is { Count: > 0 } block && block[0] == 0)
                {
                    if (TryRead(page, block, state) is { } document)
                    {
                        yield return document;
                    }
                    else
                    {
                        UnreadableDocuments++;
                    }
                }
            }
        }
    }

    // Empty where there is none; on a damaged page slots may say anything.
    private static ArraySegment<byte> BlockAt(byte[] page, int slot)
    {
        var place = PageSize - ((slot + 1) * sizeof(uint));
        var length = BinaryPrimitives.ReadUInt16LittleEndian(page.AsSpan(place));
        var position = BinaryPrimitives.ReadUInt16LittleEndian(page.AsSpan(place + sizeof(ushort)));
        return position >= FirstBlockOffset && length > BlockHead && position + length <= place
            ? new ArraySegment<byte>(page, position, length)
            : default;
    }

    private BsonDocument? TryRead(byte[] first, ArraySegment<byte> block, PageState state)
    {
        var bytes = new MemoryStream();
        var page = first;
        while (true)
        {
            bytes.Write(block.AsSpan(BlockHead));
            var next = BinaryPrimitives.ReadUInt32LittleEndian(block.AsSpan(1));
            if (next == NoPage)
            {
                break;
            }

            var slot = block[1 + sizeof(uint)];
            page = page == first ? new byte[PageSize] : page;
            var nextState = next < pages.Count ? pages.Read(next, page) : PageState.Missing;
            state = nextState == PageState.Good ? state : nextState;
            block = nextState == PageState.Missing ? default : BlockAt(page, slot);
            if (block.Count == 0 || bytes.Length > MaxDocumentBytes)
            {
                return null;
            }
        }

        // Of pages that are what was written, and belong together, all documents are.
        var isCertain = state == PageState.Good && !hasHoles;
        return TryParse(bytes.ToArray()) is { } document && (isCertain || DocumentSum.IsRight(document)) ? document : null;
    }

    private static BsonDocument? TryParse(byte[] bytes)
    {
        if (bytes.Length < sizeof(int) || BinaryPrimitives.ReadInt32LittleEndian(bytes) is var length && (length < sizeof(int) || length > bytes.Length))
        {
            return null;
        }

        try
        {
            return BsonSerializer.Deserialize(bytes);
        }
#pragma warning disable CA1031 // LiteDB's reader trusts its input: what it throws at bytes that are no document is anything.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
