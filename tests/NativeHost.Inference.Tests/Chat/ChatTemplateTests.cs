using NativeHost.Inference.Chat;
using Xunit;

namespace NativeHost.Inference.Tests.Chat;

public sealed class ChatTemplateTests
{
    private static readonly ChatMessage Question = new(ChatRole.User, "Hi");
    private static readonly ChatMessage HalfAnswer = new(ChatRole.Assistant, "Well,");

    [Theory]
    [InlineData("<|im_start|>", "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nWell,")]
    [InlineData("<|start_header_id|><|eot_id|>", "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nWell,")]
    [InlineData("<start_of_turn>", "<start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\nWell,")]
    [InlineData("'[INST]'", "[INST]Hi[/INST]Well,")]
    [InlineData("<|user|><|end|>", "<|user|>\nHi<|end|>\n<|assistant|>\nWell,")]
    [InlineData("<|user|>eos_token", "<|user|>\nHi</s>\n<|assistant|>\nWell,")]
    [InlineData(null, "User: Hi\nAssistant: Well,")]
    public void A_last_message_of_the_assistant_is_continued(string? markers, string expected) =>
        Assert.Equal(expected, Text(ChatTemplates.For(markers).Render([Question, HalfAnswer])));

    [Fact]
    public void What_a_person_wrote_is_plain_and_what_the_template_says_is_control()
    {
        var parts = ChatTemplates.For("<|im_start|>").Render([Question]);

        Assert.Equal(
            [
                new PromptPart("<|im_start|>user\n", TextKind.Control),
                new PromptPart("Hi", TextKind.Plain),
                new PromptPart("<|im_end|>\n<|im_start|>assistant\n", TextKind.Control),
            ],
            parts);
    }

    [Fact]
    public void Without_a_template_a_single_message_stays_as_it_is() =>
        Assert.Equal("Hi", Text(ChatTemplates.For(null).Render([Question])));

    [Fact]
    public void Without_a_template_a_conversation_becomes_a_script() => Assert.Equal(
        "Be brief.\n\nUser: Hi\nAssistant: Well,\nUser: Hi\nAssistant:",
        Text(ChatTemplates.For(" ").Render([new ChatMessage(ChatRole.System, "Be brief."), Question, HalfAnswer, Question])));

    [Fact]
    public void A_system_message_alone_speaks_as_the_user_where_there_is_no_system_turn() => Assert.Equal(
        "<start_of_turn>user\nBe brief.<end_of_turn>\n<start_of_turn>model\n",
        Text(ChatTemplates.For("<start_of_turn>").Render([new ChatMessage(ChatRole.System, "Be brief.")])));

    [Theory]
    [InlineData("'[SYSTEM_PROMPT]' '[INST]'", "[SYSTEM_PROMPT]Be brief.[/SYSTEM_PROMPT][INST]Hi[/INST]")]
    [InlineData("'[SYSTEM_PROMPT] ' '[INST] '", "[SYSTEM_PROMPT] Be brief.[/SYSTEM_PROMPT][INST] Hi[/INST]")]
    public void Mistrals_spaces_after_its_marks_are_the_templates_own(string jinja, string expected) => Assert.Equal(
        expected, Text(ChatTemplates.For(jinja).Render([new ChatMessage(ChatRole.System, "Be brief."), Question])));

    [Theory]
    [InlineData("{{ '<|im_start|>assistant\\n<think>\\n' }}", "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<think>\n")]
    [InlineData("{{ '<|im_start|>assistant\\n' }}<think>", "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n")]
    public void A_template_that_opens_a_thought_opens_it_here_as_well(string jinja, string expected)
        => Assert.Equal(expected, Text(ChatTemplates.For(jinja).Render([Question])));

    [Theory]
    [InlineData("{{ messages[0].content }}")]
    [InlineData("[INST] <<SYS>>")]
    [InlineData("<|start_header_id|> <|eot_id|> >>>")]
    [InlineData("<|user|> <|content|> <|end|>")]
    [InlineData("[gMASK]<sop><|user|>")]
    [InlineData("<|im_start|>user<|im_sep|>")]
    [InlineData("{{ '<|user|>\\n' + content + '\\n' }}{{ '<|assistant|>' + content + eos_token }}")]
    [InlineData("<|start_header_id|><|eot_id|><BEGIN UNSAFE CONTENT CATEGORIES>")]
    [InlineData("<start_of_turn>You are a policy expert")]
    [InlineData("{% if guardian_config %}<start_of_turn>")]
    [InlineData("<|start_header_id|><|eot_id|> functools[{}]")]
    public void A_template_of_no_known_family_is_refused_with_a_way_out(string jinja)
    {
        var refusal = Assert.Throws<UnsupportedTemplateException>(() => ChatTemplates.For(jinja));

        Assert.Contains("raw prompt", refusal.Message, StringComparison.Ordinal);
    }

    private static string Text(IReadOnlyList<PromptPart> parts) => string.Concat(parts.Select(part => part.Text));
}
