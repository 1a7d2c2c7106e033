using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NativeHost.Framing;
using NativeHost.Messages;

namespace NativeHost.Routing;

/// <summary>The one answer that ends a request. Safe to call from any thread.</summary>
/// <param name="lease">
/// The id while it is open; given back before the answer is written, because a client that has it may use the id again. Null for none.
/// </param>
internal sealed class FinalFrame(FrameWriter writer, RequestId? id, IDisposable? lease = null)
{
    private int _sent;

    /// <summary>Sends the answer.</summary>
    /// <exception cref="MessageTooLargeException">It is over the browser's limit; nothing was sent, and an error may be.</exception>
    /// <exception cref="PeerGoneException">The client is gone.</exception>
    /// <exception cref="InvalidOperationException">The request was answered already.</exception>
    public async Task SendAsync<T>(T reply, JsonTypeInfo<T> typeInfo)
        where T : Reply
    {
        if (Interlocked.Exchange(ref _sent, 1) != 0)
        {
            throw new InvalidOperationException("A request has one final frame.");
        }

        lease?.Dispose();
        try
        {
            await writer.WriteAsync(
                (Reply: reply with { RequestId = id }, typeInfo),
                static (json, message) => JsonSerializer.Serialize(json, message.Reply, message.typeInfo),
                CancellationToken.None);
        }
        catch (MessageTooLargeException)
        {
            Volatile.Write(ref _sent, 0);
            throw;
        }
    }
}
