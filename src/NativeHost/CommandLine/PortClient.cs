using System.Buffers;
using System.Text.Json;
using NativeHost.Framing;

namespace NativeHost.CommandLine;

/// <summary>The client's end of a port: one request at a time, as an extension asks.</summary>
internal sealed class PortClient(FrameReader answers, FrameWriter requests)
{
    /// <summary>Sends a request and waits for its final frame.</summary>
    /// <param name="onEvent">Told of each event frame before it.</param>
    /// <returns>The final frame.</returns>
    /// <exception cref="IOException">The host ended without one.</exception>
    public async Task<JsonElement> AskAsync(
        Action<Utf8JsonWriter> request, Action<JsonElement> onEvent, CancellationToken cancellationToken)
    {
        await requests.WriteAsync(request, static (json, write) => write(json), cancellationToken);
        while (await answers.ReadAsync(cancellationToken) is { } frame)
        {
            var message = Parse(frame);
            answers.Release();
            if (message.TryGetProperty("status", out _))
            {
                return message;
            }

            onEvent(message);
        }

        throw new IOException("The host ended.");
    }

    private static JsonElement Parse(ReadOnlySequence<byte> frame)
    {
        var reader = new Utf8JsonReader(frame);
        return JsonElement.ParseValue(ref reader);
    }
}
