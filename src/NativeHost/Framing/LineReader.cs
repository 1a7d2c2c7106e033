using System.Buffers;
using System.IO.Pipelines;

namespace NativeHost.Framing;

/// <summary>Cuts a byte stream into lines, one message each; empty lines are passed over.</summary>
internal sealed class LineReader(PipeReader input) : IMessageReader
{
    private SequencePosition _lineEnd;

    public async ValueTask<ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } newLine)
            {
                _lineEnd = buffer.GetPosition(1, newLine);
                var line = buffer.Slice(0, newLine);
                if (!IsBlank(line))
                {
                    return line;
                }

                Release();
            }
            else if (result.IsCompleted)
            {
                _lineEnd = buffer.End;
                return IsBlank(buffer) ? null : buffer;
            }
            else if (buffer.Length > FrameLimits.MaxInboundBytes)
            {
                throw new FramingException($"Message size error: a line is over {FrameLimits.MaxInboundBytes} bytes.");
            }
            else
            {
                input.AdvanceTo(buffer.Start, buffer.End);
            }
        }
    }

    public void Release() => input.AdvanceTo(_lineEnd);

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (var part in line)
        {
            if (part.Span.ContainsAnyExcept(" \t\r"u8))
            {
                return false;
            }
        }

        return true;
    }
}
