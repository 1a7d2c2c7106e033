using System.Text;
using System.Text.Json.Nodes;
using NativeHost.Inference.Chat.Output;

namespace NativeHost.Inference.Chat.Capabilities;

/// <summary>Finds the style of a template's calls: the first that reads out of them what was put in.</summary>
/// <param name="tools">The tools that were given.</param>
/// <param name="source">The template's text.</param>
internal sealed class CallStyleProbe(IReadOnlyList<ToolDefinition> tools, string source)
{
    /// <param name="turn">What the template wrote for a call; null where it writes none.</param>
    /// <returns>The style; null where none is known.</returns>
    public CallStyle? Find(string? turn, string name, string arguments)
    {
        if (turn is null)
        {
            return null;
        }

        // Styles share grammars, and marks: the best one knows most of what was written.
        CallStyle? best = null;
        var bestRest = int.MaxValue;
        foreach (var style in CallStyles.All)
        {
            if (Rest(style, turn, name, arguments) is { } rest && rest < bestRest)
            {
                (best, bestRest) = (style, rest);
            }
        }

        return best;
    }

    /// <summary>The style of a template that tells of tools and writes no calls: by what it tells the model to write.</summary>
    /// <param name="prompt">What it made of tools.</param>
    public CallStyle? Guess(string prompt)
    {
        bool Has(string text) => prompt.Contains(text, StringComparison.Ordinal) || source.Contains(text, StringComparison.Ordinal);
        return CallStyles.All.FirstOrDefault(style => style.Hints.Any(Has))
            ?? CallStyles.All.FirstOrDefault(style => style.Grammars[0].Sign is { Length: > 0 } sign && Has(sign));
    }

    /// <summary>All deltas of a whole output.</summary>
    public static IReadOnlyList<OutputDelta> Parse(OutputParser parser, string output)
    {
        var deltas = new List<OutputDelta>(parser.Write(Encoding.UTF8.GetBytes(output)));
        deltas.AddRange(parser.Finish());
        return deltas;
    }

    /// <summary>How much of a turn a style's own grammar does not know; null where it does not read the call out of it.</summary>
    private int? Rest(CallStyle style, string turn, string name, string arguments)
    {
        var own = style with { Grammars = [style.Grammars[0]] };
        var parser = new OutputParser(new OutputFormat(own, null), tools, [], style.PromptEnd ?? "");
        var deltas = Parse(parser, turn);
        string All(OutputDeltaKind kind) => string.Concat(deltas.Where(delta => delta.Kind == kind).Select(delta => delta.Text));
        var isRead = parser.CallCount == 1
            && deltas.Any(delta => delta.Name == name)
            && deltas.Any(delta => delta is { Kind: OutputDeltaKind.CallEnd, IsComplete: true })
            && IsSame(All(OutputDeltaKind.CallArguments), arguments);
        var shape = CallShape.For(own, [tools.First(tool => tool.Name == name)], isParallel: false, "");
        var startsOtherwise = !turn.Contains(shape.Whole.Opening, StringComparison.Ordinal);
        return isRead ? (2 * All(OutputDeltaKind.Content).Length) + (startsOtherwise ? 1 : 0) : null;
    }

    private static bool IsSame(string json, string expected)
    {
        try
        {
            return JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(expected));
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }
}
