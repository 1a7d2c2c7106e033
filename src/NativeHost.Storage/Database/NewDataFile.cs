using LiteDB;
using LiteDB.Engine;
using NativeHost.Storage.Retention;

namespace NativeHost.Storage.Database;

/// <summary>A data file that is being made, under a name that nobody opens until it is complete.</summary>
internal sealed class NewDataFile : IDisposable
{
    /// <summary>Documents of one transaction.</summary>
    private const int Step = 500;

    private readonly StoreFiles _files;
    private readonly IStoreFile _file;
    private readonly PageFile _pages;
    private readonly LiteEngine _engine;
    private int _documents;
    private bool _isInTransaction;

    private NewDataFile(StoreFiles files, IStoreFile file, PageFile pages, LiteEngine engine)
    {
        _files = files;
        _file = file;
        _pages = pages;
        _engine = engine;

        // Checkpoints are ours to begin: before one, the log has to be on the disk.
        engine.Pragma("CHECKPOINT", 0);
        engine.Pragma("USER_VERSION", DataFiles.Schema);
        Tables = new Tables(engine, static _ => RetentionLimits.None);
        Tables.MakeIndexes();
        Tables.Meta.Put(new BsonDocument { ["_id"] = MetaNames.StoreId, [MetaNames.Value] = Guid.NewGuid().ToString("N") });
        Begin();
    }

    public Tables Tables { get; private set; }

    public static NewDataFile Begin(StoreFiles files, Func<string, IStoreFile> openFile)
    {
        File.Delete(files.Building);
        var file = openFile(files.Building);
        var pages = new PageFile(file) { IsWritable = true };
        try
        {
            return new NewDataFile(files, file, pages, DataFiles.Open(pages, new MemoryStream()));
        }
        catch
        {
            pages.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>Tells that a document was written, so that the memory for what is not in the file stays small.</summary>
    public void Wrote()
    {
        if (++_documents % Step == 0)
        {
            Flush();
            Begin();
        }
    }

    /// <summary>What was counted over the tables is counted anew.</summary>
    public void Recount()
    {
        Flush();
        Begin();
        Tables = new Tables(_engine, static _ => RetentionLimits.None);
    }

    /// <summary>Puts it on the disk, under its name.</summary>
    public void Complete(string path)
    {
        Flush();
        Dispose();
        File.Move(_files.Building, path, overwrite: true);
        _files.FlushNames();
    }

    public void Dispose()
    {
        if (_isInTransaction)
        {
            // One that is open would keep the engine with all of its pages in this thread for good.
            _isInTransaction = false;
            _engine.Rollback();
        }

        _engine.Dispose();
        _pages.Dispose();
        _file.Dispose();
    }

    private void Begin() => _isInTransaction = _engine.BeginTrans();

    private void Flush()
    {
        _isInTransaction = false;
        _engine.Commit();
        _engine.Checkpoint();
    }
}
