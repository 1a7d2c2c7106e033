using System.Text;

namespace NativeHost.Inference.Tests;

/// <summary>
/// A token for each byte, then one for each control text, then one for each word that is longer than a byte.
/// Words are longest first, so that text meets the same borders in any order.
/// </summary>
internal sealed class ByteTokenizer(string[] controlTexts, string[]? words = null, bool beginsText = false) : ITokenizer
{
    public const string End = "<end>";

    private readonly string[] _words = [.. (words ?? []).OrderByDescending(word => word.Length)];

    public int VocabularySize => 256 + controlTexts.Length + _words.Length;

    /// <summary>The first control text, where it is asked for.</summary>
    public Token? BeginOfText => beginsText ? new Token(256) : null;

    public IReadOnlyList<string> ControlTexts => controlTexts;

    public string BeginText { get; init; } = "";

    public string EndText { get; init; } = "";

    public InfillTokens? Infill { get; init; }

    public int MaxPieceBytes => 16;

    /// <summary>Runs before each text is made tokens of.</summary>
    public Action? OnTokenize { get; set; }

    public void Tokenize(string text, TextKind kind, List<Token> tokens)
    {
        OnTokenize?.Invoke();
        var at = 0;
        while (at < text.Length)
        {
            var control = kind == TextKind.Control ? StartAt(controlTexts, text, at) : -1;
            var word = StartAt(_words, text, at);
            if (control >= 0)
            {
                tokens.Add(new Token(256 + control));
                at += controlTexts[control].Length;
            }
            else if (word >= 0)
            {
                tokens.Add(new Token(256 + controlTexts.Length + word));
                at += _words[word].Length;
            }
            else
            {
                var length = char.IsHighSurrogate(text[at]) ? 2 : 1;
                tokens.AddRange(Encoding.UTF8.GetBytes(text.Substring(at, length)).Select(b => new Token(b)));
                at += length;
            }
        }
    }

    public int WritePiece(Token token, Span<byte> utf8)
    {
        if (token.Id < 256)
        {
            utf8[0] = (byte)token.Id;
            return 1;
        }

        return token.Id < 256 + controlTexts.Length
            ? 0
            : Encoding.UTF8.GetBytes(_words[token.Id - 256 - controlTexts.Length], utf8);
    }

    public bool EndsGeneration(Token token) => token == TokenOf(End);

    public Token TokenOf(string controlText) => new(256 + Array.IndexOf(controlTexts, controlText));

    private static int StartAt(string[] texts, string text, int at) =>
        Array.FindIndex(texts, candidate => string.CompareOrdinal(text, at, candidate, 0, candidate.Length) == 0);
}
