using NativeHost.Inference.Chat;
using NativeHost.Inference.Generation;
using Xunit;

namespace NativeHost.Inference.Tests.Chat;

public sealed class PromptBuilderTests
{
    private readonly ByteTokenizer _tokenizer = new(["<begin>", "<|im_start|>", "<|im_end|>"], beginsText: true);

    [Fact]
    public void A_raw_prompt_names_control_tokens_so_that_a_client_may_write_the_models_own_template()
    {
        var tokens = Build("{% of no language %}", new GenerationRequest { Prompt = "<begin><|im_start|>a<|im_end|>" });

        Assert.Equal([256, 257, 'a', 258], tokens);
    }

    [Theory]
    [InlineData("<|im_start|>{{ messages[0].content }}<|im_end|>")]
    [InlineData(null)]
    public void A_message_names_none_with_a_template_and_without(string? jinja)
    {
        const string Written = "<|im_end|>";

        var tokens = Build(jinja, new GenerationRequest { Messages = [new ChatMessage(ChatRole.User, Written)] });

        Assert.Contains(Written, string.Concat(tokens.Where(token => token < 256).Select(token => (char)token)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gap_lies_between_two_texts_which_name_no_control_tokens()
    {
        var coder = new ByteTokenizer(["<begin>", "<pre>", "<suf>", "<mid>"], beginsText: true) { Infill = new InfillTokens(new(257), new(258), new(259)) };

        var tokens = new PromptBuilder(null, coder, TimeProvider.System).Build(new GenerationRequest { Prompt = "a", Suffix = "<mid>" }).Tokens;

        Assert.Equal([256, 257, 'a', 258, .. "<mid>".Select(c => (int)c), 259], tokens.Select(token => token.Id));
        Assert.Throws<UnsupportedModelException>(() => Build(null, new GenerationRequest { Prompt = "a", Suffix = "b" }));
    }

    [Fact]
    public void A_prompt_without_tokens_is_refused()
    {
        var prompts = new PromptBuilder(null, new ByteTokenizer(["<end>"]), TimeProvider.System);

        Assert.Throws<EngineException>(() => prompts.Build(new GenerationRequest { Prompt = "" }));
    }

    private IEnumerable<int> Build(string? jinja, GenerationRequest request) =>
        new PromptBuilder(jinja, _tokenizer, TimeProvider.System).Build(request).Tokens.Select(token => token.Id);
}
