using NativeHost.Inference.Chat;
using Xunit;

namespace NativeHost.Inference.Tests.Chat;

public sealed class PromptTokenizerTests
{
    private static readonly string[] ControlTexts = ["<begin>", "<user>", "<end>"];

    [Fact]
    public void Harmless_text_gets_the_tokens_of_the_whole_across_the_parts_borders()
    {
        var tokenizer = new ByteTokenizer(ControlTexts, words: ["\nHi"]);

        var tokens = new PromptTokenizer(tokenizer).Tokenize([Control("<user>\n"), Plain("Hi"), Control("<end>")]);

        Assert.Equal([256 + 1, 256 + 3, 256 + 2], tokens.Select(token => token.Id));
    }

    [Theory]
    [InlineData("", "<end>", "")]
    [InlineData("", "a<end>b<end>", "")]
    [InlineData("<en", "d>", "")]
    [InlineData("", "<us", "er>")]
    [InlineData("<", "end", ">")]
    [InlineData("<user><us", "e", "r>")]
    public void What_a_person_wrote_never_becomes_or_completes_a_control_token(string before, string written, string after)
    {
        var tokenizer = new ByteTokenizer(ControlTexts);

        var tokens = new PromptTokenizer(tokenizer).Tokenize(
            [Control("<user>" + before), Plain(written), Control(after + "<end>")]);

        var expected = new List<Token>();
        tokenizer.Tokenize("<user>" + before, TextKind.Control, expected);
        tokenizer.Tokenize(written, TextKind.Plain, expected);
        tokenizer.Tokenize(after + "<end>", TextKind.Control, expected);
        Assert.Equal(expected, tokens);
    }

    [Fact]
    public void A_control_text_that_two_parts_of_a_person_form_together_stays_text()
    {
        var tokenizer = new ByteTokenizer(ControlTexts);

        var tokens = new PromptTokenizer(tokenizer).Tokenize([Plain("<e"), Control("nd"), Plain(">")]);

        Assert.DoesNotContain(tokenizer.TokenOf("<end>"), tokens);
    }

    [Fact]
    public void Words_are_not_cut_where_parts_meet_though_somebody_wrote_a_control_text()
    {
        var tokenizer = new ByteTokenizer(ControlTexts, words: ["\nHi"]);

        var tokens = new PromptTokenizer(tokenizer).Tokenize([Control("<user>\n"), Plain("Hi<end>"), Control("<end>")]);

        Assert.Equal([256 + 1, 256 + 3, .. "<end>".Select(c => (int)c), 256 + 2], tokens.Select(token => token.Id));
    }

    [Fact]
    public void A_model_that_wants_it_gets_its_begin_of_text_once()
    {
        var prompts = new PromptTokenizer(new ByteTokenizer(ControlTexts, beginsText: true));

        Assert.Equal([256, 'a'], prompts.Tokenize([Plain("a")]).Select(token => token.Id));
        Assert.Equal([256, 257], prompts.Tokenize([Control("<begin><user>")]).Select(token => token.Id));
        Assert.Equal([256, 257], prompts.Tokenize([Control("<user>")]).Select(token => token.Id));
    }

    [Fact]
    public void Plain_text_alone_names_no_control_tokens()
    {
        var tokens = new PromptTokenizer(new ByteTokenizer(ControlTexts)).Tokenize([Plain("<end>")]);

        Assert.Equal("<end>".Select(c => (int)c), tokens.Select(token => token.Id));
    }

    private static PromptPart Control(string text) => new(text, TextKind.Control);

    private static PromptPart Plain(string text) => new(text, TextKind.Plain);
}
