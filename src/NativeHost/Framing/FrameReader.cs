using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;

namespace NativeHost.Framing;

/// <summary>Cuts a byte stream into native-messaging frames.</summary>
/// <param name="maxBytes">Most bytes of a frame's JSON.</param>
internal sealed class FrameReader(PipeReader input, int maxBytes = FrameLimits.MaxInboundBytes) : IMessageReader
{
    private SequencePosition _frameEnd;

    public async ValueTask<ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        var result = await input.ReadAtLeastAsync(FrameLimits.HeaderBytes, cancellationToken);
        if (result.Buffer.IsEmpty)
        {
            return null;
        }

        var length = ReadLength(result.Buffer);
        var frameBytes = FrameLimits.HeaderBytes + length;
        if (result.Buffer.Length < frameBytes)
        {
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            result = await input.ReadAtLeastAsync(frameBytes, cancellationToken);
        }

        if (result.Buffer.Length < frameBytes)
        {
            throw new FramingException(
                $"Message format error: the stream ended inside a message of {length} bytes.");
        }

        var body = result.Buffer.Slice(FrameLimits.HeaderBytes, length);
        _frameEnd = body.End;
        return body;
    }

    public void Release() => input.AdvanceTo(_frameEnd);

    private int ReadLength(ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < FrameLimits.HeaderBytes)
        {
            throw new FramingException(
                $"Message format error: the stream ended inside a length prefix, after {buffer.Length} bytes.");
        }

        Span<byte> header = stackalloc byte[FrameLimits.HeaderBytes];
        buffer.Slice(0, FrameLimits.HeaderBytes).CopyTo(header);
        var length = MemoryMarshal.Read<uint>(header);
        return length <= maxBytes
            ? (int)length
            : throw new FramingException(
                $"Message size error: Message too large: {length} bytes; the limit is {maxBytes}.");
    }
}
