using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using NativeHost.Framing;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.CommandLine;

/// <summary>A client of the host in the same process, over real frames through two pipes: what an extension does, for a person.</summary>
internal sealed class HostClient : IAsyncDisposable
{
    private readonly Pipe _toHost = new();
    private readonly Pipe _fromHost = new();
    private readonly Composition _composition;
    private readonly FrameWriter _hostWriter;
    private readonly FrameWriter _requests;
    private readonly FrameReader _answers;
    private readonly Task _serving;

    public HostClient(HostLog log)
    {
        _composition = new Composition(log, Environment.CurrentDirectory);
        _hostWriter = new FrameWriter(_fromHost.Writer.AsStream(), WireFormat.Frames);
        _requests = new FrameWriter(_toHost.Writer.AsStream(), WireFormat.Frames);
        _answers = new FrameReader(_fromHost.Reader);
        _serving = _composition.ServeAsync(
            new FrameReader(_toHost.Reader), _hostWriter, Caller.Local, EndOfInput.Cancels, CancellationToken.None);
    }

    /// <summary>Sends a request and waits for its final frame.</summary>
    /// <param name="onEvent">Told of each event frame before it.</param>
    /// <returns>The final frame.</returns>
    public async Task<JsonElement> AskAsync(
        Action<Utf8JsonWriter> request, Action<JsonElement> onEvent, CancellationToken cancellationToken)
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

            onEvent(message);
        }

        throw new IOException("The host ended.");
    }

    public async ValueTask DisposeAsync()
    {
        await _toHost.Writer.CompleteAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _composition.DisposeAsync();
        _requests.Dispose();
        _hostWriter.Dispose();
    }

    private static JsonElement Parse(ReadOnlySequence<byte> frame)
    {
        var reader = new Utf8JsonReader(frame);
        return JsonElement.ParseValue(ref reader);
    }
}
