using LiteDB;
using LiteDB.Engine;

namespace NativeHost.Storage.Database;

/// <summary>A collection of LiteDB. Used under the database's gate only.</summary>
/// <param name="engine">LiteDB.</param>
/// <param name="writes">Counts what is written.</param>
/// <param name="name">Of the collection.</param>
/// <param name="indexes">Fields that it is read by, beside the id.</param>
internal sealed class Table(LiteEngine engine, WriteCount writes, string name, params string[] indexes)
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
        if (from.AsSpan().SequenceCompareTo(to) > 0)
        {
            // LiteDB would give what has the first key.
            return [];
        }

        var query = new Query
        {
            Select = select ?? BsonExpression.Root,
            OrderBy = $"$.{field}",
            Order = descending ? Query.Descending : Query.Ascending,
        };
        query.Where.Add(BsonExpression.Create($"$.{field} BETWEEN @0 AND @1", from, to));
        return Run(query);
    }

    /// <summary>The keys of an index between two, both included, in their order. The documents are not read.</summary>
    /// <param name="field">The index's field.</param>
    /// <param name="from">The smaller key.</param>
    /// <param name="to">The greater key.</param>
    public IEnumerable<byte[]> KeysOf(string field, byte[] from, byte[] to)
        => Range(field, from, to, select: $"$.{field}").Select(found => found.Values.First().AsBinary);

    /// <summary>All, in the order of their ids.</summary>
    public IEnumerable<BsonDocument> All() => Run(new Query { OrderBy = "$._id" });

    /// <summary>All, as they come. What LiteDB tells of itself has no ids.</summary>
    public IEnumerable<BsonDocument> Every() => Run(new Query());

    public void Insert(BsonDocument document) => engine.Insert(Name, Sealed(document), BsonAutoId.ObjectId);

    /// <summary>Inserts it, unless a key of it is another's. Of a key that an index refuses the whole transaction would go.</summary>
    public bool TryInsert(BsonDocument document)
    {
        if (Find(document["_id"]) is not null || indexes.Any(field => Has(field, document[field])))
        {
            return false;
        }

        Insert(document);
        return true;
    }

    public void Update(BsonDocument document) => engine.Update(Name, Sealed(document));

    /// <summary>Inserts it, or replaces the one with its id.</summary>
    public void Put(BsonDocument document) => engine.Upsert(Name, Sealed(document), BsonAutoId.ObjectId);

    public void Delete(BsonValue id)
    {
        writes.Value++;
        engine.Delete(Name, [id]);
    }

    /// <summary>Makes the indexes that are not there. No two documents have the same key in one.</summary>
    public void MakeIndexes()
    {
        foreach (var field in indexes)
        {
            engine.EnsureIndex(Name, field, $"$.{field}", unique: true);
        }
    }

    /// <summary>The first so many behind an id, in the order of the ids.</summary>
    /// <param name="id">Null to begin.</param>
    /// <returns>Read already, so that the table can be changed.</returns>
    public IReadOnlyList<BsonDocument> After(BsonValue? id, int limit)
    {
        var query = new Query { OrderBy = "$._id", Limit = limit };
        if (id is not null)
        {
            query.Where.Add(BsonExpression.Create("$._id > @0", id));
        }

        return [.. Run(query)];
    }

    private BsonDocument[] Sealed(BsonDocument document)
    {
        writes.Value++;
        if (document[Tables.FeedField] is { IsBinary: true } feed)
        {
            writes.LastSequence = Math.Max(writes.LastSequence, Keys.SequenceOf(feed.AsBinary));
        }

        DocumentSum.Seal(document);
        return [document];
    }

    private bool Has(string field, BsonValue key)
    {
        var query = new Query { Limit = 1 };
        query.Where.Add(BsonExpression.Create($"$.{field} = @0", key));
        return Run(query).Any();
    }

    private IEnumerable<BsonDocument> Run(Query query)
    {
        using var reader = engine.Query(Name, query);
        while (reader.Read())
        {
            yield return reader.Current.AsDocument;
        }
    }
}

/// <summary>How often something was written to the tables of a store, so that it is known whether a piece of work that failed had begun to.</summary>
internal sealed class WriteCount
{
    public long Value { get; set; }

    /// <summary>The greatest number of a change that was written.</summary>
    public long LastSequence { get; set; }
}
