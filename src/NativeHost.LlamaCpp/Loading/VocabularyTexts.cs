using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;
using NativeHost.Gguf;

namespace NativeHost.LlamaCpp.Loading;

/// <summary>Reads the texts of a model's tokens in order, as they stand in its file.</summary>
/// <remarks>One thread. There may be hundreds of thousands: none is an object of its own.</remarks>
internal sealed class VocabularyTexts : IDisposable
{
    private const string Key = "tokenizer.ggml.tokens";

    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly long _end;
    private byte[] _buffer = new byte[64 * 1024];
    private long _offset;
    private int _begin;
    private int _filled;
    private long _left;

    /// <param name="file">Without such a list it has no texts.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public VocabularyTexts(GgufFile file)
    {
        (_path, _end) = (file.Path, file.TensorTableOffset);
        if (file.Metadata.ArrayOffset(Key) is { } offset && file.Metadata.ArrayLength(Key) is { } count)
        {
            (_offset, _left) = (offset, count);
        }

        _file = File.OpenHandle(file.Path, share: FileShare.Read | FileShare.Delete);
    }

    /// <summary>How many there are yet to read, as the header says.</summary>
    public long Left => _left;

    /// <summary>All texts, a character for each of their bytes.</summary>
    public static IReadOnlyList<string> Of(GgufFile file)
    {
        using var texts = new VocabularyTexts(file);
        var all = new List<string>();
        while (texts.TryRead(out var text))
        {
            all.Add(Encoding.Latin1.GetString(text));
        }

        return all;
    }

    /// <param name="text">Its bytes, until the next is read.</param>
    /// <exception cref="ModelFormatException">The list is none of texts.</exception>
    /// <exception cref="EndOfStreamException">The file became shorter since its header was read.</exception>
    public bool TryRead(out ReadOnlySpan<byte> text)
    {
        text = default;
        if (_left == 0)
        {
            return false;
        }

        // A list of something else has other bytes here, and what they say may lie behind the end.
        var place = _offset - _filled + _begin;
        var room = _end - place - sizeof(ulong);
        var length = room >= 0 ? BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong))) : ulong.MaxValue;
        if (room < 0 || length > (ulong)Math.Min(room, Array.MaxLength))
        {
            throw new ModelFormatException(_path, place, $"{Key} is no list of texts.");
        }

        _left--;
        text = Take((int)length);
        return true;
    }

    /// <summary>A text as llama.cpp takes it: up to its first zero byte; where nothing is left of it, one that it makes up.</summary>
    public static ReadOnlySpan<byte> AsTaken(ReadOnlySpan<byte> text, int index)
    {
        var end = text.IndexOf((byte)0);
        var taken = end < 0 ? text : text[..end];
        return taken.Length > 0 ? taken : Encoding.ASCII.GetBytes($"[EMPTY_{index}]");
    }

    public void Dispose() => _file.Dispose();

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_filled - _begin < length)
        {
            Fill(length);
        }

        _begin += length;
        return _buffer.AsSpan(_begin - length, length);
    }

    private void Fill(int length)
    {
        var rest = _buffer.AsSpan(_begin, _filled - _begin);
        var buffer = length > _buffer.Length ? new byte[Math.Max(length, Math.Min(2L * _buffer.Length, Array.MaxLength))] : _buffer;
        rest.CopyTo(buffer);
        (_buffer, _begin, _filled) = (buffer, 0, rest.Length);
        while (_filled < length)
        {
            var read = RandomAccess.Read(_file, _buffer.AsSpan(_filled), _offset);
            if (read == 0)
            {
                throw new EndOfStreamException($"{_path} became shorter since its header was read.");
            }

            _filled += read;
            _offset += read;
        }
    }
}
