using System.Buffers;
using System.Text.Unicode;

namespace NativeHost.Inference.Constraints.Masks;

/// <summary>What masks need to know of a vocabulary; made once for a model. Immutable but for what is filled in on demand, so one thread at a time.</summary>
internal sealed class VocabularyIndex
{
    private static readonly SearchValues<byte> NotPlain = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    private readonly byte[] _plainLengths;
    private readonly ulong[]?[] _plainUpTo;

    public VocabularyIndex(ITokenizer tokenizer)
    {
        Tokenizer = tokenizer;
        Texts = new VocabularyTexts(tokenizer);
        _plainLengths = new byte[Size];
        var longest = 0;
        var spelled = new List<int>(Size);
        for (var id = 0; id < Size; id++)
        {
            var text = Texts.Of(id);
            if (tokenizer.EndsGeneration(new Token(id)))
            {
                Ends.Add(new Token(id));
            }
            else if (text.IsEmpty)
            {
                Controls.Add(new Token(id));
            }
            else
            {
                spelled.Add(id);
                _plainLengths[id] = PlainLengthOf(text);
                longest = Math.Max(longest, _plainLengths[id]);
                IsByteToken[text[0]] |= text.Length == 1;
            }
        }

        _plainUpTo = new ulong[longest + 1][];
        var order = Texts.InOrder([.. spelled]);
        All = new TokenTrie(Texts, order);
        Special = new TokenTrie(Texts, Array.FindAll(order, id => _plainLengths[id] == 0));
    }

    public ITokenizer Tokenizer { get; }

    public VocabularyTexts Texts { get; }

    /// <summary>Number of tokens.</summary>
    public int Size => Texts.Count;

    /// <summary>Number of words of a mask's bits.</summary>
    public int MaskWords => (Size + 63) / 64;

    /// <summary>Of each byte, whether it is a token.</summary>
    public bool[] IsByteToken { get; } = new bool[256];

    /// <summary>Tokens that end the model's turn.</summary>
    public List<Token> Ends { get; } = [];

    /// <summary>The other tokens without bytes.</summary>
    public List<Token> Controls { get; } = [];

    /// <summary>All tokens with bytes.</summary>
    public TokenTrie All { get; }

    /// <summary>Those of <see cref="All"/> that are not plain: with quotes, backslashes, control characters, or parts of characters.</summary>
    public TokenTrie Special { get; }

    /// <summary>The plain tokens of up to so many characters, as bits: whole characters that stand for themselves in a JSON string.</summary>
    /// <param name="characters">Null for any number.</param>
    public ReadOnlySpan<ulong> PlainUpTo(int? characters)
    {
        var length = Math.Min(characters ?? int.MaxValue, _plainUpTo.Length - 1);
        return _plainUpTo[length] ??= MakePlain(length);
    }

    private ulong[] MakePlain(int longest)
    {
        var bits = new ulong[MaskWords];
        for (var id = 0; id < Size; id++)
        {
            if (_plainLengths[id] > 0 && _plainLengths[id] <= longest)
            {
                bits[id >> 6] |= 1UL << id;
            }
        }

        return bits;
    }

    /// <returns>Number of characters; 0 where it is not plain, or very long.</returns>
    private static byte PlainLengthOf(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAny(NotPlain) || !Utf8.IsValid(text))
        {
            return 0;
        }

        var characters = 0;
        foreach (var value in text)
        {
            characters += (value & 0xC0) != 0x80 ? 1 : 0;
        }

        return characters <= byte.MaxValue ? (byte)characters : (byte)0;
    }
}
