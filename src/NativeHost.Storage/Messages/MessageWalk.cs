using NativeHost.Storage.Database;

namespace NativeHost.Storage.Messages;

/// <summary>Reads the rows of messages one after the other: those that came one after the other lie side by side, and are found together.</summary>
/// <param name="tables">Of the transaction.</param>
/// <param name="conversation">The conversation's number.</param>
/// <param name="isForward">Whether each is mostly newer than the one before.</param>
internal sealed class MessageWalk(Tables tables, long conversation, bool isForward) : IDisposable
{
    private IEnumerator<MessageRow>? _rows;

    /// <exception cref="DamagedFileException">The index has it, and it is not there.</exception>
    public MessageRow At(MessageNode node)
    {
        if (_rows is not null && _rows.MoveNext() && _rows.Current.Number == node.Number)
        {
            return _rows.Current;
        }

        _rows?.Dispose();
        _rows = (isForward ? MessageTable.Of(tables, conversation, node.Number) : MessageTable.Before(tables, conversation, node.Number)).GetEnumerator();
        return _rows.MoveNext() && _rows.Current.Number == node.Number ? _rows.Current : throw new DamagedFileException("A message is not where its index says.");
    }

    public void Dispose() => _rows?.Dispose();
}
