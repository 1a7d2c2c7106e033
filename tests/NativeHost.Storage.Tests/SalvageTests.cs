using System.Buffers.Binary;
using LiteDB;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;
using NativeHost.Storage.Database.Salvage;
using NativeHost.Storage.Messages;
using Xunit;

namespace NativeHost.Storage.Tests;

/// <summary>Pages of different times, as a journal with holes leaves them, made by hand.</summary>
public sealed class SalvageTests : IDisposable
{
    private const int BlockBytes = 4000;

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void Of_two_versions_of_a_row_the_later_one_is_taken(int first, int second)
    {
        Write(PageOf(0, Whole(Conversation(first))), PageOf(0, Whole(Conversation(second))));
        new StoreSalvage(new StoreFiles(_folder.Path), DiskFile.Open).Run("a test", _folder.Time.GetUtcNow());

        using var store = _folder.Open();

        Assert.Equal("Version 2", store.Conversations.Find(new StoreCaller("extension"), "c")!.Title);
        Assert.Equal((1, 0), (store.Recovery!.Conversations, store.Recovery.LostDocuments));
    }

    [Fact]
    public void A_message_of_an_earlier_version_comes_into_the_tree()
    {
        var row = MessageRow.New(1, "m", "c", 1, 5);
        row.WritePresent(3);
        row.SetText(TextKind.Content, 5, "hello");
        row.Seal(3);
        row.Document[Tables.TreeField] = Keys.Pair(1, 5);
        DocumentSum.Seal(row.Document);
        Write(PageOf(0, Whole(Conversation(1))), PageOf(0, Whole(row.Document)));
        new StoreSalvage(new StoreFiles(_folder.Path), DiskFile.Open).Run("a test", _folder.Time.GetUtcNow());

        using var store = _folder.Open();

        Assert.Equal("hello", Assert.Single(store.Messages.Page(new StoreCaller("extension"), "c", new MessageQuery()).Messages).Content);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_document_of_pages_of_different_times_is_taken_only_if_it_is_what_was_written(bool isOfOne)
    {
        var (one, other) = (BsonSerializer.Serialize(Long(1)), BsonSerializer.Serialize(Long(2)));
        Write(PageOf(0, (one[..BlockBytes], 2)), PageOf(1, ((isOfOne ? one : other)[BlockBytes..], null)));
        using var data = DiskFile.Open(_folder.Data);
        using var journal = DiskFile.Open(_folder.Journal);
        var scan = new DocumentScan(new PageSource(data, journal, []), hasHoles: true);

        var found = scan.Read().ToList();

        Assert.Equal((isOfOne ? 1 : 0, isOfOne ? 0 : 1, 1), (found.Count, scan.UnreadableDocuments, scan.DamagedPages));
    }

    private static BsonDocument Conversation(int version)
    {
        var row = ConversationRow.New(1, "extension", "c", number: 1);
        row.WritePresent(version);
        row.Write(ConversationRow.TitleField, $"Version {version}", version);
        row.Seal(version);
        DocumentSum.Seal(row.Document);
        return row.Document;
    }

    private static BsonDocument Long(int version)
    {
        var document = new BsonDocument { ["_id"] = 1, ["text"] = new string((char)('0' + version), 6000) };
        DocumentSum.Seal(document);
        return document;
    }

    private static (byte[] Bytes, uint? Next) Whole(BsonDocument document) => (BsonSerializer.Serialize(document), null);

    // As DocumentScan says that they are; a first block, or one that goes on.
    private static byte[] PageOf(byte kind, (byte[] Bytes, uint? Next) block)
    {
        const int At = 32;
        var page = new byte[PageFormat.PageSize];
        page[4] = (byte)PageKind.Data;
        BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(page.Length - 4), (ushort)(block.Bytes.Length + 6));
        BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(page.Length - 2), At);
        page[At] = kind;
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(At + 1), block.Next ?? uint.MaxValue);
        block.Bytes.CopyTo(page, At + 6);
        PageFormat.Seal(page);
        return page;
    }

    // What should be the first page is none.
    private void Write(params byte[][] pages)
    {
        File.WriteAllBytes(_folder.Data, [.. new byte[PageFormat.PageSize], .. pages.SelectMany(page => page)]);
        File.WriteAllBytes(_folder.Journal, []);
    }
}
