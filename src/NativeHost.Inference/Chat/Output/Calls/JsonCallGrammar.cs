namespace NativeHost.Inference.Chat.Output.Calls;

/// <summary>Calls as JSON objects that hold name and arguments: alone, one after the other, or in a list.</summary>
/// <remarks>
/// <c>OPENER {"name": "x", "arguments": {…}} CLOSER</c>, <c>OPENER [{…}, {…}] CLOSER</c>. Keys may come in any order and under the usual other names; arguments
/// that come before the name wait for it.
/// </remarks>
internal sealed class JsonCallGrammar : CallGrammar
{
    private const int LongestValue = 64 * 1024;
    private const int LongestKey = 64;

    private static readonly string[] NameKeys = ["name", "tool_name", "function_name", "tool"];
    private static readonly string[] ArgumentKeys = ["arguments", "parameters", "args"];
    private static readonly string[] IdKeys = ["id", "tool_call_id", "call_id"];

    // Command R calls one of these to say that it calls none.
    private static readonly string[] NoTools = ["directly-answer", "directly_answer"];

    private readonly Marks _closerMarks = new([]);
    private readonly string[] _closers = [];

    /// <summary>What stands behind the calls; none for calls that end with the output.</summary>
    public IReadOnlyList<string> CloserTexts
    {
        get => _closers;
        init
        {
            _closers = [.. value];
            _closerMarks = new Marks(value);
        }
    }

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
        return new ShapePart.Sequence([new ShapePart.Literal(head), new ShapePart.Json(tool.Parameters), new ShapePart.Literal("}")]);
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

            var call = new CallInProgress();
            foreach (var wait in ReadObject(cursor, calls, call, isInner: false))
            {
                yield return wait;
            }

            var goesOn = Finish(calls, call);
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

    /// <summary>Ends what was read of an object.</summary>
    /// <returns>False if no call can follow: it was none, or it broke.</returns>
    private bool Finish(CallWriter calls, CallInProgress call)
    {
        if (call.HasBegun)
        {
            calls.End(call.HasWholeArguments);
            return call.IsWhole;
        }

        if (call.Name is null || !call.IsWhole || call.IsNoCall || OnlyKnownTools)
        {
            return false;
        }

        if (IsNoTool(calls, call.Name))
        {
            calls.Accept();
            return true;
        }

        calls.Begin(call.Name, call.Id);
        calls.Arguments(call.Held ?? "{}");
        calls.End(isComplete: true);
        return true;
    }

    private static bool IsNoTool(CallWriter calls, string? name) =>
        name is not null && NoTools.Contains(name, StringComparer.Ordinal) && !calls.Tools.Has(name);

    /// <summary>Reads an object from behind its first brace.</summary>
    /// <param name="isInner">Whether it lies in another one, under <c>function</c>.</param>
    private IEnumerable<NeedsText> ReadObject(TextCursor cursor, CallWriter calls, CallInProgress call, bool isInner)
    {
        var taken = new Taken();
        call.IsWhole = false;
        for (var isFirst = true; ; isFirst = false)
        {
            while (cursor.SkipsWhitespace())
            {
                yield return default;
            }

            if (cursor.TryTake("}"))
            {
                call.IsWhole = true;
                yield break;
            }

            if (!isFirst && !cursor.TryTake(","))
            {
                yield break;
            }

            foreach (var wait in JsonArguments.TakeValue(cursor, LongestKey, taken))
            {
                yield return wait;
            }

            var key = JsonArguments.Decode(taken.Text);
            while (key is not null && cursor.SkipsWhitespace())
            {
                yield return default;
            }

            if (key is null || !cursor.TryTake(":"))
            {
                yield break;
            }

            while (cursor.SkipsWhitespace())
            {
                yield return default;
            }

            foreach (var wait in ReadProperty(cursor, calls, call, key, isInner))
            {
                yield return wait;
            }

            if (call.IsNoCall || (call.HasBegun && call.IsBroken))
            {
                yield break;
            }
        }
    }

    private IEnumerable<NeedsText> ReadProperty(TextCursor cursor, CallWriter calls, CallInProgress call, string key, bool isInner)
    {
        if (NameIsKey && !call.HasBegun)
        {
            call.Name = key;
            foreach (var wait in ReadArguments(cursor, calls, call))
            {
                yield return wait;
            }

            yield break;
        }

        if (ArgumentKeys.Contains(key, StringComparer.Ordinal) && !call.HasBegun && !IsNoTool(calls, call.Name))
        {
            foreach (var wait in ReadArguments(cursor, calls, call))
            {
                yield return wait;
            }

            yield break;
        }

        if (key == "function" && !isInner && cursor.TryTake("{"))
        {
            foreach (var wait in ReadObject(cursor, calls, call, isInner: true))
            {
                yield return wait;
            }

            call.IsNoCall |= !call.IsWhole && !call.HasBegun;
            call.IsWhole = false;
            yield break;
        }

        var taken = new Taken();
        foreach (var wait in JsonArguments.TakeValue(cursor, LongestValue, taken))
        {
            yield return wait;
        }

        Note(calls, call, key, taken.Text);
    }

    private void Note(CallWriter calls, CallInProgress call, string key, string? value)
    {
        if (value is null)
        {
            call.IsBroken = true;
            call.IsNoCall |= !call.HasBegun;
        }
        else if (NameKeys.Contains(key, StringComparer.Ordinal) || key == "function")
        {
            call.Name ??= JsonArguments.Decode(value);
            call.IsNoCall |= string.IsNullOrEmpty(call.Name) || (OnlyKnownTools && !calls.Tools.Has(call.Name));
        }
        else if (IdKeys.Contains(key, StringComparer.Ordinal))
        {
            call.Id = JsonArguments.Decode(value) ?? value;
        }
        else
        {
            call.IsNoCall |= OnlyKnownTools && key != "type" && !call.HasBegun;
        }

        if (call is { Held: not null, Name: not null, IsNoCall: false, HasBegun: false })
        {
            calls.Begin(call.Name, call.Id);
            calls.Arguments(call.Held);
            (call.HasBegun, call.HasWholeArguments) = (true, true);
        }
    }

    private IEnumerable<NeedsText> ReadArguments(TextCursor cursor, CallWriter calls, CallInProgress call)
    {
        while (cursor.Lacks(1))
        {
            yield return default;
        }

        if (OnlyKnownTools && !cursor.Rest.StartsWith('{'))
        {
            call.IsNoCall = true;
            yield break;
        }

        if (call.Name is null || cursor.MayStart("null") || cursor.Rest.StartsWith('n'))
        {
            var taken = new Taken();
            foreach (var wait in JsonArguments.TakeValue(cursor, LongestValue, taken))
            {
                yield return wait;
            }

            call.Held = taken.Text == "null" ? "{}" : JsonArguments.Decode(taken.Text) ?? taken.Text;
            call.IsNoCall |= call.Held is null;
            if (call is { Held: not null, Name: not null, IsNoCall: false })
            {
                Note(calls, call, "type", "");
            }

            yield break;
        }

        calls.Begin(call.Name, call.Id);
        call.HasBegun = true;
        var result = new Outcome();
        foreach (var wait in JsonArguments.Read(cursor, calls, _closerMarks, result))
        {
            yield return wait;
        }

        call.HasWholeArguments = result.IsWhole;
        call.IsBroken = !result.IsWhole;
    }

    /// <summary>What is known of an object so far.</summary>
    private sealed class CallInProgress
    {
        public string? Name { get; set; }

        public string? Id { get; set; }

        /// <summary>Arguments that came before the name.</summary>
        public string? Held { get; set; }

        public bool HasBegun { get; set; }

        public bool HasWholeArguments { get; set; }

        /// <summary>Whether the object was read to its end.</summary>
        public bool IsWhole { get; set; }

        public bool IsBroken { get; set; }

        public bool IsNoCall { get; set; }
    }
}
