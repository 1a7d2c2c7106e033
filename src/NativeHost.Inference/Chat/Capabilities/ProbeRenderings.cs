using System.Text.Json;
using NativeHost.Jinja;

namespace NativeHost.Inference.Chat.Capabilities;

/// <summary>Renders conversations with a template to see what it makes of them.</summary>
internal sealed class ProbeRenderings : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly RenderLimits Limits = new()
    {
        MaxSteps = 300_000,
        MaxCharacters = 8 * 1024 * 1024,
        MaxOutputCharacters = 1024 * 1024,
    };

    private readonly JinjaTemplate _template;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end;

    public ProbeRenderings(JinjaTemplate template, TimeProvider time)
    {
        _template = template;
        _time = time;
        _end = new CancellationTokenSource(Patience, time);
    }

    /// <param name="messages">JSON text of their list.</param>
    /// <param name="variables">More variables, as JSON text of an object.</param>
    /// <returns>The text; null where the template does not take them, or the time is up.</returns>
    public string? Render(string messages, string variables = "{}", bool addGenerationPrompt = false)
    {
        using var document = JsonDocument.Parse($$"""{"messages":{{messages}},"variables":{{variables}}}""");
        var context = new JinjaDict
        {
            ["bos_token"] = JinjaString.Trusted("<s>"),
            ["eos_token"] = JinjaString.Trusted("</s>"),
            ["add_generation_prompt"] = addGenerationPrompt ? JinjaValue.True : JinjaValue.False,

            // Firefunction wants the day, and adds the tools' text whether there are any or not.
            ["datetime"] = JinjaString.Untrusted("1 January 2026"),
            ["functions"] = JinjaString.Untrusted("[]"),
            ["messages"] = JsonValues.Read(document.RootElement.GetProperty("messages")),
        };
        foreach (var variable in document.RootElement.GetProperty("variables").EnumerateObject())
        {
            context[variable.Name] = JsonValues.Read(variable.Value);
        }

        try
        {
            return _template.Render(context, Limits, _time, _end.Token).Text;
        }
        catch (Exception e) when (e is JinjaException or OperationCanceledException)
        {
            return null;
        }
    }

    public void Dispose() => _end.Dispose();
}
