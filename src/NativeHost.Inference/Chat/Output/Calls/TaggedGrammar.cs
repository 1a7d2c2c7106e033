namespace NativeHost.Inference.Chat.Output.Calls;

/// <summary>Calls whose parameters stand between tags, each by itself, as text: what is JSON among them the tool's schema must tell.</summary>
/// <remarks><c>SECTION? CALL NAME NAMEEND (KEY name KEYEND VALUE? value VALUEEND)* CALLCLOSER … SECTIONCLOSER?</c></remarks>
internal sealed class TaggedGrammar : CallGrammar
{
    private readonly string[] _sections = [];

    /// <summary>What may open a section that holds calls; none where each call stands for itself.</summary>
    public IReadOnlyList<string> Sections
    {
        get => _sections;
        init => _sections = [.. value];
    }

    public IReadOnlyList<string> SectionClosers { get; init; } = [];

    /// <summary>What may stand before a section, with a name between it and <see cref="PrefaceEnd"/>; null where nothing does.</summary>
    public string? Preface { get; init; }

    public string? PrefaceEnd { get; init; }

    /// <summary>What stands before a call's name.</summary>
    public required string Call { get; init; }

    /// <summary>What stands behind it; empty where the first parameter or the end of the call does.</summary>
    public required string NameEnd { get; init; }

    /// <summary>Where the head of a call ends, if there is more in it than the name; null where there is not.</summary>
    public string? HeadEnd { get; init; }

    public required string CallCloser { get; init; }

    /// <summary>What stands before a parameter's name.</summary>
    public required string Key { get; init; }

    /// <summary>What stands behind it, and what that says of the value.</summary>
    public required IReadOnlyList<KeyEnd> KeyEnds { get; init; }

    /// <summary>What stands before a value; empty where it follows the key's end.</summary>
    public string Value { get; init; } = "";

    public required string ValueEnd { get; init; }

    /// <summary>Whether a line end stands behind what is before a value and before what is behind it.</summary>
    public bool ValuesOnLines { get; init; }

    public override CallLayout Layout
    {
        get
        {
            var section = _sections.Length == 0 ? "" : _sections[0] + Line;
            var closer = SectionClosers.Count == 0 ? "" : Line + SectionClosers[0];
            return new CallLayout(section + Call, (SectionIsCall ? closer + Line + section : Line) + Call, closer);
        }
    }

    /// <summary>What stands between tags where models write them: a line end, or nothing.</summary>
    public string Line { get; init; } = "\n";

    /// <summary>Whether a section holds one call.</summary>
    public bool SectionIsCall { get; init; }

    /// <summary>What to look for behind a parameter's name.</summary>
    internal Marks KeyEndMarks => field ??= new Marks(KeyEnds.Select(end => end.Text));

    /// <summary>What to look for behind a value: with the line end that belongs to it, and without.</summary>
    internal Marks ValueEndMarks => field ??= new Marks(ValuesOnLines ? ["\n" + ValueEnd, ValueEnd] : [ValueEnd]);

    /// <summary>What to look for where the head of a call ends.</summary>
    internal Marks HeadEndMarks => field ??= new Marks(HeadEnd is null ? [] : [HeadEnd]);

    public override string Sign => Key;

    public override IEnumerable<string> Texts =>
        [.. Openers, .. _sections, .. SectionClosers, Call, NameEnd, HeadEnd ?? "", Preface ?? "", PrefaceEnd ?? "", CallCloser, Key, .. KeyEnds.Select(end => end.Text), Value, ValueEnd];

    public override IEnumerable<string> Closers => [CallCloser, .. SectionClosers];

    public override ShapePart Shape(ToolDefinition tool)
    {
        var line = ValuesOnLines ? "\n" : "";
        ShapePart Parameter(ToolParameter one)
        {
            var isText = one.Kinds == JsonKinds.Text;
            var end = KeyEnds.First(end => end.IsText is null || end.IsText == isText).Text;
            var head = new ShapePart.Literal(Key + one.Name + end + (Value.Length > 0 ? Line + Value : "") + line);
            return isText
                ? new ShapePart.Sequence([head, new ShapePart.TextUntil(ValueEnd)])
                : new ShapePart.Sequence([head, new ShapePart.Json(one.Schema), new ShapePart.Literal(line + ValueEnd)]);
        }

        ShapePart head = HeadEnd is null
            ? new ShapePart.Literal(tool.Name + NameEnd + Line)
            : new ShapePart.Sequence([new ShapePart.Literal(tool.Name + NameEnd), new ShapePart.TextUntil(HeadEnd)]);
        return new ShapePart.Sequence([head, ShapePart.Parameters(tool, Line, Parameter), new ShapePart.Literal(Line + CallCloser)]);
    }

    public override IEnumerable<NeedsText> Read(TextCursor cursor, CallWriter calls)
    {
        var taken = new Taken();
        var end = cursor.Position;
        while (true)
        {
            foreach (var wait in TakePreface(cursor, taken))
            {
                yield return wait;
            }

            // A section may hold several calls, and several sections may follow one another.
            foreach (var wait in TakeBehindSpace(cursor, _sections, taken))
            {
                yield return wait;
            }

            foreach (var wait in TakeBehindSpace(cursor, [Call], taken))
            {
                yield return wait;
            }

            if (taken.Text is null)
            {
                break;
            }

            var result = new Outcome();
            foreach (var wait in new TaggedCall(this, cursor, calls).Read(result))
            {
                yield return wait;
            }

            if (!result.IsWhole)
            {
                cursor.Return(Math.Max(end, cursor.CommittedPosition));
                yield break;
            }

            end = cursor.Position;
            foreach (var wait in TakeBehindSpace(cursor, SectionClosers, taken))
            {
                yield return wait;
            }

            end = taken.Text is null ? end : cursor.Position;
        }

        cursor.Return(end);
    }

    private IEnumerable<NeedsText> TakePreface(TextCursor cursor, Taken taken)
    {
        if (Preface is null || PrefaceEnd is null)
        {
            yield break;
        }

        foreach (var wait in Take(cursor, [Preface], taken))
        {
            yield return wait;
        }

        if (taken.Text is null)
        {
            yield break;
        }

        foreach (var wait in TakeName(cursor, taken))
        {
            yield return wait;
        }

        foreach (var wait in Take(cursor, [PrefaceEnd], taken))
        {
            yield return wait;
        }
    }
}

/// <summary>What stands behind a parameter's name.</summary>
/// <param name="IsText">True if it says that the value is a text, false if it says that it is JSON, null if the tool's schema must tell.</param>
internal sealed record KeyEnd(string Text, bool? IsText = null);
