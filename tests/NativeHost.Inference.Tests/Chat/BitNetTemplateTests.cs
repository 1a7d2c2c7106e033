using NativeHost.Inference.Chat;
using Xunit;

namespace NativeHost.Inference.Tests.Chat;

/// <summary>The expected texts follow by hand from the rule that the model's makers state; begin-of-text is the tokenizer's.</summary>
public sealed class BitNetTemplateTests
{
    /// <summary>The kind of template that stands in the makers' GGUF file, and is not how the model was trained.</summary>
    private const string Mistaken =
        "{% for message in messages %}{% if message['role'] == 'user' %}{{ 'Human: ' + message['content'] + '\\n\\nBITNETAssistant: ' }}"
        + "{% elif message['role'] == 'system' %}{{ 'System: ' + message['content'] + '\\n\\n\\n' }}"
        + "{% else %}{{ message['content'] + eos_token }}{% endif %}{% endfor %}";

    /// <summary>What stands beside the makers' other weights, in our words.</summary>
    private const string Right =
        "{% for message in messages %}{{ message['role'] | capitalize + ': ' + message['content'] | trim + '<|eot_id|>' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ 'Assistant: ' }}{% endif %}";

    /// <summary>The demo model's, of the same architecture.</summary>
    private const string DemoModels =
        "{% for message in messages %}{{ '<|' + message['role'] + '|>\\n' + message['content'] + '<|end|>\\n' }}{% endfor %}{{ '<|user|>' }}";

    [Theory]
    [InlineData("user", "User: Hello, who are you?<|eot_id|>Assistant: ")]
    [InlineData("system,user", "System: You are brief.<|eot_id|>User: Hello, who are you?<|eot_id|>Assistant: ")]
    [InlineData(
        "user,assistant,user",
        "User: Hello, who are you?<|eot_id|>Assistant: A small model.<|eot_id|>User: Tell me a\nstory.<|eot_id|>Assistant: ")]
    [InlineData(
        "system,user,assistant,user",
        "System: You are brief.<|eot_id|>User: Hello, who are you?<|eot_id|>Assistant: A small model.<|eot_id|>User: Tell me a\nstory.<|eot_id|>Assistant: ")]
    public void A_dialogue_is_put_as_the_makers_put_it_whichever_template_the_file_has(string dialogue, string expected)
    {
        Assert.Equal(expected, Text(Mistaken, GoldenDialogues.ByName(dialogue)));
        Assert.Equal(expected, Text(Right, GoldenDialogues.ByName(dialogue)));
    }

    [Fact]
    public void A_last_message_of_the_assistant_is_continued() => Assert.Equal(
        "User: Hi<|eot_id|>Assistant: Well,",
        Text(Mistaken, [new ChatMessage(ChatRole.User, "Hi"), new ChatMessage(ChatRole.Assistant, " Well, ")]));

    [Fact]
    public void What_a_person_wrote_is_plain() => Assert.Equal(
        [
            new PromptPart("User: ", TextKind.Control),
            new PromptPart("<|eot_id|>", TextKind.Plain),
            new PromptPart("<|eot_id|>Assistant: ", TextKind.Control),
        ],
        ChatTemplates.For(Mistaken).Render([new ChatMessage(ChatRole.User, "<|eot_id|>")]));

    [Fact]
    public void The_demo_models_template_is_its_own() => Assert.Equal(
        "<|user|>\nHi<|end|>\n<|assistant|>\n", Text(DemoModels, [new ChatMessage(ChatRole.User, "Hi")]));

    private static string Text(string jinja, IReadOnlyList<ChatMessage> messages) =>
        string.Concat(ChatTemplates.For(jinja).Render(messages).Select(part => part.Text));
}
