using NativeHost.Storage.Database;

namespace NativeHost.Storage.Messages;

/// <summary>A message that is being written, and is stored as it grows.</summary>
/// <remarks>
/// From any thread. Appending only remembers the text; a second after the first text that is not stored, a thread of the pool stores what
/// there is. So a crash loses the last second at most, and the next opening finds the message and marks it as interrupted. Whoever began it
/// ends it; disposing one that was not ended marks it as interrupted.
/// </remarks>
public sealed class GrowingMessage : IDisposable
{
    /// <summary>Time between text coming and its being stored.</summary>
    public static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1);

    private readonly StoreDatabase _database;
    private readonly TimeProvider _time;
    private readonly byte[] _key;
    private readonly GrowingText _content = new();
    private readonly GrowingText _reasoning = new();
    private readonly ITimer _timer;

    // Held while it is stored.
    private readonly Lock _saving = new();

    // Held for moments.
    private readonly Lock _state = new();
    private bool _isDue;
    private bool _hasEnded;

    internal GrowingMessage(StoreDatabase database, TimeProvider time, byte[] key, Message begun, NewMessage message)
    {
        _database = database;
        _time = time;
        _key = key;
        Begun = begun;
        _content.Append(message.Content);
        _reasoning.Append(message.Reasoning);
        _timer = time.CreateTimer(_ => Save(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The message as it began.</summary>
    public Message Begun { get; }

    /// <summary>Why what there is could not be stored when it was last tried; null where it could. It is tried again with more text.</summary>
    public StorageException? LastFault { get; private set; }

    /// <summary>Appends to the content. Never waits for the disk.</summary>
    /// <exception cref="StorageException">The text would be too long; nothing was appended.</exception>
    public void Append(ReadOnlySpan<char> content) => Append(_content, content);

    /// <summary>Appends to what the model thinks. Never waits for the disk.</summary>
    /// <exception cref="StorageException">The text would be too long; nothing was appended.</exception>
    public void AppendReasoning(ReadOnlySpan<char> reasoning) => Append(_reasoning, reasoning);

    /// <summary>Stores all of it, and how it ended.</summary>
    /// <returns>The message on the disk, its texts cut where they are long; null where it was deleted meanwhile.</returns>
    /// <exception cref="StorageException">It could not be stored. It has not ended: it can be tried again.</exception>
    public Message? End(MessageEnding ending)
    {
        ending.Check();
        lock (_saving)
        {
            if (_hasEnded)
            {
                throw new InvalidOperationException("It has ended.");
            }

            var message = _database.Write(tables => StreamingTable.End(tables, _key, Texts, ending, _time.GetUtcNow().ToUnixTimeMilliseconds()));
            HasEnded();
            return message;
        }
    }

    /// <summary>Ends it as interrupted where it has not ended. Where the disk does not let it, the next opening does.</summary>
    public void Dispose()
    {
        lock (_saving)
        {
            if (!_hasEnded)
            {
                try
                {
                    End(new MessageEnding { Status = MessageStatus.Interrupted });
                }
                catch (StorageException e)
                {
                    LastFault = e;
                }
                finally
                {
                    // Its timer goes, whatever it failed with.
                    HasEnded();
                }
            }
        }
    }

    private GrowingTexts Texts => new(_content.Utf8, _reasoning.Utf8);

    private void Append(GrowingText text, ReadOnlySpan<char> piece)
    {
        text.Append(piece);
        lock (_state)
        {
            if (_isDue || _hasEnded)
            {
                return;
            }

            _isDue = true;
            _timer.Change(SaveInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private void Save()
    {
        lock (_saving)
        {
            lock (_state)
            {
                if (_hasEnded)
                {
                    return;
                }

                // What comes from here on may not be in what is stored now.
                _isDue = false;
            }

            try
            {
                _database.Write(tables => StreamingTable.Save(tables, _key, Texts));
                LastFault = null;
            }
            catch (StorageException e)
            {
                LastFault = e;
            }
        }
    }

    private void HasEnded()
    {
        lock (_state)
        {
            _hasEnded = true;
        }

        _timer.Dispose();
    }
}

/// <summary>The texts of a message as they are now, in UTF-8.</summary>
internal readonly record struct GrowingTexts(ReadOnlyMemory<byte> Content, ReadOnlyMemory<byte> Reasoning);
