using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NativeHost.EndToEnd.Tests.Browser;

/// <summary>A connection to a browser's DevTools: commands by number, answers matched to them. Events are dropped.</summary>
internal sealed class DevTools : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ClientWebSocket _socket;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _waiting = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Task _receiving;
    private int _lastNumber;

    private DevTools(ClientWebSocket socket)
    {
        _socket = socket;
        _receiving = ReceiveAllAsync();
    }

    public static async Task<DevTools> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(address, cancellationToken);
        return new(socket);
    }

    /// <exception cref="DevToolsException">The browser refused the command.</exception>
    /// <exception cref="TimeoutException">No answer came within a minute.</exception>
    public async Task<JsonElement> SendAsync(
        string method, JsonObject? parameters = null, string? sessionId = null, CancellationToken cancellationToken = default)
    {
        var number = Interlocked.Increment(ref _lastNumber);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[number] = answer;

        var command = new JsonObject { ["id"] = number, ["method"] = method, ["params"] = parameters ?? [] };
        if (sessionId is not null)
        {
            command["sessionId"] = sessionId;
        }

        await _sending.WaitAsync(cancellationToken);
        try
        {
            var text = Encoding.UTF8.GetBytes(command.ToJsonString());
            await _socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }

        return await answer.Task.WaitAsync(Patience, cancellationToken);
    }

    /// <summary>Evaluates an expression in a session's context, awaits its promise, and returns its value.</summary>
    /// <exception cref="DevToolsException">The expression threw or its promise was rejected.</exception>
    public async Task<JsonElement> EvaluateAsync(string sessionId, string expression, CancellationToken cancellationToken)
    {
        var parameters = new JsonObject { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true };
        var answer = await SendAsync("Runtime.evaluate", parameters, sessionId, cancellationToken);
        if (answer.TryGetProperty("exceptionDetails", out var details))
        {
            throw new DevToolsException(
                details.TryGetProperty("exception", out var thrown) && thrown.TryGetProperty("description", out var text)
                    ? text.GetString()!
                    : details.GetRawText());
        }

        var result = answer.GetProperty("result");
        return result.TryGetProperty("value", out var value) ? value : default;
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _receiving;
        _sending.Dispose();
    }

    private async Task ReceiveAllAsync()
    {
        var end = "The browser closed its DevTools connection.";
        try
        {
            while (await ReceiveAsync() is { } message)
            {
                Deliver(message);
            }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            end = $"The DevTools connection broke: {e.Message}";
        }

        foreach (var answer in _waiting.Values)
        {
            answer.TrySetException(new DevToolsException(end));
        }
    }

    /// <returns>The next message, or null at the end of the stream.</returns>
    private async Task<JsonElement?> ReceiveAsync()
    {
        using var message = new MemoryStream();
        var part = new byte[64 * 1024];
        WebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(part, CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            await message.WriteAsync(part.AsMemory(0, received.Count));
        }
        while (!received.EndOfMessage);

        return JsonDocument.Parse(message.ToArray()).RootElement;
    }

    private void Deliver(JsonElement message)
    {
        if (!message.TryGetProperty("id", out var number) || !_waiting.TryRemove(number.GetInt32(), out var answer))
        {
            return;
        }

        if (message.TryGetProperty("error", out var error))
        {
            answer.TrySetException(new DevToolsException(error.GetRawText()));
        }
        else
        {
            answer.TrySetResult(message.GetProperty("result"));
        }
    }
}

/// <summary>The browser, or the script it ran, reported a failure.</summary>
internal sealed class DevToolsException(string message) : Exception(message);
