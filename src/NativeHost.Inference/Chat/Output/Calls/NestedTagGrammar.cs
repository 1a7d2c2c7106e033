using System.Text;

namespace NativeHost.Inference.Chat.Output.Calls;

/// <summary>Calls whose parameters, and what is in them, are elements with their own names, each tag behind a mark: MiniMax M3.</summary>
/// <remarks>
/// <c>M&lt;tool_call&gt; M&lt;invoke name="x"&gt; M&lt;key&gt;value M&lt;/key&gt; … M&lt;/invoke&gt; … M&lt;/tool_call&gt;</c>. Elements named <c>item</c> are a list's, others an object's.
/// A parameter is passed on when it is whole. What a text within a list or an object means is taken from its looks.
/// </remarks>
internal sealed class NestedTagGrammar : CallGrammar
{
    private const int LongestTag = 256;
    private const int MaxDepth = 64;

    /// <summary>What stands before each tag.</summary>
    public required string Mark { get; init; }

    public override CallLayout Layout => new(Section + "\n" + Call, "\n" + Call, "\n" + SectionCloser);

    public override IEnumerable<string> Texts => [Section, SectionCloser];

    public override IEnumerable<string> Closers => [SectionCloser];

    private Marks TagMarks => field ??= new Marks([Mark + "<", Mark + "</"]);

    private string Section => Mark + "<tool_call>";

    private string SectionCloser => Mark + "</tool_call>";

    private string Call => Mark + "<invoke name=\"";

    private string CallCloser => Mark + "</invoke>";

    public override ShapePart Shape(ToolDefinition tool)
    {
        ShapePart Parameter(ToolParameter one)
        {
            var head = new ShapePart.Literal($"{Mark}<{one.Name}>");
            var end = $"{Mark}</{one.Name}>";
            return one.Kinds == JsonKinds.Text
                ? new ShapePart.Sequence([head, new ShapePart.TextUntil(end)])
                : new ShapePart.Sequence([head, new ShapePart.Json(one.Schema), new ShapePart.Literal(end)]);
        }

        return new ShapePart.Sequence([new ShapePart.Literal(tool.Name + "\">"), ShapePart.Parameters(tool, "", Parameter), new ShapePart.Literal(CallCloser)]);
    }

    public override IEnumerable<NeedsText> Read(TextCursor cursor, CallWriter calls)
    {
        var taken = new Taken();
        foreach (var wait in Take(cursor, [Section], taken))
        {
            yield return wait;
        }

        while (true)
        {
            foreach (var wait in TakeBehindSpace(cursor, [Call], taken))
            {
                yield return wait;
            }

            if (taken.Text is null)
            {
                break;
            }

            foreach (var wait in TakeName(cursor, taken))
            {
                yield return wait;
            }

            var name = taken.Text!;
            foreach (var wait in Take(cursor, ["\">"], taken))
            {
                yield return wait;
            }

            if (name.Length == 0 || taken.Text is null)
            {
                yield break;
            }

            calls.Begin(name);
            var result = new Outcome();
            foreach (var wait in ReadParameters(cursor, calls, name, result))
            {
                yield return wait;
            }

            calls.End(result.IsWhole);
            if (!result.IsWhole)
            {
                yield break;
            }
        }

        foreach (var wait in TakeBehindSpace(cursor, [SectionCloser], taken))
        {
            yield return wait;
        }
    }

    private IEnumerable<NeedsText> ReadParameters(TextCursor cursor, CallWriter calls, string tool, Outcome result)
    {
        var taken = new Taken();
        calls.Arguments("{");
        for (var isFirst = true; ; isFirst = false)
        {
            foreach (var wait in TakeBehindSpace(cursor, [CallCloser, Mark + "<"], taken))
            {
                yield return wait;
            }

            if (taken.Text is null)
            {
                yield break;
            }

            if (taken.Text == CallCloser)
            {
                calls.Arguments("}");
                result.IsWhole = true;
                yield break;
            }

            foreach (var wait in TakeName(cursor, taken))
            {
                yield return wait;
            }

            var key = taken.Text!;
            var value = new StringBuilder();
            var whole = new Outcome();
            foreach (var wait in ReadElement(cursor, value, whole))
            {
                yield return wait;
            }

            if (!whole.IsWhole)
            {
                yield break;
            }

            calls.Arguments((isFirst ? "" : ", ") + CallWriter.Quoted(key) + ": " + ToJson(value.ToString(), calls.Tools.KindsOf(tool, key), 0));
        }
    }

    /// <summary>Reads what is in an element, from behind its name to behind its closing tag.</summary>
    private IEnumerable<NeedsText> ReadElement(TextCursor cursor, StringBuilder value, Outcome result)
    {
        var taken = new Taken();
        foreach (var wait in Take(cursor, [">"], taken))
        {
            yield return wait;
        }

        if (taken.Text is null)
        {
            yield break;
        }

        for (var depth = 1; depth > 0;)
        {
            string? mark = null;
            while (mark is null && !cursor.IsAtEnd)
            {
                mark = TagMarks.Find(cursor.Rest, cursor.HasEnded, out var length);
                value.Append(cursor.Rest[..length]);
                cursor.Advance(length + (mark?.Length ?? 0));
                if (mark is null && !cursor.HasEnded)
                {
                    yield return default;
                }
            }

            foreach (var wait in TakeName(cursor, taken))
            {
                yield return wait;
            }

            var name = taken.Text!;
            foreach (var wait in Take(cursor, [">"], taken))
            {
                yield return wait;
            }

            if (mark is null || taken.Text is null || name.Length > LongestTag)
            {
                yield break;
            }

            depth += mark.EndsWith('/') ? -1 : 1;
            value.Append(depth > 0 ? mark + name + ">" : "");
        }

        result.IsWhole = true;
    }

    private string ToJson(string value, JsonKinds kinds, int depth)
    {
        if (depth > MaxDepth || !value.AsSpan().TrimStart().StartsWith(Mark, StringComparison.Ordinal))
        {
            return TextValue.ToJson(value, kinds);
        }

        var elements = Elements(value);
        return elements.TrueForAll(element => element.Key == "item") && (kinds & JsonKinds.Array) != 0
            ? $"[{string.Join(", ", elements.Select(element => ToJson(element.Value, JsonKinds.Any, depth + 1)))}]"
            : $"{{{string.Join(", ", elements.Select(element => $"{CallWriter.Quoted(element.Key)}: {ToJson(element.Value, JsonKinds.Any, depth + 1)}"))}}}";
    }

    /// <summary>The elements that lie side by side in a text whose tags are balanced.</summary>
    private List<KeyValuePair<string, string>> Elements(string text)
    {
        var elements = new List<KeyValuePair<string, string>>();
        var (depth, start, name) = (0, 0, "");
        for (var at = text.IndexOf(Mark, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Mark, at + 1, StringComparison.Ordinal))
        {
            var tag = at + Mark.Length;
            var end = text.IndexOf('>', tag);
            if (end < 0)
            {
                break;
            }

            var isCloser = text.AsSpan(tag).StartsWith("</");
            depth += isCloser ? -1 : 1;
            if (!isCloser && depth == 1)
            {
                (start, name) = (end + 1, text[(tag + 1)..end]);
            }
            else if (isCloser && depth == 0)
            {
                elements.Add(KeyValuePair.Create(name, text[start..at]));
            }
        }

        return elements;
    }
}
