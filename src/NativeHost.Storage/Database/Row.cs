using LiteDB;

namespace NativeHost.Storage.Database;

/// <summary>A document whose fields have names and types. What is null is not stored.</summary>
internal abstract class Row(BsonDocument document)
{
    private const string KindField = "k";

    public BsonDocument Document { get; } = document;

    public byte[] Key => Document["_id"].AsBinary;

    public int Origin => Keys.OriginOf(Key);

    public string Id => Keys.IdOf(Key);

    /// <summary>What the document is, so that it can be told where only the document could be saved.</summary>
    public static RowKind KindOf(BsonDocument document) => document[KindField] is { IsInt32: true } kind ? (RowKind)kind.AsInt32 : RowKind.None;

    protected static BsonDocument Begin(RowKind kind, BsonValue id) => new() { ["_id"] = id, [KindField] = (int)kind };

    protected string? TextOf(string field) => Document[field] is { IsString: true } value ? value.AsString : null;

    protected long NumberOf(string field) => Document[field] is { IsNumber: true } value ? value.AsInt64 : 0;

    protected long? OptionalNumberOf(string field) => Document[field] is { IsNumber: true } value ? value.AsInt64 : null;

    protected bool FlagOf(string field) => Document[field] is { IsBoolean: true } value && value.AsBoolean;

    protected void Set(string field, string? value)
    {
        if (value is null)
        {
            Document.Remove(field);
        }
        else
        {
            Document[field] = value;
        }
    }

    protected void Set(string field, long? value)
    {
        if (value is null)
        {
            Document.Remove(field);
        }
        else
        {
            Document[field] = value.Value;
        }
    }

    protected void Set(string field, bool value)
    {
        if (value)
        {
            Document[field] = true;
        }
        else
        {
            Document.Remove(field);
        }
    }
}

/// <summary>What documents are. Numbers are in files: they are only ever added.</summary>
internal enum RowKind
{
    None = 0,
    Origin = 1,
    Conversation = 2,
    Message = 3,
    Text = 4,
    Summary = 5,
}
