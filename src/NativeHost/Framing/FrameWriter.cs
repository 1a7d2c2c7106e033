using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NativeHost.Framing;

/// <summary>Writes messages to a byte stream. Safe to call from any thread; messages never interleave.</summary>
/// <remarks>
/// One lock, one reused buffer, one write for each message. A reader that does not read stalls the write, and so its
/// caller: nothing is queued.
/// </remarks>
internal sealed class FrameWriter : IDisposable
{
    private readonly Stream _output;
    private readonly WireFormat _format;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ArrayBufferWriter<byte> _frame = new();
    private readonly Utf8JsonWriter _json;

    public FrameWriter(Stream output, WireFormat format)
    {
        _output = output;
        _format = format;

        // Nothing here is put into HTML, so only what JSON itself asks for is escaped.
        _json = new Utf8JsonWriter(_frame, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>Writes one message and flushes it.</summary>
    /// <param name="encode">Writes the message's one JSON object. Called under the writer's lock.</param>
    /// <param name="cancellationToken">Cancels waiting for a turn. A message once begun is always finished.</param>
    /// <exception cref="MessageTooLargeException">The JSON is over the browser's limit; nothing was written.</exception>
    /// <exception cref="PeerGoneException">The client is gone.</exception>
    /// <param name="maxBytes">Most bytes of JSON: a browser's limit, unless the reader is a process of ours.</param>
    public async ValueTask WriteAsync<T>(
        T message, Action<Utf8JsonWriter, T> encode, CancellationToken cancellationToken, int maxBytes = FrameLimits.MaxOutboundBytes)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            Encode(message, encode, maxBytes);
            await _output.WriteAsync(_frame.WrittenMemory, CancellationToken.None);
            await _output.FlushAsync(CancellationToken.None);
        }
        catch (IOException e)
        {
            throw new PeerGoneException(e);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _json.Dispose();
        _turn.Dispose();
    }

    private void Encode<T>(T message, Action<Utf8JsonWriter, T> encode, int maxBytes)
    {
        var headerBytes = _format == WireFormat.Frames ? FrameLimits.HeaderBytes : 0;
        _frame.ResetWrittenCount();
        _frame.GetSpan(FrameLimits.HeaderBytes);
        _frame.Advance(headerBytes);
        _json.Reset();
        encode(_json, message);
        _json.Flush();

        var length = _frame.WrittenCount - headerBytes;
        if (length > maxBytes)
        {
            throw new MessageTooLargeException(length);
        }

        if (_format == WireFormat.Frames)
        {
            MemoryMarshal.Write(MemoryMarshal.AsMemory(_frame.WrittenMemory).Span, (uint)length);
        }
        else
        {
            _frame.Write("\n"u8);
        }
    }
}
