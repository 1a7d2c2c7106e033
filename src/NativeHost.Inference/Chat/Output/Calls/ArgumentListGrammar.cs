using System.Text;

namespace NativeHost.Inference.Chat.Output.Calls;

/// <summary>Calls as in a programming language: <c>name(key="value", other=[1, 2])</c>, and Gemma 4's form of it.</summary>
/// <remarks>
/// <c>OPENER [ NAME OPEN key ASSIGN literal, … CLOSE, … ] CLOSER</c>, the brackets where they are written. An argument is passed on when it is whole. One without a
/// key is the parameter at its place in the tool's schema. Without an opener this is a call only if the model was given a tool of that name.
/// </remarks>
internal sealed class ArgumentListGrammar : CallGrammar
{
    /// <summary>What stands before the name.</summary>
    public string NamePrefix { get; init; } = "";

    public char Open { get; init; } = '(';

    public char Assign { get; init; } = '=';

    public char Close { get; init; } = ')';

    /// <summary>What stands around texts; the first is what models are to write.</summary>
    public IReadOnlyList<string> Quotes { get; init; } = ["\"", "'"];

    /// <summary>What stands behind the calls; none for calls that end with the output.</summary>
    public IReadOnlyList<string> CloserTexts { get; init; } = [];

    private LiteralMarks LiteralMarks => field ??= new LiteralMarks(Quotes);

    public override IEnumerable<string> Texts => [.. Openers, .. CloserTexts, .. Quotes];

    public override IEnumerable<string> Closers => CloserTexts;

    public override ShapePart Shape(ToolDefinition tool)
    {
        // What is no text may be written as JSON, which is read as well.
        var quote = Quotes[0];
        ShapePart Parameter(ToolParameter one) => one.Kinds == JsonKinds.Text && quote.Length > 1
            ? new ShapePart.Sequence([new ShapePart.Literal(one.Name + Assign + quote), new ShapePart.TextUntil(quote)])
            : new ShapePart.Sequence([new ShapePart.Literal(one.Name + Assign), new ShapePart.Json(one.Schema)]);
        var separator = Assign == '=' ? ", " : ",";
        return new ShapePart.Sequence(
            [new ShapePart.Literal(NamePrefix + tool.Name + Open), ShapePart.Parameters(tool, separator, Parameter), new ShapePart.Literal(Close.ToString())]);
    }

    public override IEnumerable<NeedsText> Read(TextCursor cursor, CallWriter calls)
    {
        var taken = new Taken();
        foreach (var wait in Take(cursor, Openers, taken))
        {
            yield return wait;
        }

        while (cursor.SkipsWhitespace())
        {
            yield return default;
        }

        var isList = cursor.TryTake("[");
        var end = cursor.Position;
        while (true)
        {
            var result = new Outcome();
            foreach (var wait in ReadCall(cursor, calls, result))
            {
                yield return wait;
            }

            if (!calls.IsAccepted)
            {
                yield break;
            }

            if (!result.IsWhole)
            {
                break;
            }

            end = cursor.Position;
            foreach (var wait in TakeBehindSpace(cursor, [",", ";"], taken))
            {
                yield return wait;
            }
        }

        cursor.Return(Math.Max(end, cursor.CommittedPosition));
        foreach (var wait in TakeBehindSpace(cursor, isList ? ["]"] : [], taken))
        {
            yield return wait;
        }

        foreach (var wait in TakeBehindSpace(cursor, CloserTexts, taken))
        {
            yield return wait;
        }
    }

    /// <param name="result">Whether a call was read to its end.</param>
    private IEnumerable<NeedsText> ReadCall(TextCursor cursor, CallWriter calls, Outcome result)
    {
        var taken = new Taken();
        result.IsWhole = false;
        while (cursor.SkipsWhitespace())
        {
            yield return default;
        }

        foreach (var wait in Take(cursor, [NamePrefix], taken))
        {
            yield return wait;
        }

        if (NamePrefix.Length > 0 && taken.Text is null)
        {
            yield break;
        }

        foreach (var wait in TakeName(cursor, taken))
        {
            yield return wait;
        }

        var name = taken.Text!;
        while (cursor.Lacks(1))
        {
            yield return default;
        }

        if (name.Length == 0 || (IsBare && !calls.Tools.Has(name)) || !cursor.TryTake(Open.ToString()))
        {
            yield break;
        }

        // Gemma 3 is told to write Python, and prints what it calls.
        if (name == "print" && !calls.Tools.Has(name))
        {
            foreach (var wait in ReadCall(cursor, calls, result))
            {
                yield return wait;
            }

            foreach (var wait in TakeBehindSpace(cursor, [Close.ToString()], taken))
            {
                yield return wait;
            }

            yield break;
        }

        calls.Begin(name);
        calls.Arguments("{");
        foreach (var wait in ReadArguments(cursor, calls, name, result))
        {
            yield return wait;
        }

        calls.Arguments(result.IsWhole ? "}" : "");
        calls.End(result.IsWhole);
    }

    private IEnumerable<NeedsText> ReadArguments(TextCursor cursor, CallWriter calls, string name, Outcome result)
    {
        for (var place = 0; ; place++)
        {
            while (cursor.SkipsWhitespace())
            {
                yield return default;
            }

            if (cursor.TryTake(Close.ToString()))
            {
                result.IsWhole = true;
                yield break;
            }

            var text = new StringBuilder();
            var scanner = new LiteralScanner(LiteralMarks);
            while (!cursor.IsAtEnd && !scanner.IsDone)
            {
                cursor.Advance(scanner.Take(cursor.Rest, cursor.HasEnded, text));
                if (!scanner.IsDone && !cursor.HasEnded)
                {
                    yield return default;
                }
            }

            if (!scanner.IsDone)
            {
                yield break;
            }

            // Some other bracket closes where none is open.
            if (!cursor.Rest.StartsWith(',') && !cursor.Rest.StartsWith(Close))
            {
                yield break;
            }

            WriteArgument(calls, name, place, text.ToString());
            _ = cursor.TryTake(",");
        }
    }

    private void WriteArgument(CallWriter calls, string tool, int place, string text)
    {
        var assign = text.IndexOf(Assign, StringComparison.Ordinal);
        var key = assign > 0 ? KeyIn(text.AsSpan(0, assign)) : null;
        var value = key is null ? text : text[(assign + 1)..];
        key ??= calls.Tools.ParameterAt(tool, place) ?? $"argument{place + 1}";
        calls.Arguments((place == 0 ? "" : ", ") + CallWriter.Quoted(key) + ": " + LiteralReader.ToJson(value, Quotes));
    }

    /// <summary>The key in what stands before a sign that may assign; null where that is no key.</summary>
    private string? KeyIn(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        foreach (var quote in Quotes)
        {
            if (Assign == ':' && text.Length >= 2 * quote.Length && text.StartsWith(quote) && text.EndsWith(quote))
            {
                return text[quote.Length..^quote.Length].ToString();
            }
        }

        foreach (var c in text)
        {
            if (!char.IsLetterOrDigit(c) && c is not ('_' or '-' or '.' or '$'))
            {
                return null;
            }
        }

        return text.ToString();
    }
}
