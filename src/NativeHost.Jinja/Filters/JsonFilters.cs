using System.Text.Json;
using NativeHost.Jinja.Evaluation;

namespace NativeHost.Jinja.Filters;

/// <summary>Filters to and from JSON.</summary>
internal static class JsonFilters
{
    private const int MaxIndent = 100;

    public static Dictionary<string, FilterFunction> All { get; } = new()
    {
        ["tojson"] = Write,
        ["from_json"] = Read,
        ["fromjson"] = Read,
    };

    private static JinjaString Write(RenderState state, JinjaValue target, CallArguments arguments)
    {
        arguments.Accept("indent", "ensure_ascii", "separators", "sort_keys");
        var indent = arguments.Get(0, "indent") switch
        {
            null or { IsNone: true } => null,
            JinjaString text => text.Text,
            _ => new string(' ', Math.Clamp(arguments.GetInteger(0, "indent", 0), 0, MaxIndent)),
        };
        var (item, key) = Separators(arguments, state, indent);
        var output = new TextBuilder(state.Budget);
        new JsonWriter(output, state.Budget)
        {
            Indent = indent,
            ItemSeparator = item,
            KeySeparator = key,
            EnsureAscii = arguments.GetBoolean(1, "ensure_ascii", false),
            SortKeys = arguments.GetBoolean(3, "sort_keys", false),
        }.Write(target);
        return output.ToText();
    }

    /// <summary>What stands between elements and behind keys; with an indentation a comma ends its line.</summary>
    private static (string Item, string Key) Separators(CallArguments arguments, RenderState state, string? indent)
    {
        if (arguments.Get(2, "separators") is not { IsNone: false } given)
        {
            return (indent is null ? ", " : ",", ": ");
        }

        return Sequences.Of(given, state) is [JinjaString item, JinjaString key]
            ? (item.Text, key.Text)
            : throw JinjaFailure.Operation("tojson needs two texts as separators, as in separators=(',', ':').");
    }

    private static JinjaValue Read(RenderState state, JinjaValue target, CallArguments arguments)
    {
        var text = TextFilters.Text(target, arguments);
        state.Budget.ChargeText(text.Length);
        try
        {
            // The second and third exception are those of halves of surrogate pairs.
            using var document = JsonDocument.Parse(text.Text);
            return JsonValues.Read(document.RootElement, text.IsTrusted);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw JinjaFailure.Operation($"{arguments.Name} cannot read the text: {e.Message}");
        }
    }
}
