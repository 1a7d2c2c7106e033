using LiteDB;
using LiteDB.Engine;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;
using NativeHost.Storage.Database.Opening;
using NativeHost.Storage.Messages;
using NativeHost.Storage.Retention;
using Xunit;

namespace NativeHost.Storage.Tests;

public sealed class SchemaTests : IDisposable
{
    private static readonly StoreCaller Caller = new("extension");

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_older_file_is_brought_to_this_version_and_kept()
    {
        MakeVersion0();
        var old = File.ReadAllBytes(_folder.Data);

        using var store = ConversationStore.Open(_folder.Options with { MigrationSteps = [FromVersion0(), .. StoreOpening.Steps] });

        Assert.Equal("Rivers", store.Conversations.Find(Caller, "c1")!.Title);
        Assert.Equal(["How long is the Rhine?", "1,233 km."], store.Messages.Page(Caller, "c1", new MessageQuery()).Messages.Select(m => m.Content));
        Assert.Equal(old, File.ReadAllBytes(store.Backup!));
        Assert.Equal("conversations.schema-0-20261127T120000Z.db", Path.GetFileName(store.Backup));
        store.Messages.Add(Caller, "c1", [new NewMessage("user") { Content = "And the Elbe?" }]);
    }

    [Fact]
    public void A_migration_that_fails_leaves_the_old_file_and_is_done_the_next_time()
    {
        MakeVersion0();
        var old = File.ReadAllBytes(_folder.Data);
        _folder.Disk.Room = 50_000;

        var failure = Assert.Throws<StorageException>(() => ConversationStore.Open(_folder.Options with { MigrationSteps = [FromVersion0(), .. StoreOpening.Steps] }));

        Assert.Equal(StorageFault.DiskFull, failure.Fault);
        Assert.Equal(old, File.ReadAllBytes(_folder.Data));
        _folder.Disk.Room = null;
        using var store = ConversationStore.Open(_folder.Options with { MigrationSteps = [FromVersion0(), .. StoreOpening.Steps] });
        Assert.NotNull(store.Conversations.Find(Caller, "c1"));
    }

    [Fact]
    public void A_newer_file_is_refused_and_not_touched()
    {
        using (var store = _folder.Open())
        {
            store.Conversations.Create(Caller, new NewConversation { Id = "c" });
        }

        SetVersion(DataFiles.Schema + 1);
        var bytes = File.ReadAllBytes(_folder.Data);
        var written = File.GetLastWriteTimeUtc(_folder.Data);

        var failure = Assert.Throws<StorageException>(_folder.Open);

        Assert.Equal(StorageFault.SchemaTooNew, failure.Fault);
        Assert.Contains("not touched", failure.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(_folder.Data));
        Assert.Equal(written, File.GetLastWriteTimeUtc(_folder.Data));
        SetVersion(DataFiles.Schema);
        using var again = _folder.Open();
        Assert.NotNull(again.Conversations.Find(Caller, "c"));
    }

    [Fact]
    public void A_file_of_version_1_has_all_its_trees_and_deletions()
    {
        string[] ids;
        using (var store = _folder.Open())
        {
            foreach (var conversation in new[] { "c", "gone" })
            {
                store.Conversations.Create(Caller, new NewConversation { Id = conversation });
                store.Messages.Add(Caller, conversation, [.. Enumerable.Range(0, 30).Select(number => new NewMessage("user") { Content = $"{number}" })]);
            }

            ids = [.. store.Messages.Page(Caller, "c", new MessageQuery()).Messages.Select(message => message.Id)];
            store.Messages.Add(Caller, "c", [new NewMessage("user") { Id = "branch", ParentId = ids[3], Content = "other" }]);
            store.Messages.Delete(Caller, ids[1]);
            store.Conversations.Delete(Caller, "gone");
        }

        MakeVersion1();

        using var opened = _folder.Open();

        Assert.EndsWith("conversations.schema-1-20261127T120000Z.db", opened.Backup, StringComparison.Ordinal);
        Assert.Null(opened.Recovery);
        string[] shown = [ids[0], ids[2], ids[3]];
        Assert.Equal([.. shown, "branch"], opened.Messages.Page(Caller, "c", new MessageQuery()).Messages.Select(message => message.Id));
        Assert.Equal([.. shown, .. ids[4..]], opened.Messages.Page(Caller, "c", new MessageQuery { HeadId = ids[^1] }).Messages.Select(message => message.Id));
        Assert.Equal(2, opened.Retention.Report(Caller).Origins.Single().Usage.Deletions);
        _folder.Time.Advance(RetentionControl.DeletionsKept + TimeSpan.FromDays(1));
        opened.Retention.ApplyAgeLimits();
        Assert.Null(opened.Sync.Pull(Caller, 0, 100, 1000).Conversations.SingleOrDefault(record => record.Id == "gone"));
    }

    // Keys as they were then.
    private void MakeVersion1()
    {
        var files = new StoreFiles(_folder.Path);
        using (var database = StoreDatabase.Open(files, new StoreOpening(files, DiskFile.Open, _ => RetentionLimits.None, [], _folder.Time)))
        {
            database.Write(tables =>
            {
                foreach (var document in tables.Messages.All().ToList())
                {
                    document[Tables.TreeField] = document[Tables.TreeField].AsBinary[..16];
                    tables.Messages.Put(document);
                }

                var gone = tables.Conversations.Find(Keys.Of(1, "gone"))!;
                gone[Tables.ListField] = new byte[] { 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9 };
                tables.Conversations.Put(gone);
                return 0;
            });
        }

        SetVersion(1);
    }

    // As LiteDB makes it without us: no checksums, a collection of chats, and one of messages with their chat's id.
    private void MakeVersion0()
    {
        using var engine = new LiteEngine(new EngineSettings { Filename = _folder.Data, Collation = Collation.Binary });
        engine.Insert("chats", [new BsonDocument { ["_id"] = "c1", ["origin"] = Caller.Origin, ["title"] = "Rivers", ["at"] = 1000L }], BsonAutoId.ObjectId);
        engine.Insert(
            "lines",
            [
                new BsonDocument { ["_id"] = "m1", ["chat"] = "c1", ["who"] = "user", ["text"] = "How long is the Rhine?", ["at"] = 2000L },
                new BsonDocument { ["_id"] = "m2", ["chat"] = "c1", ["who"] = "assistant", ["text"] = "1,233 km.", ["at"] = 3000L },
            ],
            BsonAutoId.ObjectId);
        engine.Pragma("USER_VERSION", 0);
    }

    private static MigrationStep FromVersion0()
    {
        var sequence = 0L;
        return new MigrationStep(From: 0, Convert);

        IEnumerable<StoredDocument> Convert(StoredDocument old)
        {
            var document = old.Document;
            if (old.Table == "chats")
            {
                yield return new StoredDocument("origins", new BsonDocument { ["_id"] = 1, ["name"] = document["origin"] });
                var row = ConversationRow.New(1, document["origin"].AsString, document["_id"].AsString, number: 1);
                row.WritePresent(document["at"].AsInt64);
                row.Write(ConversationRow.TitleField, document["title"], document["at"].AsInt64);
                row.Seal(++sequence);
                yield return new StoredDocument("conversations", row.Document);
            }
            else
            {
                var row = MessageRow.New(1, document["_id"].AsString, document["chat"].AsString, conversationNumber: 1, number: ++sequence);
                var text = document["text"].AsString;
                row.WritePresent(document["at"].AsInt64);
                row.Write(MessageRow.RoleField, document["who"], document["at"].AsInt64);
                row.SetText(TextKind.Content, System.Text.Encoding.UTF8.GetByteCount(text), text);
                row.Seal(++sequence);
                yield return new StoredDocument("messages", row.Document);
            }
        }
    }

    private void SetVersion(int version)
    {
        using var engine = new LiteEngine(new EngineSettings { Filename = _folder.Data, Collation = Collation.Binary });
        engine.Pragma("USER_VERSION", version);
        engine.Checkpoint();
    }
}
