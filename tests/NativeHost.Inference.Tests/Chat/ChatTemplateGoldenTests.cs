using System.Text.Json;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Chat.Capabilities;
using NativeHost.Jinja.Tests.Oracle;
using Xunit;

namespace NativeHost.Inference.Tests.Chat;

/// <summary>
/// Golden/chat-templates.json holds what published models' templates render (made with npm's @huggingface/jinja, begin-of-text left out,
/// "&lt;/s&gt;" as end of text).
/// </summary>
public sealed class ChatTemplateGoldenTests
{
    private static readonly ITokenizer Tokenizer = new ByteTokenizer(["<end>"]) { EndText = "</s>" };

    public static TheoryData<string, string, string> Renderings()
    {
        var data = new TheoryData<string, string, string>();
        var path = Path.Combine(AppContext.BaseDirectory, "Golden", "chat-templates.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var entry in document.RootElement.EnumerateArray())
        {
            string Field(string name) => entry.GetProperty(name).GetString()!;
            data.Add(Field("template"), Field("dialogue"), Field("expected"));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task A_conversation_is_put_into_the_models_own_words(string template, string dialogue, string expected)
    {
        var (_, source) = (await ChatTemplates.AllAsync()).Single(entry => entry.Key == template + ".jinja");
        var rendering = ChatTemplate.Read(source, Tokenizer, TimeProvider.System).Render(new Conversation(GoldenDialogues.ByName(dialogue)), ChatCapabilities.None);

        Assert.Equal(expected, string.Concat(rendering.Select(part => part.Text)));
    }

    [Fact]
    public async Task Every_template_takes_a_system_message_a_question_and_an_answer_to_go_on_with()
    {
        var faults = new List<string>();
        foreach (var (name, source) in await ChatTemplates.AllAsync())
        {
            try
            {
                var conversation = new Conversation([.. GoldenDialogues.ByName("system,user"), new ChatMessage(ChatRole.Assistant, "Once upon a ")])
                {
                    // Firefunction's template wants these of its caller.
                    Variables = """{"functions":"[]","datetime":"today"}""",
                };
                var parts = ChatTemplate.Read(source, Tokenizer, TimeProvider.System).Render(conversation, ChatCapabilities.None);
                bool Says(string text) => parts.Any(part => part.Kind == TextKind.Plain && part.Text.Contains(text, StringComparison.Ordinal));
                if (parts[^1].Kind != TextKind.Plain || !parts[^1].Text.EndsWith("Once upon a ", StringComparison.Ordinal)
                    || !Says("You are brief.") || !Says("Hello, who are you?"))
                {
                    faults.Add($"{name}: {string.Concat(parts.Select(part => part.Text))}");
                }
            }
            catch (UnsupportedTemplateException failure)
            {
                faults.Add($"{name}: {failure.Message}");
            }
        }

        Assert.Empty(faults);
    }
}
