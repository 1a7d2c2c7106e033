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
        var result = await ReadAtLeastAsync(FrameLimits.HeaderBytes, cancellationToken);
        if (result.Buffer.IsEmpty)
        {
            return null;
        }

        var length = ReadLength(result.Buffer);
        var frameBytes = FrameLimits.HeaderBytes + length;
        if (result.Buffer.Length < frameBytes)
        {
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            result = await ReadAtLeastAsync(frameBytes, cancellationToken);
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

    // PipeReader's own ReadAtLeastAsync misses the writer's wake-up now and then (System.IO.Pipelines 10.0.12: a Pipe whose writer and
    // reader are at it at once, one read in some hundred thousand), and then waits for ever.
    private async ValueTask<ReadResult> ReadAtLeastAsync(int bytes, CancellationToken cancellationToken)
    {
        var result = await input.ReadAsync(cancellationToken);
        while (result.Buffer.Length < bytes && !result.IsCompleted && !result.IsCanceled)
        {
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            result = await input.ReadAsync(cancellationToken);
        }

        return result;
    }

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
