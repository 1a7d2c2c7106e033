using NativeHost.Storage.Conversations;
using NativeHost.Storage.Database;
using NativeHost.Storage.Messages;

namespace NativeHost.Storage;

/// <summary>The conversations of a user, in one LiteDB file, owned by one process.</summary>
/// <remarks>
/// From any thread. Calls are synchronous: reads take milliseconds, a write returns when it is on the disk. What was acknowledged survives
/// the process, however it ends, and a loss of power. docs/decisions/0020-conversations.md tells how.
/// </remarks>
public sealed class ConversationStore : IDisposable
{
    private readonly StoreDatabase _database;

    private ConversationStore(StoreDatabase database, TimeProvider time)
    {
        _database = database;
        Conversations = new ConversationList(database, time);
        Messages = new MessageList(database, time);
    }

    public ConversationList Conversations { get; }

    public MessageList Messages { get; }

    /// <summary>Opens the store, and makes it where there is none.</summary>
    /// <exception cref="StorageException">Another process has it (<see cref="StorageFault.Busy"/>, at once), a newer program wrote it
    /// (<see cref="StorageFault.SchemaTooNew"/>), the disk is full, or the folder cannot be used.</exception>
    public static ConversationStore Open(StoreOptions options)
    {
        var database = StoreDatabase.Open(new StoreFiles(options.Folder), options.OpenFile);
        return new ConversationStore(database, options.Time);
    }

    /// <summary>Brings all to the data file and lets go of it.</summary>
    public void Dispose() => _database.Dispose();
}
