using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using NativeHost.Actions;
using NativeHost.Actions.Models;
using NativeHost.Framing;
using NativeHost.Grants;
using NativeHost.Inference;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Tests;

/// <summary>A client and a host in one process, over frames in two pipes.</summary>
internal sealed class Dialogue : IAsyncDisposable
{
    private readonly Pipe _toHost = new();
    private readonly Pipe _fromHost = new();
    private readonly FrameReader _answers;
    private readonly FrameWriter _writer;
    private readonly HostSession _session;
    private readonly ModelShelf _shelf;
    private readonly bool _ownsShelf;
    private readonly CancellationToken _timeout;
    private readonly CancellationTokenSource _leaving;

    /// <param name="caller">Who the client is; null for the user at this machine.</param>
    /// <param name="beside">Another client of the host that this one is to be a client of; it must outlive this one.</param>
    /// <param name="configFolder">Where the host keeps grants; null for nowhere.</param>
    public Dialogue(
        IModelLoader loader,
        CancellationToken timeout,
        EndOfInput endOfInput = EndOfInput.Finishes,
        Caller? caller = null,
        Dialogue? beside = null,
        string? configFolder = null)
    {
        _ownsShelf = beside is null;
        _timeout = timeout;
        _leaving = CancellationTokenSource.CreateLinkedTokenSource(timeout);
        _shelf = beside?._shelf ?? new ModelShelf(loader, HostLog.None);
        _answers = new FrameReader(_fromHost.Reader);
        _writer = new FrameWriter(_fromHost.Writer.AsStream(), WireFormat.Frames);
        var work = new OpenWork();
        var grants = new CallerGrants(new GrantStore(configFolder ?? Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), TimeProvider.System), HostLog.None);
        _session = new HostSession(
            new FrameReader(_toHost.Reader),
            _writer,
            caller ?? Caller.Local,
            ActionTable.Of(_shelf, new CallerStates(), new ModelAddresses(Path.GetTempPath()), grants, work, HostLog.None),
            work,
            HostLog.None);
        Session = _session.RunAsync(endOfInput, _leaving.Token);
    }

    /// <summary>Completes when the session has ended.</summary>
    public Task Session { get; }

    public async Task SayAsync(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var frame = new byte[4 + bytes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, bytes.Length);
        bytes.CopyTo(frame, 4);
        await SayRawAsync(frame);
    }

    public async Task SayRawAsync(byte[] bytes) => await _toHost.Writer.WriteAsync(bytes, _timeout);

    public async Task HangUpAsync() => await _toHost.Writer.CompleteAsync();

    /// <summary>The next frame from the host, an event or a final one.</summary>
    public async Task<JsonElement> HearAsync()
    {
        var frame = await _answers.ReadAsync(_timeout) ?? throw new EndOfStreamException("The host said no more.");
        var message = Parse(frame);
        _answers.Release();
        return message;
    }

    /// <summary>The next final frame; the events before it are passed over.</summary>
    public async Task<JsonElement> HearFinalAsync()
    {
        while (true)
        {
            var message = await HearAsync();
            if (message.TryGetProperty("status", out _))
            {
                return message;
            }
        }
    }

    public async Task<JsonElement> AskAsync(string json)
    {
        await SayAsync(json);
        return await HearFinalAsync();
    }

    /// <summary>Sends a request, and passes over its frames up to the final one without looking into them.</summary>
    /// <returns>The number of frames.</returns>
    public async Task<int> SendAndSkipAsync(string json)
    {
        await SayAsync(json);
        for (var frames = 1; ; frames++)
        {
            var frame = await _answers.ReadAsync(_timeout) ?? throw new EndOfStreamException("The host said no more.");
            var isFinal = new SequenceReader<byte>(frame).IsNext("{\"status\""u8);
            _answers.Release();
            if (isFinal)
            {
                return frames;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _toHost.Writer.CompleteAsync();
        await _fromHost.Reader.CompleteAsync();
        await Session.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_ownsShelf)
        {
            await _shelf.DisposeAsync().AsTask().WaitAsync(_timeout);
        }

        _session.Dispose();
        _writer.Dispose();
        _leaving.Dispose();
    }

    private static JsonElement Parse(ReadOnlySequence<byte> frame)
    {
        var reader = new Utf8JsonReader(frame);
        return JsonElement.ParseValue(ref reader);
    }
}
