using LiteDB;
using NativeHost.Storage.Database.Opening;
using NativeHost.Storage.Messages;

namespace NativeHost.Storage.Database.Salvage;

/// <summary>Saves what can be read of a damaged store into a new file, which takes its place. The damaged files are kept.</summary>
internal sealed class StoreSalvage(StoreFiles files, Func<string, IStoreFile> openFile)
{
    private long _lost;

    /// <param name="reason">What is wrong with the file, for a person.</param>
    /// <exception cref="IOException">There is no room for the new file, or the old one cannot be read. Nothing has changed.</exception>
    public RecoveryReport Run(string reason, DateTimeOffset now)
    {
        var aside = files.Aside("damaged", now);
        RecoveryReport report;
        using (var data = openFile(files.Data))
        using (var journal = openFile(files.Journal))
        using (var made = NewDataFile.Begin(files, openFile))
        {
            var search = new BatchSearch(journal, PageSource.StampOf(data));
            var scan = new DocumentScan(new PageSource(data, journal, search.Batches), search.HasHoles);
            KeepAll(made, scan);
            if (search.Broken > 0)
            {
                // What a broken batch took the place of: of what cannot be read there, that is the latest there is.
                KeepAll(made, new DocumentScan(new PageSource(data, journal, [.. search.Batches.Where(batch => batch.IsWhole)]), hasHoles: true));
            }

            made.Recount();
            var mending = new Mending(made);
            mending.Run();
            report = new RecoveryReport(
                now,
                reason,
                Path.GetFileName(aside),
                mending.Conversations,
                mending.Messages,
                mending.CutTexts,
                _lost + scan.UnreadableDocuments,
                scan.DamagedPages,
                search.Broken);
            RecoveryNote.Write(made.Tables, report);
            made.Complete(files.Ready);
        }

        Replacement.Do(files, aside);
        return report;
    }

    private void KeepAll(NewDataFile made, DocumentScan scan)
    {
        foreach (var found in scan.Read())
        {
            if (TableOf(made.Tables, found) is { } table)
            {
                Keep(table, found);
                made.Wrote();
            }
        }
    }

    // Of several versions, which are there where pages are of different times, the latest one.
    private void Keep(Table table, BsonDocument found)
    {
        if (table.TryInsert(found))
        {
            return;
        }

        var known = table.Find(found["_id"]);
        if (known is null)
        {
            // Its keys are another's: one of the two is not what was written.
            _lost++;
        }
        else if (IsLater(found, known))
        {
            table.Delete(known["_id"]);
            if (!table.TryInsert(found))
            {
                table.Insert(known);
                _lost++;
            }
        }
    }

    // A message that is being written grows without a change's number.
    private static bool IsLater(BsonDocument one, BsonDocument other) => Row.KindOf(one) switch
    {
        RowKind.Text => MessageTexts.IsLater(one, other),
        RowKind.Message => (SequenceOf(one), new MessageRow(one).Bytes).CompareTo((SequenceOf(other), new MessageRow(other).Bytes)) > 0,
        RowKind.Conversation or RowKind.Summary => SequenceOf(one) > SequenceOf(other),
        _ => false,
    };

    private static long SequenceOf(BsonDocument document) => Keys.SequenceOf(document[Tables.FeedField].AsBinary);

    // Null for what is no row of ours, or has not what it is found by.
    private Table? TableOf(Tables tables, BsonDocument document)
    {
        var isWhole = Row.KindOf(document) switch
        {
            RowKind.Conversation => HasKeys(document, Tables.FeedField, Tables.ListField) && document["n"].IsInt64,
            RowKind.Message => HasKeys(document, Tables.FeedField, Tables.TreeField) && document["conv"].IsString,
            RowKind.Summary => HasKeys(document, Tables.FeedField, Tables.TreeField) && document["conv"].IsString,
            RowKind.Text => document["_id"] is { IsBinary: true } id && id.AsBinary.Length == 16 && document[MessageTexts.BytesField].IsBinary,
            RowKind.Origin => document["_id"].IsInt32 && document["name"].IsString,
            _ => (bool?)null,
        };
        _lost += isWhole == false ? 1 : 0;
        return isWhole != true ? null : Row.KindOf(document) switch
        {
            RowKind.Conversation => tables.Conversations,
            RowKind.Message => tables.Messages,
            RowKind.Summary => tables.Summaries,
            RowKind.Text => tables.Texts,
            _ => tables.OriginNames,
        };
    }

    private static bool HasKeys(BsonDocument document, params string[] indexed)
        => document["_id"] is { IsBinary: true } id
        && id.AsBinary.Length is > sizeof(int) and <= sizeof(int) + StorageLimits.MaxIdBytes
        && indexed.All(field => document[field] is { IsBinary: true } key && key.AsBinary.Length is >= 12 and <= MessagePlace.MaxKeyBytes);
}
