using System.Text;
using NativeHost.Gguf;

/// <summary>A WordPiece vocabulary: tokens that begin a word, and tokens that go on with one.</summary>
internal sealed class WordPieces
{
    private const string TokensKey = "tokenizer.ggml.tokens";

    /// <summary>llama.cpp's mark of a token that begins a word.</summary>
    private const char BeginMark = '\u2581';

    private readonly Dictionary<string, int> _beginnings = [];
    private readonly Dictionary<string, int> _continuations = [];

    private WordPieces(IReadOnlyList<string> tokens)
    {
        Count = tokens.Count;
        for (var id = 0; id < tokens.Count; id++)
        {
            var isBeginning = tokens[id].StartsWith(BeginMark);
            (isBeginning ? _beginnings : _continuations)[isBeginning ? tokens[id][1..] : tokens[id]] = id;
        }
    }

    /// <summary>Number of tokens, special ones included.</summary>
    public int Count { get; }

    /// <summary>Tokens that can stand for a whole word, by the word.</summary>
    public IReadOnlyDictionary<string, int> Beginnings => _beginnings;

    public static WordPieces Read(GgufFile file)
    {
        using var reader = new BinaryReader(File.OpenRead(file.Path));
        reader.BaseStream.Position = file.Metadata.ArrayOffset(TokensKey)!.Value;
        var tokens = new string[file.Metadata.ArrayLength(TokensKey)!.Value];
        for (var i = 0; i < tokens.Length; i++)
        {
            tokens[i] = Encoding.UTF8.GetString(reader.ReadBytes((int)reader.ReadUInt64()));
        }

        return new(tokens);
    }

    /// <summary>Splits a word as the tokenizer does: the longest token that fits, again and again.</summary>
    /// <returns>The tokens' ids; none where the word cannot be written with this vocabulary.</returns>
    public IReadOnlyList<int> Split(string word)
    {
        List<int> ids = [];
        for (var begin = 0; begin < word.Length;)
        {
            var end = word.Length;
            int id;
            while (!(begin == 0 ? _beginnings : _continuations).TryGetValue(word[begin..end], out id))
            {
                if (--end == begin)
                {
                    return [];
                }
            }

            ids.Add(id);
            begin = end;
        }

        return ids;
    }
}
