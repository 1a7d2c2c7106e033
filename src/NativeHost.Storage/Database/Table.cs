using LiteDB;
using LiteDB.Engine;

namespace NativeHost.Storage.Database;

/// <summary>A collection of LiteDB. Used under the database's gate only.</summary>
internal sealed class Table(LiteEngine engine, string name)
{
    public string Name { get; } = name;

    /// <returns>Null where there is none.</returns>
    public BsonDocument? Find(BsonValue id)
    {
        var query = new Query { Limit = 1 };
        query.Where.Add(BsonExpression.Create("$._id = @0", id));
        return Run(query).FirstOrDefault();
    }

    /// <summary>What is between two keys of an index, both included, in the order of the keys.</summary>
    /// <param name="field">The index's field.</param>
    /// <param name="from">The smaller key.</param>
    /// <param name="to">The greater key.</param>
    /// <param name="descending">From the greater key to the smaller one.</param>
    /// <param name="select">An expression that makes a document of the fields that are wanted; null for all of them.</param>
    /// <remarks>Read while it is gone through; it has to be left before the table is changed.</remarks>
    public IEnumerable<BsonDocument> Range(string field, byte[] from, byte[] to, bool descending = false, string? select = null)
    {
        var query = new Query
        {
            Select = select ?? BsonExpression.Root,
            OrderBy = $"$.{field}",
            Order = descending ? Query.Descending : Query.Ascending,
        };
        query.Where.Add(BsonExpression.Create($"$.{field} BETWEEN @0 AND @1", from, to));
        return Run(query);
    }

    /// <summary>All, in the order of their ids.</summary>
    public IEnumerable<BsonDocument> All() => Run(new Query { OrderBy = "$._id" });

    public void Insert(BsonDocument document) => engine.Insert(Name, [document], BsonAutoId.ObjectId);

    public void Update(BsonDocument document) => engine.Update(Name, [document]);

    /// <summary>Inserts it, or replaces the one with its id.</summary>
    public void Put(BsonDocument document) => engine.Upsert(Name, [document], BsonAutoId.ObjectId);

    public void Delete(BsonValue id) => engine.Delete(Name, [id]);

    /// <summary>Makes an index where there is none.</summary>
    public void Index(string field, bool unique) => engine.EnsureIndex(Name, field, $"$.{field}", unique);

    private IEnumerable<BsonDocument> Run(Query query)
    {
        using var reader = engine.Query(Name, query);
        while (reader.Read())
        {
            yield return reader.Current.AsDocument;
        }
    }
}
