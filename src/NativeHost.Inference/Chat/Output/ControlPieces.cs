using System.Text;

namespace NativeHost.Inference.Chat.Output;

/// <summary>The bytes of those control tokens that the parser of a model's output has to see.</summary>
internal sealed class ControlPieces
{
    private readonly Dictionary<Token, byte[]> _pieces = [];

    public ControlPieces(ITokenizer tokenizer, OutputFormat format)
    {
        var tokens = new List<Token>();
        foreach (var text in format.WantedControlTexts(tokenizer.ControlTexts))
        {
            tokens.Clear();
            tokenizer.Tokenize(text, TextKind.Control, tokens);
            if (tokens.Count == 1)
            {
                _pieces[tokens[0]] = Encoding.UTF8.GetBytes(text);
            }
        }
    }

    /// <summary>The token's text in UTF-8; empty for a token that is none of them.</summary>
    public ReadOnlySpan<byte> Of(Token token) => _pieces.GetValueOrDefault(token);
}
