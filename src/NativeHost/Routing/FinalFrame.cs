using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NativeHost.Framing;
using NativeHost.Messages;
using NativeHost.Routing.Later;

namespace NativeHost.Routing;

/// <summary>The one answer that ends a request. Safe to call from any thread.</summary>
/// <param name="lease">
/// The id while it is open; given back before the answer is written, because a client that has it may use the id again. Null for none.
/// </param>
/// <param name="later">The later envelope that the request came in; null for the usual one.</param>
internal sealed class FinalFrame(FrameWriter writer, RequestId? id, IDisposable? lease = null, LaterEnvelope? later = null)
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
                (Reply: reply with { RequestId = id }, typeInfo, later),
                static (json, message) =>
                {
                    if (message.later is { } envelope)
                    {
                        envelope.Write(json, message.Reply, message.typeInfo);
                    }
                    else
                    {
                        JsonSerializer.Serialize(json, message.Reply, message.typeInfo);
                    }
                },
                CancellationToken.None);
        }
        catch (Exception e) when (e is not PeerGoneException)
        {
            // Nothing was written.
            Volatile.Write(ref _sent, 0);
            throw;
        }
    }
}
