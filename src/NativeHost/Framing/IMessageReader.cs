using System.Buffers;

namespace NativeHost.Framing;

/// <summary>Cuts a byte stream into messages.</summary>
/// <remarks>Sequential: one read at a time, and <see cref="Release"/> before the next.</remarks>
internal interface IMessageReader
{
    /// <summary>Waits for the next message.</summary>
    /// <returns>The message's bytes, valid until <see cref="Release"/>; null where the stream ended between messages.</returns>
    /// <exception cref="FramingException">A length over the limit, or an end inside a message.</exception>
    ValueTask<ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Gives the last message's memory back.</summary>
    void Release();
}
