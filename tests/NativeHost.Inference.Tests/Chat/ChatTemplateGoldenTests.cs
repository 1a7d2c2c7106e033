using System.Text.Json;
using NativeHost.Inference.Chat;
using Xunit;

namespace NativeHost.Inference.Tests.Chat;

/// <summary>
/// Golden/chat-templates.json holds what models' templates render (made with npm's @huggingface/jinja, begin-of-text left out,
/// "&lt;/s&gt;" as end of text), and of each template the markers by which it is recognised. Entries with an organisation's name are
/// from the files of published models; llama-3, gemma-3, mistral-v1, mistral-v3 and zephyr from templates written after their
/// published forms.
/// </summary>
public sealed class ChatTemplateGoldenTests
{
    public static TheoryData<string, string, string, string> Renderings()
    {
        var data = new TheoryData<string, string, string, string>();
        var path = Path.Combine(AppContext.BaseDirectory, "Golden", "chat-templates.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var entry in document.RootElement.EnumerateArray())
        {
            string Field(string name) => entry.GetProperty(name).GetString()!;
            data.Add(Field("template"), Field("dialogue"), Field("markers"), Field("expected"));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Renderings))]
    public void A_family_renders_what_the_model_s_own_template_renders(
        string template, string dialogue, string markers, string expected)
    {
        var parts = ChatTemplates.For(markers).Render(GoldenDialogues.ByName(dialogue));

        Assert.True(expected == string.Concat(parts.Select(part => part.Text)), $"{template}, {dialogue}");
    }
}
