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
    private readonly Composition _composition;
    private readonly FrameWriter _hostWriter;
    private readonly HostDialogue _dialogue;
    private readonly Task _serving;

    public HostClient(HostLog log)
    {
        var toHost = new Pipe();
        var fromHost = new Pipe();
        _composition = new Composition(log, Environment.CurrentDirectory);
        _hostWriter = new FrameWriter(fromHost.Writer.AsStream(), WireFormat.Frames);
        _dialogue = new HostDialogue(fromHost.Reader.AsStream(), toHost.Writer.AsStream());
        _serving = _composition.ServeAsync(
            new FrameReader(toHost.Reader), _hostWriter, Caller.Local, EndOfInput.Cancels, CancellationToken.None);
    }

    /// <summary>The frames to the host and back; disposed with this.</summary>
    public HostDialogue Dialogue => _dialogue;

    /// <summary>Sends a request and waits for its final frame.</summary>
    /// <param name="onEvent">Told of each event frame before it.</param>
    /// <returns>The final frame.</returns>
    public Task<JsonElement> AskAsync(Action<Utf8JsonWriter> request, Func<JsonElement, Task> onEvent, CancellationToken cancellationToken)
        => _dialogue.AskAsync(request, onEvent, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _dialogue.DisposeAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _composition.DisposeAsync();
        _hostWriter.Dispose();
    }
}
