using System.Buffers.Binary;

namespace NativeHost.Framing;

/// <summary>Cuts a byte stream into frames on a thread that waits for them: for streams that bring a frame with every token.</summary>
/// <param name="maxBytes">Most bytes of a frame's JSON.</param>
internal sealed class BlockingFrameReader(Stream input, int maxBytes)
{
    private byte[] _frame = new byte[4096];

    /// <summary>Reads the next frame.</summary>
    /// <param name="frame">The frame, header included; valid until the next call.</param>
    /// <returns>False where no whole frame comes any more: the stream ended, was lost, or holds something else.</returns>
    public bool TryRead(out ReadOnlySpan<byte> frame)
    {
        frame = default;
        try
        {
            input.ReadExactly(_frame, 0, FrameLimits.HeaderBytes);
            var length = BitConverter.IsLittleEndian
                ? BinaryPrimitives.ReadInt32LittleEndian(_frame)
                : BinaryPrimitives.ReadInt32BigEndian(_frame);
            if (length < 0 || length > maxBytes)
            {
                return false;
            }

            if (_frame.Length < FrameLimits.HeaderBytes + length)
            {
                var larger = new byte[Math.Max(FrameLimits.HeaderBytes + length, Math.Min(_frame.Length * 2, maxBytes))];
                _frame.AsSpan(0, FrameLimits.HeaderBytes).CopyTo(larger);
                _frame = larger;
            }

            input.ReadExactly(_frame, FrameLimits.HeaderBytes, length);
            frame = _frame.AsSpan(0, FrameLimits.HeaderBytes + length);
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return false;
        }
    }
}
