using System.Buffers.Binary;
using System.Text;

namespace NativeHost.Gguf;

/// <summary>Reads little-endian values from the start of a file, forward only.</summary>
/// <param name="path">Serves messages only.</param>
/// <param name="stream">The file, or as much of its start as there is.</param>
/// <param name="fileBytes">Length of the whole file.</param>
/// <remarks>
/// Nothing is allocated for a length or a count that was not first compared with the bytes left in the file: see
/// <see cref="Require"/>. Every failure is a <see cref="ModelFormatException"/> with the place of the value at fault, but for
/// <see cref="HeaderGoesOnException"/> where the file may be right and only its start is here.
/// </remarks>
internal sealed class HeaderBytes(string path, Stream stream, long fileBytes)
{
    private const int BufferBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[(int)Math.Min(BufferBytes, Math.Max(stream.Length, 16))];
    private readonly long _bytesHere = stream.Length;
    private int _next;
    private int _filled;

    public HeaderBytes(string path, Stream stream)
        : this(path, stream, stream.Length)
    {
    }

    public long FileBytes { get; } = fileBytes;

    public long Offset { get; private set; }

    public long Left => FileBytes - Offset;

    public byte UInt8() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public float Float32() => BinaryPrimitives.ReadSingleLittleEndian(Take(4));

    public double Float64() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    /// <summary>
    /// A count of things that take at least so many bytes each, all of which must be in the rest of the file.
    /// </summary>
    public long Count(string things, int leastBytesEach)
    {
        var place = Offset;
        var count = UInt64();
        if (count > (ulong)(Left / leastBytesEach))
        {
            throw Wrong(place, $"{count} {things} are announced, which the remaining {Left} bytes cannot hold");
        }

        RequireHere((long)count * leastBytesEach);
        return (long)count;
    }

    /// <summary>A length in eight bytes, then so much UTF-8; what is not UTF-8 becomes U+FFFD.</summary>
    public string Text(string thing, int mostBytes)
    {
        var place = Offset;
        var length = Count($"bytes of {thing}", 1);
        if (length > mostBytes)
        {
            throw Wrong(place, $"{thing} has {length} bytes; at most {mostBytes} are read");
        }

        if (length <= _buffer.Length)
        {
            return Encoding.UTF8.GetString(Take((int)length));
        }

        var whole = new byte[length];
        Copy(whole);
        return Encoding.UTF8.GetString(whole);
    }

    public void Skip(long count)
    {
        Require(count);
        var buffered = (int)Math.Min(count, _filled - _next);
        _next += buffered;
        if (count > buffered)
        {
            stream.Seek(count - buffered, SeekOrigin.Current);
        }

        Offset += count;
    }

    public ModelFormatException Wrong(long place, string problem) => new(path, place, problem + ".");

    private void Require(long count)
    {
        if (count > Left)
        {
            throw Wrong(Offset, $"the file ends where {count} more bytes of its header should be");
        }

        RequireHere(count);
    }

    /// <summary>Not more than what is left of the file.</summary>
    private void RequireHere(long count)
    {
        if (_bytesHere < FileBytes && count > _bytesHere - Offset)
        {
            throw new HeaderGoesOnException(Offset + count);
        }
    }

    /// <summary>The next bytes, valid until the next call; not more than the buffer holds.</summary>
    private ReadOnlySpan<byte> Take(int count)
    {
        Require(count);
        if (_filled - _next < count)
        {
            _buffer.AsSpan(_next, _filled - _next).CopyTo(_buffer);
            _filled -= _next;
            _next = 0;
            _filled += stream.ReadAtLeast(_buffer.AsSpan(_filled), count - _filled, throwOnEndOfStream: false);
            if (_filled < count)
            {
                throw Wrong(Offset, "the file became shorter while it was read");
            }
        }

        var taken = _buffer.AsSpan(_next, count);
        _next += count;
        Offset += count;
        return taken;
    }

    private void Copy(Span<byte> target)
    {
        while (target.Length > 0)
        {
            var part = Take(Math.Min(target.Length, _buffer.Length));
            part.CopyTo(target);
            target = target[part.Length..];
        }
    }
}
