using NativeHost.Actions;
using NativeHost.Grants;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.Storage;

namespace NativeHost.Conversations;

/// <summary>The conversations of this user: their store, which the process opens when somebody first needs it and keeps until it ends.</summary>
/// <remarks>
/// From any thread. Where the store cannot be opened, the next who needs it tries again: another process may have let go of it, a disk may
/// have room by then.
/// </remarks>
/// <param name="callers">Bounds the namespaces that a caller may use.</param>
internal sealed class UserConversations(StoreOptions options, CallerStates callers, CallerGrants grants, HostLog log) : IDisposable
{
    /// <summary>Stands for the conversations of all callers.</summary>
    public const string Everybody = "*";

    /// <summary>After a broker's start, so that its first answers do not wait for it.</summary>
    private static readonly TimeSpan FirstUpkeep = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan UpkeepInterval = TimeSpan.FromDays(1);

    private readonly TaskCompletionSource<ConversationStore> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _opening = new();
    private volatile ConversationStore? _store;
    private bool _isClosed;
    private ITimer? _upkeep;

    // A report has its time in whole milliseconds.
    private DateTimeOffset _told = options.Time.GetUtcNow().AddMilliseconds(-1);

    /// <summary>Where the store's files are.</summary>
    public string Folder => options.Folder;

    /// <summary>The store, when somebody has opened it: for who has nothing to do before there is one. It stays this object's.</summary>
    public Task<ConversationStore> Opened => _opened.Task;

    /// <summary>Opens the store soon where there is one, and deletes what is older than the user wants, then and once a day.</summary>
    public void StartUpkeep() => _upkeep = options.Time.CreateTimer(_ => KeepUp(), null, FirstUpkeep, UpkeepInterval);

    /// <summary>The store, which stays this object's.</summary>
    /// <exception cref="StorageException">It cannot be opened; <see cref="StorageFault.Busy"/> where another process has it.</exception>
    public ConversationStore Open()
    {
        if (_store is { } open)
        {
            return open;
        }

        lock (_opening)
        {
            if (_isClosed)
            {
                throw new StorageException(StorageFault.Closed, "The host is ending.");
            }

            _store ??= OpenFirst();
            _opened.TrySetResult(_store);
            return _store;
        }
    }

    /// <summary>Whom the store is to see in a caller. Each namespace of an extension has conversations of its own.</summary>
    /// <param name="origin">Whose conversations the caller means, as <see cref="NameOf"/> has it, or <see cref="Everybody"/>; null for its own.</param>
    /// <exception cref="RequestException">They are others', and the user has not allowed the caller to see them; or its namespace is one too many.</exception>
    public StoreCaller CallerOf(Caller caller, string? origin = null)
    {
        _ = callers.Of(caller);
        var own = new StoreCaller(NameOf(caller));
        if (origin is null || origin == own.Origin)
        {
            return own;
        }

        grants.Require(caller, GrantKind.AllConversations);
        return origin == Everybody ? own with { SeesAll = true } : new StoreCaller(origin);
    }

    /// <summary>Whether a caller may know what concerns the conversations of all: the user at this machine, and who has the grant.</summary>
    public bool SeesAll(Caller caller) => grants.Has(caller, GrantKind.AllConversations);

    /// <summary>What the store calls a caller: its origin, and behind a # the hash of its namespace where it has one.</summary>
    public static string NameOf(Caller caller) => caller.Namespace is null ? caller.Origin : $"{caller.Origin}#{caller.Namespace}";

    /// <summary>What became of a damaged file since the process began, for a person. It is told once, to whoever asks first.</summary>
    /// <returns>Null where there is nothing to tell.</returns>
    public string? TakeNotice()
    {
        lock (_opening)
        {
            if (_store?.Recovery is not { } recovery || recovery.At <= _told)
            {
                return null;
            }

            _told = recovery.At;
            log.ConversationsRecovered(recovery);

            // Without figures: who asks first may be anybody, and they are about the conversations of all.
            return $"The file of your conversations was damaged. It is kept as {recovery.KeptAs} beside the new one; what could be read of it is here. "
                + "storage_report tells the user at this machine how much that is.";
        }
    }

    public void Dispose()
    {
        _upkeep?.Dispose();
        lock (_opening)
        {
            _isClosed = true;
            _store?.Dispose();
        }
    }

    private ConversationStore OpenFirst()
    {
        var started = options.Time.GetTimestamp();
        var store = ConversationStore.Open(options);
        log.ConversationsOpened(store.Interrupted, options.Time.GetElapsedTime(started));
        if (store.Backup is { } backup)
        {
            log.ConversationsBroughtUp(backup);
        }

        return store;
    }

    private void KeepUp()
    {
        if (!ConversationStore.IsIn(options.Folder))
        {
            // Nothing was ever stored: a host that nobody chats with does without its code and its files.
            return;
        }

        try
        {
            var gone = Open().Retention.ApplyAgeLimits();
            if (gone.Conversations > 0)
            {
                log.ConversationsExpired(gone.Conversations);
            }
        }
        catch (StorageException e)
        {
            log.ConversationsUnusable(e.Fault);
        }
    }
}
