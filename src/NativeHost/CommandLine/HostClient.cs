using System.IO.Pipelines;
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
    private readonly Task _serving;

    public HostClient(HostLog log)
    {
        _composition = new Composition(log, Environment.CurrentDirectory);
        _hostWriter = new FrameWriter(_fromHost.Writer.AsStream(), WireFormat.Frames);
        _requests = new FrameWriter(_toHost.Writer.AsStream(), WireFormat.Frames);
        Port = new PortClient(new FrameReader(_fromHost.Reader), _requests);
        _serving = _composition.ServeAsync(
            new FrameReader(_toHost.Reader), _hostWriter, Caller.Local, EndOfInput.Cancels, CancellationToken.None);
    }

    /// <summary>The client's end.</summary>
    public PortClient Port { get; }

    public async ValueTask DisposeAsync()
    {
        await _toHost.Writer.CompleteAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _composition.DisposeAsync();
        _requests.Dispose();
        _hostWriter.Dispose();
    }
}
