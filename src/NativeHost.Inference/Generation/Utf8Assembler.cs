using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace NativeHost.Inference.Generation;

/// <summary>Puts the bytes of tokens together to whole UTF-8 characters. Bytes that belong to none become U+FFFD.</summary>
internal sealed class Utf8Assembler
{
    private const int LongestCharacter = 4;

    // The start of a character whose rest is still to come.
    private readonly byte[] _pending = new byte[LongestCharacter];
    private int _pendingCount;

    private static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    /// <summary>Appends the characters that <paramref name="piece"/> completes, and keeps what it only begins.</summary>
    public void Write(ReadOnlySpan<byte> piece, OutputBuffer output)
    {
        piece = piece[CompletePending(piece, output)..];
        if (Utf8.IsValid(piece))
        {
            output.Append(piece);
            return;
        }

        while (!piece.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(piece, out _, out var length);
            if (status == OperationStatus.NeedMoreData)
            {
                piece.CopyTo(_pending);
                _pendingCount = piece.Length;
                return;
            }

            output.Append(status == OperationStatus.Done ? piece[..length] : Replacement);
            piece = piece[length..];
        }
    }

    /// <summary>Appends what is left of a character that will not be completed, as U+FFFD.</summary>
    public void Flush(OutputBuffer output)
    {
        if (_pendingCount > 0)
        {
            output.Append(Replacement);
            _pendingCount = 0;
        }
    }

    /// <returns>How many bytes of the piece went into the pending character.</returns>
    private int CompletePending(ReadOnlySpan<byte> piece, OutputBuffer output)
    {
        var used = 0;
        while (_pendingCount > 0 && used < piece.Length)
        {
            _pending[_pendingCount] = piece[used];
            var status = Rune.DecodeFromUtf8(_pending.AsSpan(0, _pendingCount + 1), out _, out _);
            if (status == OperationStatus.InvalidData)
            {
                // The pending bytes were the start of a character, so it is the new byte that does not fit: it starts anew.
                Flush(output);
                return used;
            }

            used++;
            _pendingCount++;
            if (status == OperationStatus.Done)
            {
                output.Append(_pending.AsSpan(0, _pendingCount));
                _pendingCount = 0;
            }
        }

        return used;
    }
}
