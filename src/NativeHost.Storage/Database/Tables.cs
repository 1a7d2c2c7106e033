using LiteDB;
using LiteDB.Engine;
using NativeHost.Storage.Messages;
using NativeHost.Storage.Retention;

namespace NativeHost.Storage.Database;

/// <summary>The collections of the store, and what is counted over all of them. Used under the database's gate only.</summary>
internal sealed class Tables
{
    /// <summary>The collection of messages.</summary>
    public const string MessagesName = "messages";

    /// <summary>Fields that indexes are made of.</summary>
    public const string ListField = "list";
    public const string FeedField = "feed";
    public const string TreeField = "tree";

    private readonly LiteEngine _engine;
    private readonly long _firstSequence;
    private string? _storeId;

    /// <param name="limits">What of an origin's is kept, by its name.</param>
    public Tables(LiteEngine engine, Func<string, RetentionLimits> limits)
    {
        _engine = engine;
        Limits = limits;
        Meta = new Table(engine, Writes, "meta");
        OriginNames = new Table(engine, Writes, "origins");
        Conversations = new Table(engine, Writes, "conversations", FeedField, ListField);
        Messages = new Table(engine, Writes, MessagesName, FeedField, TreeField);
        Texts = new Table(engine, Writes, "texts");
        Summaries = new Table(engine, Writes, "summaries", FeedField, TreeField);
        Streaming = new Table(engine, Writes, "streaming");
        Deletions = new Table(engine, Writes, "deletions");
        Origins = new Origins(OriginNames);
        Trees = new MessageTrees(this);
        Usages = new Usages(this);
        Sequence = _firstSequence = LastSequence();
    }

    /// <summary>What was written by this object's tables.</summary>
    public WriteCount Writes { get; } = new();

    /// <summary>Single facts, by name.</summary>
    public Table Meta { get; }

    public Table OriginNames { get; }

    public Table Conversations { get; }

    public Table Messages { get; }

    /// <summary>Parts of texts that are too long for the message itself.</summary>
    public Table Texts { get; }

    public Table Summaries { get; }

    /// <summary>Keys of the messages that are being written.</summary>
    public Table Streaming { get; }

    /// <summary>Keys of conversations of which deleted messages are still to be removed.</summary>
    public Table Deletions { get; }

    public Origins Origins { get; }

    public Func<string, RetentionLimits> Limits { get; }

    public MessageTrees Trees { get; }

    public Usages Usages { get; }

    /// <summary>The number of the last change. It also numbers conversations and messages: each is a change when it comes.</summary>
    public long Sequence { get; private set; }

    /// <summary>The greatest number of a change that a record has.</summary>
    /// <remarks>The numbers behind it that were not kept are given again when the store is opened the next time.</remarks>
    public long StoredSequence => Math.Max(_firstSequence, Writes.LastSequence);

    /// <summary>A random name of the store; another one where it had to be made anew.</summary>
    /// <exception cref="DamagedFileException">It has none.</exception>
    public string StoreId => _storeId ??= Meta.Find(MetaNames.StoreId)?[MetaNames.Value].AsString ?? throw new DamagedFileException("The store has no id.");

    /// <summary>A collection by its name.</summary>
    public Table Of(string name) => new(_engine, Writes, name);

    /// <summary>The next change's number. A change that is not kept leaves a gap.</summary>
    public long NextSequence() => ++Sequence;

    /// <summary>Sees to it that no later change has a number of one so far, although the record that has the last one goes.</summary>
    public void NoteSequence() => Meta.Put(new BsonDocument { ["_id"] = MetaNames.Sequence, [MetaNames.Value] = Sequence });

    /// <summary>Makes what is not there yet.</summary>
    public void MakeIndexes()
    {
        foreach (var table in (Table[])[Conversations, Messages, Summaries])
        {
            table.MakeIndexes();
        }
    }

    // Each record has the number of its last change; what was removed since may have had a greater one, which is noted then.
    private long LastSequence()
    {
        var last = Meta.Find(MetaNames.Sequence) is { } noted ? noted[MetaNames.Value].AsInt64 : 0;
        foreach (var origin in Origins.Numbers)
        {
            foreach (var table in (Table[])[Conversations, Messages, Summaries])
            {
                var newest = table.Range(FeedField, Keys.Feed(origin, 0), Keys.Feed(origin, long.MaxValue), descending: true).FirstOrDefault();
                last = Math.Max(last, newest is null ? 0 : Keys.SequenceOf(newest[FeedField].AsBinary));
            }
        }

        return last;
    }
}

/// <summary>Names in <see cref="Tables.Meta"/>.</summary>
internal static class MetaNames
{
    public const string Value = "value";

    /// <summary>A number that no change since may have.</summary>
    public const string Sequence = "sequence";

    /// <summary>What <see cref="CursorSeal"/> closes with.</summary>
    public const string CursorKey = "cursors";

    /// <summary>A random name of the store; another one where it had to be made anew.</summary>
    public const string StoreId = "store";
}
