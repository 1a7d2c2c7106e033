using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NativeHost.Inference.Constraints.Masks;

/// <summary>The tokens that may come next. Immutable.</summary>
internal sealed class TokenMask
{
    private const int FewTokens = 512;

    private readonly int _size;

    // One of them: a bit for each token of the vocabulary, or the tokens' ids in order where there are few.
    private readonly ulong[]? _bits;
    private readonly int[]? _few;

    /// <param name="bits">One for each token, none behind the vocabulary. Copied.</param>
    public TokenMask(ReadOnlySpan<ulong> bits, int vocabularySize)
    {
        _size = vocabularySize;
        foreach (var word in bits)
        {
            Count += BitOperations.PopCount(word);
        }

        if (Count > FewTokens)
        {
            _bits = bits.ToArray();
            return;
        }

        _few = new int[Count];
        var filled = 0;
        for (var i = 0; i < bits.Length; i++)
        {
            for (var word = bits[i]; word != 0; word &= word - 1)
            {
                _few[filled++] = (i * 64) + BitOperations.TrailingZeroCount(word);
            }
        }
    }

    /// <summary>Number of tokens that may come.</summary>
    public int Count { get; }

    /// <summary>Their ids in order, where they are few; null where they are not.</summary>
    public int[]? Few => _few;

    public long Bytes => 64 + (_bits?.Length * 8L ?? _few!.Length * 4L);

    public bool Allows(Token token) => (uint)token.Id < (uint)_size
        && (_bits is { } bits ? (bits[token.Id >> 6] >> token.Id & 1) != 0 : Array.BinarySearch(_few!, token.Id) >= 0);

    /// <summary>The one with the lowest id.</summary>
    public Token First => new(_bits is { } bits ? FirstOf(bits) : _few![0]);

    /// <summary>Makes all others impossible: minus infinity.</summary>
    /// <param name="logits">One for each token of the vocabulary.</param>
    public void Apply(Span<float> logits)
    {
        if (_bits is { } bits)
        {
            Apply(bits, logits);
            return;
        }

        Span<float> kept = stackalloc float[FewTokens];
        for (var i = 0; i < _few!.Length; i++)
        {
            kept[i] = logits[_few[i]];
        }

        logits.Fill(float.NegativeInfinity);
        for (var i = 0; i < _few.Length; i++)
        {
            logits[_few[i]] = kept[i];
        }
    }

    private static int FirstOf(ulong[] bits)
    {
        var word = Array.FindIndex(bits, word => word != 0);
        return (word * 64) + BitOperations.TrailingZeroCount(bits[word]);
    }

    private static void Apply(ulong[] bits, Span<float> logits)
    {
        var whole = logits.Length / 64;
        ref var first = ref MemoryMarshal.GetReference(logits);
        var eachBit = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        var impossible = Vector256.Create(float.NegativeInfinity);
        for (var i = 0; i < whole; i++)
        {
            var word = bits[i];
            if (word == ulong.MaxValue)
            {
                continue;
            }

            for (nuint part = 0; part < 8; part++)
            {
                // Lane n is all ones where bit n of this byte is clear.
                var isClear = Vector256.Equals(Vector256.Create((int)(word >> (int)(8 * part) & 0xFF)) & eachBit, Vector256<int>.Zero).AsSingle();
                var at = ((nuint)i * 64) + (8 * part);
                Vector256.ConditionalSelect(isClear, impossible, Vector256.LoadUnsafe(ref first, at)).StoreUnsafe(ref first, at);
            }
        }

        for (var id = whole * 64; id < logits.Length; id++)
        {
            logits[id] = (bits[id >> 6] >> id & 1) != 0 ? logits[id] : float.NegativeInfinity;
        }
    }
}
