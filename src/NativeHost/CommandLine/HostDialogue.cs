using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using NativeHost.Framing;

namespace NativeHost.CommandLine;

/// <summary>The client's side of a stream of frames, one request at a time.</summary>
/// <param name="fromHost">Owned.</param>
/// <param name="toHost">Owned; may be the same stream.</param>
internal sealed class HostDialogue(Stream fromHost, Stream toHost) : IAsyncDisposable
{
    private readonly FrameWriter _requests = new(toHost, WireFormat.Frames);
    private readonly FrameReader _answers = new(PipeReader.Create(fromHost));

    /// <summary>Sends a request and waits for its final frame.</summary>
    /// <param name="onEvent">Told of each event frame before it.</param>
    /// <returns>The final frame.</returns>
    /// <exception cref="IOException">The host ended.</exception>
    public async Task<JsonElement> AskAsync(
        Action<Utf8JsonWriter> request, Func<JsonElement, Task> onEvent, CancellationToken cancellationToken)
    {
        await _requests.WriteAsync(request, static (json, write) => write(json), cancellationToken);
        while (await _answers.ReadAsync(cancellationToken) is { } frame)
        {
            var message = Parse(frame);
            _answers.Release();
            if (message.TryGetProperty("status", out _))
            {
                return message;
            }

            await onEvent(message);
        }

        throw new IOException("The host ended.");
    }

    /// <summary>Sends a request that has no fields.</summary>
    /// <returns>The final frame of a success.</returns>
    /// <exception cref="IOException">The host ended, or answered with an error.</exception>
    public async Task<JsonElement> AskAsync(string action, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(
            json =>
            {
                json.WriteStartObject();
                json.WriteString("action", action);
                json.WriteEndObject();
            },
            _ => Task.CompletedTask,
            cancellationToken);
        return answer.GetProperty("status").GetString() == "success"
            ? answer
            : throw new IOException(answer.GetProperty("message").GetString());
    }

    public async ValueTask DisposeAsync()
    {
        _requests.Dispose();
        await toHost.DisposeAsync();
        await fromHost.DisposeAsync();
    }

    private static JsonElement Parse(ReadOnlySequence<byte> frame)
    {
        var reader = new Utf8JsonReader(frame);
        return JsonElement.ParseValue(ref reader);
    }
}
