using LiteDB;
using LiteDB.Engine;

namespace NativeHost.Storage.Database.Opening;

/// <summary>Brings the file of an older version to this one: a new file is written beside it, and the old one is kept.</summary>
/// <remarks>
/// So the backup comes before the migration by itself, nothing is changed where it is, and a crash leaves the old file as it was. It takes as
/// much room again as the file has.
/// </remarks>
internal sealed class Migration(StoreFiles files, Func<string, IStoreFile> openFile, IReadOnlyList<MigrationStep> steps)
{
    /// <returns>Where the old file is kept.</returns>
    /// <exception cref="DamagedFileException">It cannot be read.</exception>
    public string Run(DataHeader header, DateTimeOffset now)
    {
        var path = steps.Where(step => step.From >= header.Schema).OrderBy(step => step.From).ToList();
        if (path.Count != DataFiles.Schema - header.Schema)
        {
            throw new DamagedFileException("No version of this program wrote this schema.");
        }

        using (var data = openFile(files.Data))
        using (var journalFile = openFile(files.Journal))
        using (var pages = new PageFile(data))
        using (var journal = Journal.Open(journalFile, header.Stamp))
        using (var engine = DataFiles.Open(pages, journal))
        using (var made = NewDataFile.Begin(files, openFile))
        {
            foreach (var converted in path.Aggregate(Documents(engine), static (documents, step) => documents.SelectMany(step.Convert)))
            {
                made.Tables.Of(converted.Table).Put(converted.Document);
                made.Wrote();
            }

            // What was only in the journal belongs into the backup, which is one file.
            pages.IsWritable = true;
            engine.Checkpoint();
            journal.Scrub();
            made.Complete(files.Ready);
        }

        var aside = files.Aside($"schema-{header.Schema}", now);
        Replacement.Do(files, aside);
        return aside;
    }

    private static IEnumerable<StoredDocument> Documents(LiteEngine engine)
    {
        foreach (var name in NamesOf(engine))
        {
            var table = new Table(engine, new WriteCount(), name);

            // What belongs together comes to lie together: ids of messages are random.
            foreach (var document in name == Tables.MessagesName ? table.Range(Tables.TreeField, [], [byte.MaxValue]) : table.All())
            {
                yield return new StoredDocument(name, document);
            }
        }
    }

    private static List<string> NamesOf(LiteEngine engine)
        => [.. new Table(engine, new WriteCount(), "$cols").Every().Where(row => row["type"].AsString == "user").Select(row => row["name"].AsString)];
}
