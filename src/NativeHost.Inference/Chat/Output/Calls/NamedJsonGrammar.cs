namespace NativeHost.Inference.Chat.Output.Calls;

/// <summary>Calls as a name between marks, and then the arguments in JSON.</summary>
/// <remarks><c>SECTION? CALL (ID IDEND)? NAME NAMEEND {…} CLOSER … SECTIONCLOSER?</c></remarks>
internal sealed class NamedJsonGrammar : CallGrammar
{
    private const int LongestHead = 512;

    private readonly Marks _nameEndMarks = new([]);
    private readonly Marks _closerMarks = new([]);
    private readonly string[] _nameEnds = [];
    private readonly string[] _closers = [];

    /// <summary>What opens a section that holds calls; null where there is none.</summary>
    public string? Section { get; init; }

    /// <summary>What closes it.</summary>
    public string? SectionCloser { get; init; }

    /// <summary>What each call begins with.</summary>
    public required IReadOnlyList<string> CallOpeners { get; init; }

    /// <summary>What stands between an id and the name that follows it; null where no id comes first.</summary>
    public string? IdEnd { get; init; }

    /// <summary>What stands between name and arguments.</summary>
    public required IReadOnlyList<string> NameEnds
    {
        get => _nameEnds;
        init
        {
            _nameEnds = [.. value];
            _nameEndMarks = new Marks(value);
        }
    }

    /// <summary>What stands between the name and an id that follows it, before the end of the name; null where none does.</summary>
    public string? IdMark { get; init; }

    /// <summary>Whether models of the style write an id there.</summary>
    public bool WritesId { get; init; }

    /// <summary>What the name begins with, which is no part of it; null where it is the name alone.</summary>
    public string? NamePrefix { get; init; }

    /// <summary>Whether the name as it is written, with a prefix and a number, is the call's id too.</summary>
    public bool NameIsId { get; init; }

    /// <summary>Whether more about the call may stand behind the name.</summary>
    public bool NameIsFirstWord { get; init; }

    /// <summary>A name that means that no call follows but a text for the user; null where there is none.</summary>
    public string? ContentName { get; init; }

    /// <summary>What each call ends with; none for calls that end with their JSON.</summary>
    public IReadOnlyList<string> CallClosers
    {
        get => _closers;
        init
        {
            _closers = [.. value];
            _closerMarks = new Marks(value);
        }
    }

    /// <summary>What stands between two calls, before the opener of the second.</summary>
    public string Between { get; init; } = "";

    private Marks IdEndMarks => field ??= new Marks(IdEnd is null ? [] : [IdEnd]);

    /// <summary>Whether each output has one call.</summary>
    public bool IsSingle { get; init; }

    public override CallLayout Layout => new(Section + CallOpeners[0], IsSingle ? null : Between + CallOpeners[0], SectionCloser ?? "");

    public override IEnumerable<string> Texts =>
        [.. Openers, .. CallOpeners, .. _nameEnds, .. _closers, .. ((string?[])[Section, SectionCloser, IdEnd, IdMark]).OfType<string>()];

    public override IEnumerable<string> Closers => SectionCloser is null ? _closers : [.. _closers, SectionCloser];

    public override ShapePart Shape(ToolDefinition tool)
    {
        // Where ids are written, the model makes them up.
        ShapePart[] id = IdEnd is null ? [] : [new ShapePart.TextUntil(IdEnd)];
        ShapePart nameEnd = WritesId ? new ShapePart.TextUntil(_nameEnds[0]) : new ShapePart.Literal(_nameEnds[0]);
        ShapePart[] number = NameIsId ? [new ShapePart.Json("""{"type": "integer", "minimum": 0, "maximum": 999}""")] : [];
        return new ShapePart.Sequence(
        [
            .. id,
            new ShapePart.Literal(NamePrefix + tool.Name + (NameIsId ? ":" : WritesId ? IdMark : "")),
            .. number,
            nameEnd,
            new ShapePart.Json(ToolSet.ArgumentsSchemaOf(tool)),
            new ShapePart.Literal(_closers.FirstOrDefault() ?? ""),
        ]);
    }

    public override IEnumerable<NeedsText> Read(TextCursor cursor, CallWriter calls)
    {
        var taken = new Taken();
        if (Section is not null)
        {
            foreach (var wait in Take(cursor, [Section], taken))
            {
                yield return wait;
            }
        }

        var end = cursor.Position;
        while (true)
        {
            foreach (var wait in TakeBehindSpace(cursor, CallOpeners, taken))
            {
                yield return wait;
            }

            if (taken.Text is null)
            {
                break;
            }

            var result = new Outcome();
            foreach (var wait in ReadCall(cursor, calls, result))
            {
                yield return wait;
            }

            if (!result.IsWhole)
            {
                cursor.Return(Math.Max(end, cursor.CommittedPosition));
                yield break;
            }

            end = cursor.Position;
        }

        cursor.Return(end);
        if (SectionCloser is not null && calls.IsAccepted)
        {
            foreach (var wait in TakeBehindSpace(cursor, [SectionCloser], taken))
            {
                yield return wait;
            }
        }
    }

    /// <summary>Reads a call from behind its opener.</summary>
    /// <param name="result">Whether another one may follow.</param>
    private IEnumerable<NeedsText> ReadCall(TextCursor cursor, CallWriter calls, Outcome result)
    {
        var taken = new Taken();
        string? id = null;
        if (IdEnd is not null)
        {
            foreach (var wait in TakeHead(cursor, IdEndMarks, taken))
            {
                yield return wait;
            }

            id = taken.Text?.Trim();
        }

        foreach (var wait in TakeHead(cursor, _nameEndMarks, taken))
        {
            yield return wait;
        }

        var name = NameIn(taken.Text, ref id);
        if (name is null)
        {
            yield break;
        }

        if (name == ContentName)
        {
            calls.Accept();
            yield break;
        }

        while (cursor.SkipsWhitespace())
        {
            yield return default;
        }

        if (!cursor.Rest.StartsWith('{') && !cursor.Rest.StartsWith('"') && !(cursor.IsAtEnd && calls.Tools.Has(name)))
        {
            yield break;
        }

        calls.Begin(name, id);
        foreach (var wait in JsonArguments.Read(cursor, calls, _closerMarks, result))
        {
            yield return wait;
        }

        calls.End(result.IsWhole);
        result.IsWhole = true;
        foreach (var wait in TakeBehindSpace(cursor, _closers, taken))
        {
            yield return wait;
        }
    }

    /// <summary>Reads up to the first of some marks and goes behind it; gives what is before it, or null where it is too long, or the output ends.</summary>
    private static IEnumerable<NeedsText> TakeHead(TextCursor cursor, Marks marks, Taken taken)
    {
        taken.Text = null;
        string? mark;
        int length;
        while ((mark = marks.Find(cursor.Rest, cursor.HasEnded, out length)) is null && length <= LongestHead && !cursor.HasEnded)
        {
            yield return default;
        }

        if (mark is not null && length <= LongestHead)
        {
            taken.Text = cursor.Rest[..length].ToString();
            cursor.Advance(length + mark.Length);
        }
    }

    /// <summary>The name in what stands before the arguments; null where that is none.</summary>
    private string? NameIn(string? head, ref string? id)
    {
        if (head is null)
        {
            return null;
        }

        if (IdMark is not null && head.IndexOf(IdMark, StringComparison.Ordinal) is var mark and >= 0)
        {
            id = head[(mark + IdMark.Length)..].Trim();
            head = head[..mark];
        }

        head = head.Trim();
        if (NameIsId)
        {
            id = head;
            head = head.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 ? head[..colon] : head;
        }

        if (NamePrefix is not null && head.StartsWith(NamePrefix, StringComparison.Ordinal))
        {
            head = head[NamePrefix.Length..];
        }

        if (NameIsFirstWord && head.AsSpan().IndexOfAny(' ', '<') is var length and >= 0)
        {
            head = head[..length];
        }

        return head.Length > 0 && head.All(c => char.IsLetterOrDigit(c) || "_-.:/".Contains(c)) ? head : null;
    }
}
