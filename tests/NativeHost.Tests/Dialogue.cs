using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using NativeHost.Framing;
using NativeHost.Inference;
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
    private readonly TestHost _host;
    private readonly TestHost? _ownHost;
    private readonly CancellationToken _timeout;
    private readonly CancellationTokenSource _leaving;

    /// <summary>The only client of a host.</summary>
    public Dialogue(IModelLoader loader, CancellationToken timeout, EndOfInput endOfInput = EndOfInput.Finishes)
        : this(new TestHost(loader), timeout, endOfInput)
        => _ownHost = _host;

    /// <summary>One client of a host that outlives it.</summary>
    /// <param name="asBroker">Whether it may also ask what only a broker answers.</param>
    public Dialogue(TestHost host, CancellationToken timeout, EndOfInput endOfInput = EndOfInput.Cancels, Caller? caller = null, bool asBroker = false)
    {
        _host = host;
        _timeout = timeout;
        _leaving = CancellationTokenSource.CreateLinkedTokenSource(timeout);
        _answers = new FrameReader(_fromHost.Reader);
        _writer = new FrameWriter(_fromHost.Writer.AsStream(), WireFormat.Frames);
        _session = host.SessionOf(new FrameReader(_toHost.Reader), _writer, caller ?? Caller.Local, asBroker);
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
        if (_ownHost is not null)
        {
            await _ownHost.DisposeAsync().AsTask().WaitAsync(_timeout);
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
