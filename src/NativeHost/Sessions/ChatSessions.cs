using NativeHost.Inference.Chat;
using NativeHost.Messages;

namespace NativeHost.Sessions;

/// <summary>The sessions of all callers, in memory only: <c>chat_id</c> is for what is to outlive the host.</summary>
/// <remarks>Safe to call from any thread.</remarks>
internal sealed class ChatSessions(TimeProvider time)
{
    /// <summary>Most sessions of one extension, whatever its namespaces.</summary>
    public const int MostOfOwner = 64;

    /// <summary>Most bytes of what was said in all sessions of one extension.</summary>
    public const long MostBytesOfOwner = 64L * 1024 * 1024;

    // How long the host waits for the client of a session to come back.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private long _lastUse;
    private readonly Dictionary<string, ChatSession> _sessions = new(StringComparer.Ordinal);

    /// <summary>Whether there is no session that a client is likely to come back for.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _sessions.Count == 0 || time.GetElapsedTime(_lastUse) > Patience;
            }
        }
    }

    /// <exception cref="RequestException">The caller has as many as it may.</exception>
    public void Add(ChatSession session)
    {
        lock (_gate)
        {
            if (OwnedBy(session.Owner).Count() >= MostOfOwner)
            {
                throw new RequestException(ErrorCode.TooManyRequests, $"Too many sessions: {MostOfOwner} are open. Close some with close_session.");
            }

            CheckRoom(session.Owner, session.Bytes);
            _lastUse = time.GetTimestamp();
            _sessions.Add(session.Id, session);
        }
    }

    /// <exception cref="RequestException">The caller has no such session.</exception>
    public ChatSession Find(Caller caller, string id)
    {
        lock (_gate)
        {
            _lastUse = time.GetTimestamp();
            return _sessions.GetValueOrDefault(id) is { } session && session.Owner == caller
                ? session
                : throw new RequestException(ErrorCode.SessionNotFound, $"There is no session {RequestFields.Beginning(id, 40)}: it was never there, was closed, or the host was started anew since. create_session begins one.");
        }
    }

    /// <exception cref="RequestException">The caller has no such session.</exception>
    public void Remove(Caller caller, string id)
    {
        lock (_gate)
        {
            _sessions.Remove(Find(caller, id).Id);
        }
    }

    /// <summary>A caller's, the oldest first.</summary>
    public IReadOnlyList<ChatSession> Of(Caller caller)
    {
        lock (_gate)
        {
            return [.. _sessions.Values.Where(session => session.Owner == caller).OrderBy(session => session.Created)];
        }
    }

    /// <summary>Checks that a caller may have so much more said in its sessions.</summary>
    /// <exception cref="RequestException">It may not.</exception>
    public void CheckRoom(Caller caller, IReadOnlyList<ChatMessage> more)
    {
        lock (_gate)
        {
            CheckRoom(caller, ChatSession.BytesOf(more));
        }
    }

    private void CheckRoom(Caller caller, long bytes)
    {
        if (OwnedBy(caller).Sum(session => session.Bytes) + bytes > MostBytesOfOwner)
        {
            throw new RequestException(ErrorCode.TooManyRequests, $"The sessions would hold more than {MostBytesOfOwner >> 20} MiB. Close some with close_session, or rewind them.");
        }
    }

    private IEnumerable<ChatSession> OwnedBy(Caller caller) => _sessions.Values.Where(session => session.Owner.WithoutNamespace == caller.WithoutNamespace);
}
