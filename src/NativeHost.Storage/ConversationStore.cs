using NativeHost.Storage.Changes;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;
using NativeHost.Storage.Database.Opening;
using NativeHost.Storage.Database.Salvage;
using NativeHost.Storage.Messages;
using NativeHost.Storage.Retention;
using NativeHost.Storage.Summaries;
using NativeHost.Storage.Sync;

namespace NativeHost.Storage;

/// <summary>The conversations of a user, in one LiteDB file, owned by one process.</summary>
/// <remarks>
/// From any thread. Calls are synchronous: reads take milliseconds, a write returns when it is on the disk. What was acknowledged survives
/// the process, however it ends, and a loss of power. docs/decisions/0020-conversations.md tells how.
/// </remarks>
public sealed class ConversationStore : IDisposable
{
    private readonly StoreDatabase _database;

    private ConversationStore(StoreDatabase database, TimeProvider time, StoreFiles files)
    {
        _database = database;
        Conversations = new ConversationList(database, time);
        Messages = new MessageList(database, time);
        Summaries = new SummaryList(database, time);
        Sync = new SyncExchange(database);
        Changes = new ChangeFeed(database);
        Retention = new RetentionControl(database, time, files);
        Cursors = new CursorSeal(database);
    }

    public ConversationList Conversations { get; }

    public MessageList Messages { get; }

    public SummaryList Summaries { get; }

    public SyncExchange Sync { get; }

    public ChangeFeed Changes { get; }

    public RetentionControl Retention { get; }

    public CursorSeal Cursors { get; }

    /// <summary>How many messages were being written when the process that wrote them ended; they are marked as interrupted.</summary>
    public int Interrupted { get; private init; }

    /// <summary>Where the file of an older version is kept that was brought to this one by this opening; null where there was none.</summary>
    public string? Backup { get; private init; }

    /// <summary>What became of the file when it was damaged last, be it at this opening, earlier, or later; null where it never was.</summary>
    public RecoveryReport? Recovery => _database.Read(RecoveryNote.Read);

    /// <summary>Whether a folder has a store, sound or not.</summary>
    public static bool IsIn(string folder) => new StoreFiles(folder) is var files && (File.Exists(files.Data) || File.Exists(files.Ready));

    /// <summary>Opens the store, and makes it where there is none.</summary>
    /// <exception cref="StorageException">Another process has it (<see cref="StorageFault.Busy"/>, at once), a newer program wrote it
    /// (<see cref="StorageFault.SchemaTooNew"/>), the disk is full, or the folder cannot be used.</exception>
    public static ConversationStore Open(StoreOptions options)
    {
        var files = new StoreFiles(options.Folder);
        var opening = new StoreOpening(files, options.OpenFile, options.Limits, options.MigrationSteps, options.Time);
        var database = StoreDatabase.Open(files, opening);
        try
        {
            Deletion.Finish(database);
            return new ConversationStore(database, options.Time, files)
            {
                Interrupted = StreamingTable.Interrupt(database, options.Time),
                Backup = opening.Backup,
            };
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Brings all to the data file and lets go of it.</summary>
    public void Dispose() => _database.Dispose();
}
