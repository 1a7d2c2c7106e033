using System.Text;
using NativeHost.Inference;

namespace NativeHost.Benchmarks.Constraints;

/// <summary>A made-up vocabulary with about as much of each kind of token as those of large models: all bytes, words, punctuation, runs of spaces, other scripts, parts of characters.</summary>
internal sealed class MadeVocabulary : ITokenizer
{
    private const string Punctuation = "\"':,.{}[]()<>=+-*/\\\n\t#_;!?";

    private readonly byte[][] _texts;
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    public MadeVocabulary(int size)
    {
        var random = new Random(1);
        var texts = new List<byte[]>(size);
        for (var value = 0; value < 256; value++)
        {
            texts.Add([(byte)value]);
        }

        for (var spaces = 2; spaces < 80; spaces++)
        {
            Add(new string(' ', spaces));
        }

        while (texts.Count < size - 1)
        {
            var kind = random.Next(100);
            if (kind < 2)
            {
                // The beginning of a character of three bytes.
                texts.Add([.. Encoding.UTF8.GetBytes(Word(1 + random.Next(4))), (byte)random.Next(0xE4, 0xEA), (byte)random.Next(0x80, 0xC0)]);
            }
            else
            {
                Add(kind < 8 ? string.Concat(Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Punctuation[random.Next(Punctuation.Length)]))
                    : kind < 11 ? Word(random.Next(6)) + Punctuation[random.Next(Punctuation.Length)]
                    : kind < 25 ? string.Concat(Enumerable.Range(0, 1 + random.Next(3)).Select(_ => (char)random.Next(0x4E00, 0x9FFF)))
                    : kind < 35 ? (random.Next(2) == 0 ? " " : "") + string.Concat(Enumerable.Range(0, 2 + random.Next(6)).Select(_ => (char)random.Next(0x430, 0x44F)))
                    : (random.Next(3) == 0 ? "" : " ") + Word(2 + random.Next(9)));
            }
        }

        _texts = [.. texts, []];

        string Word(int letters) => string.Concat(Enumerable.Range(0, letters).Select(i => (char)((random.Next(9) == 0 && i == 0 ? 'A' : 'a') + (random.Next(26) * random.Next(26) / 26))));

        void Add(string text)
        {
            if (_ids.TryAdd(text, texts.Count))
            {
                texts.Add(Encoding.UTF8.GetBytes(text));
            }
        }
    }

    public int VocabularySize => _texts.Length;

    public Token? BeginOfText => null;

    public IReadOnlyList<string> ControlTexts => [];

    public int MaxPieceBytes => 80;

    /// <summary>The longest token at each place.</summary>
    public void Tokenize(string text, TextKind kind, List<Token> tokens)
    {
        for (var at = 0; at < text.Length;)
        {
            var length = Math.Min(20, text.Length - at);
            var id = 0;
            while (length > 1 && !_ids.TryGetValue(text.Substring(at, length), out id))
            {
                length--;
            }

            if (length > 1)
            {
                tokens.Add(new Token(id));
                at += length;
                continue;
            }

            // A character's bytes.
            tokens.AddRange(Encoding.UTF8.GetBytes(text.Substring(at, length)).Select(value => new Token(value)));
            at += length;
        }
    }

    public int WritePiece(Token token, Span<byte> utf8)
    {
        _texts[token.Id].CopyTo(utf8);
        return _texts[token.Id].Length;
    }

    public bool EndsGeneration(Token token) => token.Id == _texts.Length - 1;
}
