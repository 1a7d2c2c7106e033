using System.Text;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Chat.Output;
using Xunit;

namespace NativeHost.Inference.Tests.Chat.Output;

/// <summary>Control tokens have no bytes; those that a style is made of are seen by its parser all the same.</summary>
public class ControlPiecesTests
{
    private static readonly string[] ControlTexts = ["<|im_end|>", "<|channel|>", "<|message|>", "<tool_call>", "[TOOL_CALLS]", ""];

    [Fact]
    public void Those_are_wanted_that_a_style_is_made_of()
    {
        var harmony = new OutputFormat(Folded.Style("harmony"), ReasoningStyle.All[0]);
        var hermes = new OutputFormat(Folded.Style("hermes"), null);

        Assert.Equal(["<|channel|>", "<|message|>"], harmony.WantedControlTexts(ControlTexts));
        Assert.Equal(["<tool_call>"], hermes.WantedControlTexts(ControlTexts));
        Assert.Empty(OutputFormat.Plain.WantedControlTexts(ControlTexts));
    }

    [Fact]
    public void A_wanted_token_stands_for_its_text()
    {
        var tokenizer = new ControlTokenizer();
        var pieces = new ControlPieces(tokenizer, new OutputFormat(Folded.Style("hermes"), null));

        Assert.Equal("<tool_call>", Encoding.UTF8.GetString(pieces.Of(new Token(3))));
        Assert.True(pieces.Of(new Token(0)).IsEmpty);
        Assert.True(pieces.Of(new Token(99)).IsEmpty);
    }

    [Fact]
    public void Tools_are_told_in_words_to_a_model_without_a_style()
    {
        var text = ToolInstructions.For([new ToolDefinition("now", "Tells the \"time\".", "{\"type\":\n\"object\"}"), new ToolDefinition("x", null, null)], mustCall: false);

        Assert.Contains("""{"name": "now", "description": "Tells the \"time\".", "parameters": {"type": "object"}}""", text, StringComparison.Ordinal);
        Assert.Contains("""{"name": "x", "parameters": {"type": "object"}}""", text, StringComparison.Ordinal);
        Assert.Contains("<tool_call>", text, StringComparison.Ordinal);
    }

    private sealed class ControlTokenizer : ITokenizer
    {
        public int VocabularySize => ControlTexts.Length;

        public Token? BeginOfText => null;

        IReadOnlyList<string> ITokenizer.ControlTexts => ControlTexts;

        public int MaxPieceBytes => 1;

        public bool EndsGeneration(Token token) => false;

        public void Tokenize(string text, TextKind kind, List<Token> tokens) => tokens.Add(new Token(Array.IndexOf(ControlTexts, text)));

        public int WritePiece(Token token, Span<byte> utf8) => 0;
    }
}
