namespace NativeHost.Inference.Chat.Output.Calls;

/// <summary>Calls as JSON objects that hold name and arguments: alone, one after the other, or in a list.</summary>
/// <remarks>
/// <c>OPENER {"name": "x", "arguments": {…}} CLOSER</c>, <c>OPENER [{…}, {…}] CLOSER</c>. Keys may come in any order and under the usual other names; arguments
/// that come before the name wait for it.
/// </remarks>
internal sealed class JsonCallGrammar : CallGrammar
{
    private readonly string[] _closers = [];

    /// <summary>What stands behind the calls; none for calls that end with the output.</summary>
    public IReadOnlyList<string> CloserTexts
    {
        get => _closers;
        init
        {
            _closers = [.. value];
            CloserMarks = new Marks(value);
        }
    }

    /// <summary>The same, to look for.</summary>
    internal Marks CloserMarks { get; private init; } = new([]);

    /// <summary>Whether the tool's name is the key, and its arguments the value: <c>{"x": {…}}</c>.</summary>
    public bool NameIsKey { get; init; }

    /// <summary>Whether an object is a call only if it has nothing but a call's keys, and names a tool that the model was given.</summary>
    public bool OnlyKnownTools { get; init; }

    /// <summary>The key that the name stands under, for those who make a model write it.</summary>
    public string NameKey { get; init; } = "name";

    /// <summary>The key that the arguments stand under.</summary>
    public string ArgumentsKey { get; init; } = "arguments";

    public override IEnumerable<string> Texts => [.. Openers, .. _closers];

    public override IEnumerable<string> Closers => _closers;

    public override ShapePart Shape(ToolDefinition tool)
    {
        var head = NameIsKey ? $"{{{CallWriter.Quoted(tool.Name)}: " : $"{{\"{NameKey}\": {CallWriter.Quoted(tool.Name)}, \"{ArgumentsKey}\": ";
        return new ShapePart.Sequence([new ShapePart.Literal(head), new ShapePart.Json(ToolSet.ArgumentsSchemaOf(tool)), new ShapePart.Literal("}")]);
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
        while (!cursor.IsAtEnd)
        {
            while (cursor.SkipsWhitespace())
            {
                yield return default;
            }

            if (!cursor.TryTake("{"))
            {
                break;
            }

            var call = new JsonCall(this, cursor, calls);
            foreach (var wait in call.Read())
            {
                yield return wait;
            }

            var goesOn = call.Finish();
            end = goesOn || call.HasBegun ? cursor.Position : end;
            if (!goesOn)
            {
                break;
            }

            while (cursor.SkipsWhitespace())
            {
                yield return default;
            }

            if (cursor.TryTake(",") || cursor.TryTake(";"))
            {
                continue;
            }
        }

        if (!calls.IsAccepted)
        {
            yield break;
        }

        cursor.Return(end);
        foreach (var wait in ReadEnd(cursor, isList))
        {
            yield return wait;
        }
    }

    /// <summary>Goes behind what ends the calls, as far as it is there.</summary>
    private IEnumerable<NeedsText> ReadEnd(TextCursor cursor, bool isList)
    {
        var taken = new Taken();
        if (isList)
        {
            foreach (var wait in TakeBehindSpace(cursor, ["]"], taken))
            {
                yield return wait;
            }
        }

        foreach (var wait in TakeBehindSpace(cursor, _closers, taken))
        {
            yield return wait;
        }
    }
}
