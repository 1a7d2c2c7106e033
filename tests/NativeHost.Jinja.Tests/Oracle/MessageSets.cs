using System.Globalization;
using System.Text.Json;
using Xunit;

namespace NativeHost.Jinja.Tests.Oracle;

/// <summary>Conversations that each template is rendered with; message-sets.json has them for us and for the oracle.</summary>
internal static class MessageSets
{
    /// <summary>What "now" is in all renderings.</summary>
    public const string Now = "2026-03-05T14:07:09Z";

    private static readonly FixedTime Clock = new(DateTimeOffset.Parse(Now, CultureInfo.InvariantCulture));

    public static string File { get; } = Path.Combine(NodePackages.Repository(), "tests", "NativeHost.Jinja.Tests", "Oracle", "message-sets.json");

    /// <summary>The variables of each conversation by its name, the model's own tokens among them.</summary>
    /// <param name="change">Makes another text of each text that somebody says; what a template compares, roles and types, stays.</param>
    public static IReadOnlyList<KeyValuePair<string, JinjaDict>> Read(Func<string, string>? change = null)
    {
        using var document = JsonDocument.Parse(System.IO.File.ReadAllText(File));
        return [.. document.RootElement.EnumerateObject().Select(set => KeyValuePair.Create(set.Name, Context(set.Value, change)))];
    }

    public static RenderedText Render(JinjaTemplate template, JinjaDict context, RenderLimits? limits = null)
        => template.Render(context, limits ?? RenderLimits.Default, Clock, TestContext.Current.CancellationToken);

    private static JinjaDict Context(JsonElement set, Func<string, string>? change)
    {
        var context = new JinjaDict
        {
            ["bos_token"] = JinjaString.Trusted("<s>"),
            ["eos_token"] = JinjaString.Trusted("</s>"),
        };
        foreach (var property in set.EnumerateObject())
        {
            context[property.Name] = change is null ? JsonValues.Read(property.Value) : Changed(property.Value, change);
        }

        return context;
    }

    private static JinjaValue Changed(JsonElement element, Func<string, string> change)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return JinjaString.Untrusted(change(element.GetString()!));
            case JsonValueKind.Array:
                return new JinjaList(element.EnumerateArray().Select(item => Changed(item, change)));
            case JsonValueKind.Object:
                var changed = new JinjaDict();
                foreach (var property in element.EnumerateObject())
                {
                    changed.Set(JinjaString.Untrusted(property.Name), property.Name is "role" or "type" ? JsonValues.Read(property.Value) : Changed(property.Value, change));
                }

                return changed;
            default:
                return JsonValues.Read(element);
        }
    }
}
