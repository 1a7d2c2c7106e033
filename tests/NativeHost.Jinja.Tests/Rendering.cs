using Xunit;

namespace NativeHost.Jinja.Tests;

/// <summary>Renders small templates.</summary>
internal static class Rendering
{
    private static readonly FixedTime Clock = new(new DateTimeOffset(2026, 3, 5, 14, 7, 9, TimeSpan.Zero));

    /// <summary>The text that a template gives for variables in JSON.</summary>
    public static string Text(string source, string json = "{}") => Rendered(source, json).Text;

    public static RenderedText Rendered(string source, string json = "{}", RenderLimits? limits = null)
    {
        using var document = System.Text.Json.JsonDocument.Parse(json);
        return JinjaTemplate.Parse(source).Render((JinjaDict)JsonValues.Read(document.RootElement), limits ?? RenderLimits.Default, Clock, TestContext.Current.CancellationToken);
    }

    /// <summary>The exception of a template that fails, when it is read or when it is rendered.</summary>
    public static JinjaException Failure(string source, string json = "{}", RenderLimits? limits = null)
        => Assert.Throws<JinjaException>(() => Rendered(source, json, limits));

    /// <summary>The text with brackets around what is trusted.</summary>
    public static string Marked(RenderedText rendered)
        => string.Concat(rendered.Runs.Select(run => rendered.Text.Substring(run.Start, run.Length) is var text && run.IsTrusted ? $"[{text}]" : text));
}
