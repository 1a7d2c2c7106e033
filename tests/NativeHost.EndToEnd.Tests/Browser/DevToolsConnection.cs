using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;

namespace NativeHost.EndToEnd.Tests.Browser;

/// <summary>A browser's DevTools web socket: calls out, answers in, all sessions over one connection.</summary>
internal sealed class DevToolsConnection : IAsyncDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonObject>> _pending = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _reading;
    private int _lastId;

    private DevToolsConnection(ClientWebSocket socket)
    {
        _socket = socket;
        _reading = Task.Run(ReadAsync);
    }

    public static async Task<DevToolsConnection> OpenAsync(Uri address, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(address, cancellationToken);
        return new DevToolsConnection(socket);
    }

    /// <param name="session">The attached target that the call is for; null for the browser itself.</param>
    /// <returns>The call's result.</returns>
    /// <exception cref="DevToolsException">The browser refused the call or went away.</exception>
    /// <exception cref="TimeoutException">No answer within <paramref name="patience"/>.</exception>
    public async Task<JsonObject> CallAsync(
        string method, JsonObject parameters, string? session, TimeSpan patience, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = answer;
        var call = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (session is not null)
        {
            call["sessionId"] = session;
        }

        await SendAsync(call, cancellationToken);
        if (_reading.IsCompleted)
        {
            answer.TrySetException(new DevToolsException($"The browser is gone; {method} has no answer."));
        }

        var message = await answer.Task.WaitAsync(patience, cancellationToken);
        return message["error"] is JsonObject error
            ? throw new DevToolsException($"{method}: {error["message"]}")
            : message["result"]!.AsObject();
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _reading;
        _socket.Dispose();
        _sending.Dispose();
        _closing.Dispose();
    }

    private async Task SendAsync(JsonObject call, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            var text = Encoding.UTF8.GetBytes(call.ToJsonString());
            await _socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        catch (WebSocketException e)
        {
            throw new DevToolsException($"The browser is gone: {e.Message}");
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReadAsync()
    {
        var chunk = new byte[64 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(chunk.AsMemory(), _closing.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                await message.WriteAsync(chunk.AsMemory(0, received.Count));
                if (received.EndOfMessage)
                {
                    Deliver(message.GetBuffer().AsSpan(0, (int)message.Length));
                    message.SetLength(0);
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The browser closed the socket, or we did: both end the reading, and the callers are told below.
        }

        foreach (var answer in _pending.Values)
        {
            answer.TrySetException(new DevToolsException("The browser closed the DevTools connection."));
        }
    }

    // Messages without an id are events; the tests poll instead of listening.
    private void Deliver(ReadOnlySpan<byte> text)
    {
        var message = JsonNode.Parse(text)!.AsObject();
        if (message["id"] is { } id && _pending.TryRemove(id.GetValue<int>(), out var answer))
        {
            answer.TrySetResult(message);
        }
    }
}

/// <summary>The browser refused a DevTools call or could not answer it.</summary>
internal sealed class DevToolsException(string message) : Exception(message);
