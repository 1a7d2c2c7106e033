using System.Runtime.InteropServices;
using System.Text;
using NativeHost.Inference;
using NativeHost.LlamaCpp.Interop;

namespace NativeHost.LlamaCpp;

/// <summary>The vocabulary of a model that llama.cpp has read.</summary>
/// <remarks>
/// What a token stands for is copied out once, so that looking it up neither calls native code nor allocates, and works after the
/// model is gone; only <see cref="Tokenize"/> needs the model.
/// </remarks>
public sealed unsafe class LlamaTokenizer : ITokenizer, IDisposable
{
    private const int NoVocabulary = 0;
    private const int BytePairVocabulary = 2;
    private const int UnknownAttribute = 1 << 0;
    private const int ControlAttribute = 1 << 3;

    private readonly LlamaModelHandle _model;
    private readonly nint _vocabulary;
    private readonly List<string> _controlTexts = [];
    private readonly bool[] _endsGeneration;
    private readonly bool _splitsByRegex;

    /// <summary>All tokens' bytes; those of token i end at <c>_ends[i]</c> and start where its predecessor's end.</summary>
    private readonly byte[] _pieces;
    private readonly int[] _ends;

    /// <param name="model">Freed with the tokenizer, unless its owner frees it before.</param>
    /// <exception cref="UnsupportedModelException">The model has no vocabulary; it is not freed then.</exception>
    internal LlamaTokenizer(LlamaModelHandle model)
    {
        _model = model;
        _vocabulary = LlamaNative.llama_model_get_vocab(model);
        VocabularySize = LlamaNative.llama_vocab_n_tokens(_vocabulary);
        var kind = LlamaNative.llama_vocab_type(_vocabulary);
        _splitsByRegex = kind == BytePairVocabulary;
        if (VocabularySize == 0 || kind == NoVocabulary)
        {
            throw new UnsupportedModelException("a model without a vocabulary", "The model has no vocabulary, so it reads and writes no text.");
        }

        _ends = new int[VocabularySize];
        _endsGeneration = new bool[VocabularySize];
        _pieces = CopyVocabulary();
        var begin = LlamaNative.llama_vocab_bos(_vocabulary);
        BeginOfText = LlamaNative.llama_vocab_get_add_bos(_vocabulary) && begin >= 0 && begin < VocabularySize ? new Token(begin) : null;
        BeginText = TextOf(begin);
        EndText = TextOf(LlamaNative.llama_vocab_eos(_vocabulary));
        Infill = Known(LlamaNative.llama_vocab_fim_pre(_vocabulary)) is { } prefix
            && Known(LlamaNative.llama_vocab_fim_suf(_vocabulary)) is { } suffix
            && Known(LlamaNative.llama_vocab_fim_mid(_vocabulary)) is { } middle
            ? new InfillTokens(prefix, suffix, middle)
            : null;
    }

    public int VocabularySize { get; }

    public Token? BeginOfText { get; }

    public string BeginText { get; }

    public string EndText { get; }

    public InfillTokens? Infill { get; }

    public IReadOnlyList<string> ControlTexts => _controlTexts;

    public int MaxPieceBytes { get; private set; }

    /// <summary>The tokens that the model wants before and behind every text, where it wants some.</summary>
    internal (Token? Begin, Token? End) Frame()
    {
        // llama.cpp decides by the vocabulary's kind and a dozen of flags; so a text tells.
        ReadOnlySpan<byte> text = "a"u8;
        var (plain, framed) = (new int[text.Length + 4], new int[text.Length + 4]);
        var plainCount = TokenizeInto(text, TextKind.Plain, plain);
        var framedCount = TokenizeInto(text, TextKind.Plain, framed, addSpecial: true);
        var at = framed.AsSpan(0, framedCount).IndexOf(plain.AsSpan(0, plainCount));
        return at < 0 ? (BeginOfText, null) : (at > 0 ? new Token(framed[0]) : null, framedCount > at + plainCount ? new Token(framed[framedCount - 1]) : null);
    }

    /// <summary>How llama.cpp's server puts a query and a document together: [begin] query [end] [separator] document [end], where the vocabulary says so.</summary>
    internal (Token? Begin, IReadOnlyList<Token> Between, Token? End) PairFrame()
    {
        var separator = Known(LlamaNative.llama_vocab_sep(_vocabulary));
        var end = LlamaNative.llama_vocab_get_add_eos(_vocabulary) ? Known(LlamaNative.llama_vocab_eos(_vocabulary)) ?? separator : null;
        var between = LlamaNative.llama_vocab_get_add_sep(_vocabulary) ? separator : null;
        return (BeginOfText, [.. new[] { end, between }.OfType<Token>()], end);
    }

    public void Tokenize(string text, TextKind kind, List<Token> tokens)
    {
        // A half of a surrogate pair becomes U+FFFD here: llama.cpp gets valid UTF-8 whatever the text.
        var utf8 = Encoding.UTF8.GetBytes(text);
        var held = false;
        try
        {
            _model.DangerousAddRef(ref held);
            if (_splitsByRegex && utf8.Length > DeepRecursion.SafeTextBytes)
            {
                DeepRecursion.Run(utf8, part => TokenizeInto(part.Span, kind, tokens));
            }
            else
            {
                TokenizeInto(utf8, kind, tokens);
            }
        }
        finally
        {
            if (held)
            {
                _model.DangerousRelease();
            }
        }
    }

    public int WritePiece(Token token, Span<byte> utf8)
    {
        token.Check(VocabularySize);
        var start = token.Id == 0 ? 0 : _ends[token.Id - 1];
        var piece = _pieces.AsSpan(start, _ends[token.Id] - start);
        piece.CopyTo(utf8);
        return piece.Length;
    }

    public bool EndsGeneration(Token token)
    {
        token.Check(VocabularySize);
        return _endsGeneration[token.Id];
    }

    /// <summary>Frees the model. What is being tokenized is finished first.</summary>
    public void Dispose() => _model.Dispose();

    private void TokenizeInto(ReadOnlySpan<byte> utf8, TextKind kind, List<Token> tokens)
    {
        if (utf8.IsEmpty)
        {
            return;
        }

        var ids = new int[utf8.Length + 2];
        var count = TokenizeInto(utf8, kind, ids);
        if (count < 0)
        {
            ids = new int[-(long)count];
            count = TokenizeInto(utf8, kind, ids);
        }

        foreach (var id in ids.AsSpan(0, count))
        {
            tokens.Add(new Token(id));
        }
    }

    private int TokenizeInto(ReadOnlySpan<byte> utf8, TextKind kind, int[] ids, bool addSpecial = false)
    {
        fixed (byte* text = utf8)
        {
            fixed (int* first = ids)
            {
                return LlamaNative.llama_tokenize(
                    _vocabulary, text, utf8.Length, first, ids.Length, addSpecial, parseSpecial: kind == TextKind.Control);
            }
        }
    }

    private Token? Known(int id) => id >= 0 && id < VocabularySize ? new Token(id) : null;

    /// <summary>The text that a token is called by in the vocabulary; empty for none.</summary>
    private string TextOf(int id)
        => id >= 0 && id < VocabularySize ? Marshal.PtrToStringUTF8((nint)LlamaNative.llama_vocab_get_text(_vocabulary, id)) ?? "" : "";

    private byte[] CopyVocabulary()
    {
        var pieces = new List<byte>(VocabularySize * 8);
        var piece = new byte[256];
        for (var id = 0; id < VocabularySize; id++)
        {
            var length = CopyPiece(id, piece);
            if (length < 0)
            {
                piece = new byte[-length];
                length = CopyPiece(id, piece);
            }

            pieces.AddRange(piece.AsSpan(0, length));
            MaxPieceBytes = Math.Max(MaxPieceBytes, length);
            _ends[id] = pieces.Count;
            _endsGeneration[id] = LlamaNative.llama_vocab_is_eog(_vocabulary, id);
            if ((LlamaNative.llama_vocab_get_attr(_vocabulary, id) & (ControlAttribute | UnknownAttribute)) != 0
                && TextOf(id) is { Length: > 0 } text)
            {
                _controlTexts.Add(text);
            }
        }

        return [.. pieces];
    }

    private int CopyPiece(int id, byte[] piece)
    {
        fixed (byte* first = piece)
        {
            return LlamaNative.llama_token_to_piece(_vocabulary, id, first, piece.Length, leftStrip: 0, special: false);
        }
    }
}
