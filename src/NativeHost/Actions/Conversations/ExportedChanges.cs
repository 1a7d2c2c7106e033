using NativeHost.Storage;
using NativeHost.Storage.Changes;

namespace NativeHost.Actions.Conversations;

/// <summary>The conversations that an export writes next, in the order of their changes: one that changes meanwhile comes once more, and none is missed.</summary>
/// <param name="after">The last change that was looked at.</param>
internal sealed class ExportedChanges(ConversationStore store, StoreCaller caller, long after)
{
    /// <summary>Changes that are read in one go.</summary>
    private const int Step = 500;

    private readonly Queue<StoreChange> _read = new();
    private long _after = after;
    private bool _hasMore = true;

    /// <returns>At the beginning of the next conversation; the same place where there is none.</returns>
    public ExportPlace Next(ExportPlace place)
    {
        while (_read.Count == 0 && _hasMore)
        {
            var page = store.Changes.Read(_after, Step);
            foreach (var change in page.Changes.Where(change => change is { Kind: ChangedKind.Conversation, IsDeleted: false }
                && (caller.SeesAll || change.Origin == caller.Origin)))
            {
                _read.Enqueue(change);
            }

            (_after, _hasMore) = (page.Next, page.HasMore);
        }

        return _read.TryDequeue(out var next) ? place with { ConversationId = next.ConversationId, Origin = next.Origin, Sequence = next.Sequence } : place;
    }
}
