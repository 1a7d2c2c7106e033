using NativeHost.Inference.Chat;
using NativeHost.Inference.Chat.Capabilities;
using Xunit;

namespace NativeHost.Inference.Tests.Chat;

public sealed class ChatTemplateTests
{
    private const string Turns =
        "{{ bos_token }}{% for m in messages %}{{ '<|' + m.role + '|>' + m.content + eos_token }}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}";

    /// <summary>The kind of template that stands in the file of BitNet's makers, and is not how the model was trained.</summary>
    private const string MistakenBitNet =
        "{% for message in messages %}{% if message['role'] == 'user' %}{{ 'Human: ' + message['content'] + '\\n\\nBITNETAssistant: ' }}"
        + "{% elif message['role'] == 'system' %}{{ 'System: ' + message['content'] + '\\n\\n\\n' }}"
        + "{% else %}{{ message['content'] + eos_token }}{% endif %}{% endfor %}";

    private static readonly ChatMessage System = new(ChatRole.System, "Be brief.");
    private static readonly ChatMessage Question = new(ChatRole.User, "Hi");
    private static readonly ChatMessage HalfAnswer = new(ChatRole.Assistant, "Well, ");

    [Fact]
    public void What_a_person_wrote_is_plain_and_what_the_template_says_is_control() => Assert.Equal(
        [new("<s><|user|>", TextKind.Control), new("Hi", TextKind.Plain), new("</s><|assistant|>", TextKind.Control)],
        Render(Turns, Question));

    [Fact]
    public void A_last_message_of_the_assistant_is_continued_as_it_stands()
        => Assert.Equal("<s><|user|>Hi</s><|assistant|>Well, ", Text(Turns, Question, HalfAnswer));

    [Fact]
    public void It_is_continued_behind_the_head_of_a_turn_where_the_template_shows_it_in_another_form() => Assert.Equal(
        "<|user|>Hi</s><|assistant|>Well, ",
        Text(Turns.Replace("m.content", "(m.content | trim)", StringComparison.Ordinal).Replace("{{ bos_token }}", "", StringComparison.Ordinal), Question, HalfAnswer));

    [Fact]
    public void An_answer_that_the_template_itself_writes_is_not_taken_for_the_begun_one() => Assert.Equal(
        "a<|assistant|>", Text("{{ messages[0].content }}{% if add_generation_prompt %}<|assistant|>{% else %}|{% endif %}", new ChatMessage(ChatRole.User, "a"), new(ChatRole.Assistant, "|"))[..^1]);

    [Fact]
    public void Without_a_template_a_single_message_stays_as_it_is() => Assert.Equal("Hi", Text(null, Question));

    [Fact]
    public void Without_a_template_a_conversation_becomes_a_script() => Assert.Equal(
        "Be brief.\n\nUser: Hi\nAssistant: Well, \nUser: Hi\nAssistant:", Text(" ", System, Question, HalfAnswer, Question));

    [Theory]
    [InlineData("user", "User: Hello, who are you?<|eot_id|>Assistant: ")]
    [InlineData("system,user", "System: You are brief.<|eot_id|>User: Hello, who are you?<|eot_id|>Assistant: ")]
    [InlineData(
        "system,user,assistant,user",
        "System: You are brief.<|eot_id|>User: Hello, who are you?<|eot_id|>Assistant: A small model.<|eot_id|>User: Tell me a\nstory.<|eot_id|>Assistant: ")]
    public void BitNet_is_talked_to_as_its_makers_do_though_its_file_has_another_models_template(string dialogue, string expected)
        => Assert.Equal(expected, Text(MistakenBitNet, [.. GoldenDialogues.ByName(dialogue)]));

    [Theory]
    [InlineData("{% if messages[0].role == 'system' %}{{ raise_exception('No system role.') }}{% endif %}{{ messages[0].content }}")]
    [InlineData("{% for m in messages if m.role == 'user' %}{{ m.content }}{% endfor %}")]
    public void A_system_message_is_told_in_the_users_turn_where_the_template_refuses_or_drops_it(string template)
        => Assert.Equal("Be brief.\n\nHi", Text(template, System, Question));

    [Fact]
    public void A_system_message_alone_speaks_as_the_user_where_it_is_refused() => Assert.Equal(
        "user: Be brief.", Text("{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no') }}{% endif %}{{ m.role + ': ' + m.content }}{% endfor %}", System));

    [Fact]
    public void Two_questions_in_a_row_become_one_where_turns_must_alternate() => Assert.Equal(
        "Hi\n\nHi", Text("{% if messages | length > 1 %}{{ raise_exception('Roles must alternate.') }}{% endif %}{{ messages[0].content }}", Question, Question));

    [Fact]
    public void Contents_are_parts_where_the_template_reads_nothing_else() => Assert.Equal(
        "Be brief.;Hi;", Text("{% for m in messages %}{% for part in m.content %}{% if part.type == 'text' %}{{ part.text + ';' }}{% endif %}{% endfor %}{% endfor %}", System, Question));

    [Fact]
    public void Tools_calls_and_results_reach_the_template()
    {
        const string Template =
            "{{ tools | tojson }}{% for m in messages %}|{{ m.role }}:{{ m.content }}{% for c in m.tool_calls or [] %}{{ c.function.name }}({{ c.function.arguments | tojson }}){% endfor %}{{ m.tool_call_id or '' }}{% endfor %}";
        var conversation = new Conversation(
        [
            Question,
            new(ChatRole.Assistant, "") { ToolCalls = [new ToolCall("c1", "add", """{"a":1}""")] },
            new(ChatRole.Tool, "3") { ToolCallId = "c1", Name = "add" },
        ])
        {
            Tools = [new ToolDefinition("add", "Adds.", """{"type":"object","properties":{"a":{"type":"integer"}}}""")],
        };

        Assert.Equal(
            """[{"type": "function", "function": {"name": "add", "description": "Adds.", "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}}}}]|user:Hi|assistant:add({"a": 1})|tool:3c1""",
            string.Concat(Read(Template).Render(conversation, ChatCapabilities.None).Select(part => part.Text)));
    }

    [Fact]
    public void Variables_of_the_caller_reach_the_template_and_do_not_replace_the_conversation() => Assert.Equal(
        "false Hi",
        string.Concat(Read("{{ enable_thinking }} {{ messages[0].content }}")
            .Render(new Conversation([Question]) { Variables = """{"enable_thinking":false,"messages":[]}""" }, ChatCapabilities.None).Select(part => part.Text)));

    [Theory]
    [InlineData("{% for %}", "cannot be read")]
    [InlineData("{{ raise_exception('Never.') }}", "Never.")]
    [InlineData("{{ messages() }}", "refuses")]
    public void A_template_that_gives_nothing_is_an_error_with_a_way_out(string template, string reason)
    {
        var refusal = Assert.Throws<UnsupportedTemplateException>(() => Text(template, Question));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("raw prompt", refusal.Message, StringComparison.Ordinal);
    }

    private static ChatTemplate Read(string? source)
        => ChatTemplate.Read(source, new ByteTokenizer(["<s>", "</s>"]) { BeginText = "<s>", EndText = "</s>" }, TimeProvider.System);

    private static IReadOnlyList<PromptPart> Render(string? source, params ChatMessage[] messages) => Read(source).Render(new Conversation(messages), ChatCapabilities.None);

    private static string Text(string? source, params ChatMessage[] messages) => string.Concat(Render(source, messages).Select(part => part.Text));
}
