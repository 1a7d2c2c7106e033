using System.Buffers.Binary;

namespace NativeHost.Inference.Constraints.Masks;

/// <summary>The bytes of every token of a vocabulary, side by side. Immutable.</summary>
internal sealed class VocabularyTexts
{
    private readonly byte[] _bytes;
    private readonly int[] _starts;

    public VocabularyTexts(ITokenizer tokenizer)
    {
        _starts = new int[tokenizer.VocabularySize + 1];
        var bytes = new List<byte>(8 * tokenizer.VocabularySize);
        var piece = new byte[tokenizer.MaxPieceBytes];
        for (var id = 0; id < tokenizer.VocabularySize; id++)
        {
            var length = tokenizer.EndsGeneration(new Token(id)) ? 0 : tokenizer.WritePiece(new Token(id), piece);
            bytes.AddRange(piece.AsSpan(0, length));
            LongestToken = Math.Max(LongestToken, length);
            _starts[id + 1] = bytes.Count;
        }

        _bytes = [.. bytes];
    }

    public int Count => _starts.Length - 1;

    /// <summary>In bytes.</summary>
    public int LongestToken { get; }

    /// <summary>Empty for control tokens and those that end a turn.</summary>
    public ReadOnlySpan<byte> Of(int token) => _bytes.AsSpan(_starts[token].._starts[token + 1]);

    /// <summary>Tokens in the order of their bytes.</summary>
    public int[] InOrder(int[] tokens)
    {
        // By the first eight bytes as a number, then those that are alike by all.
        var keys = Array.ConvertAll(tokens, KeyOf);
        Array.Sort(keys, tokens);
        for (var first = 0; first < tokens.Length;)
        {
            var behind = first + 1;
            while (behind < tokens.Length && keys[behind] == keys[first])
            {
                behind++;
            }

            tokens.AsSpan(first, behind - first).Sort((a, b) => Of(a).SequenceCompareTo(Of(b)));
            first = behind;
        }

        return tokens;
    }

    private ulong KeyOf(int token)
    {
        Span<byte> key = stackalloc byte[sizeof(ulong)];
        key.Clear();
        var text = Of(token);
        text[..Math.Min(key.Length, text.Length)].CopyTo(key);
        return BinaryPrimitives.ReadUInt64BigEndian(key);
    }
}
