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
}
