using System.Text;

namespace NativeHost.Inference.Chat.Output.Calls;

/// <summary>Reads one call of a <see cref="TaggedGrammar"/> and makes JSON of its parameters.</summary>
internal sealed class TaggedCall(TaggedGrammar grammar, TextCursor cursor, CallWriter calls)
{
    private const int LongestHead = 256;

    private readonly Taken _taken = new();
    private string? _mark;
    private string _name = "";
    private int _parameters;

    /// <summary>Reads from behind what stands before the name.</summary>
    /// <param name="result">Whether the call was read to its end.</param>
    public IEnumerable<NeedsText> Read(Outcome result)
    {
        result.IsWhole = false;
        foreach (var wait in ReadHead())
        {
            yield return wait;
        }

        if (_name.Length == 0)
        {
            yield break;
        }

        calls.Begin(_name);
        calls.Arguments("{");
        while (true)
        {
            foreach (var wait in CallGrammar.TakeBehindSpace(cursor, [grammar.Key, grammar.CallCloser], _taken))
            {
                yield return wait;
            }

            if (_taken.Text == grammar.CallCloser)
            {
                result.IsWhole = true;
                break;
            }

            if (_taken.Text is null)
            {
                break;
            }

            var parameter = new Outcome();
            foreach (var wait in ReadParameter(parameter))
            {
                yield return wait;
            }

            if (!parameter.IsWhole)
            {
                break;
            }
        }

        if (result.IsWhole)
        {
            calls.Arguments("}");
        }

        calls.End(result.IsWhole);
    }

    /// <summary>Reads the name and what belongs to it, up to where it is sure that this is a call.</summary>
    private IEnumerable<NeedsText> ReadHead()
    {
        foreach (var wait in CallGrammar.TakeName(cursor, _taken))
        {
            yield return wait;
        }

        var name = _taken.Text!;
        if (name.Length == 0)
        {
            yield break;
        }

        if (grammar.NameEnd.Length > 0)
        {
            foreach (var wait in CallGrammar.Take(cursor, [grammar.NameEnd], _taken))
            {
                yield return wait;
            }

            if (_taken.Text is null)
            {
                yield break;
            }
        }

        if (grammar.HeadEnd is not null)
        {
            foreach (var wait in TakeUpTo(grammar.HeadEndMarks))
            {
                yield return wait;
            }

            if (_taken.Text is null)
            {
                yield break;
            }
        }

        // Other styles begin in the same way and go on with JSON.
        var start = cursor.Position;
        foreach (var wait in CallGrammar.TakeBehindSpace(cursor, [grammar.Key, grammar.CallCloser], _taken))
        {
            yield return wait;
        }

        if (_taken.Text is not null || (cursor.HasEnded && cursor.Rest.Trim().IsEmpty && calls.Tools.Has(name)))
        {
            cursor.Return(start);
            _name = name;
        }
    }

    private IEnumerable<NeedsText> ReadParameter(Outcome result)
    {
        foreach (var wait in TakeUpTo(grammar.KeyEndMarks))
        {
            yield return wait;
        }

        if (_taken.Text is null)
        {
            yield break;
        }

        var key = _taken.Text.Trim();
        var isText = grammar.KeyEnds.First(end => end.Text == _mark).IsText;
        if (grammar.Value.Length > 0)
        {
            foreach (var wait in CallGrammar.TakeBehindSpace(cursor, [grammar.Value], _taken))
            {
                yield return wait;
            }

            if (_taken.Text is null)
            {
                yield break;
            }
        }

        calls.Arguments((_parameters++ == 0 ? "" : ", ") + CallWriter.Quoted(key) + ": ");
        var kinds = isText == true ? JsonKinds.Text : calls.Tools.KindsOf(_name, key);
        foreach (var wait in ReadValue(kinds, result))
        {
            yield return wait;
        }
    }

    /// <summary>Reads up to the first of some marks on the same line, and goes behind it.</summary>
    private IEnumerable<NeedsText> TakeUpTo(Marks marks)
    {
        int length;
        while ((_mark = marks.Find(cursor.Rest, cursor.HasEnded, out length)) is null && length <= LongestHead && !cursor.HasEnded)
        {
            yield return default;
        }

        _taken.Text = null;
        if (_mark is not null && length <= LongestHead)
        {
            _taken.Text = cursor.Rest[..length].ToString();
            cursor.Advance(length + _mark.Length);
        }
    }

    /// <summary>Reads a value and what ends it. A text is passed on while it comes; what may be JSON is looked at as a whole.</summary>
    private IEnumerable<NeedsText> ReadValue(JsonKinds kinds, Outcome result)
    {
        var line = grammar.ValuesOnLines ? "\n" : "";
        var isText = kinds == JsonKinds.Text;
        var whole = new StringBuilder();
        calls.Arguments(isText ? "\"" : "");
        if (line.Length > 0)
        {
            while (cursor.MayStart(line))
            {
                yield return default;
            }

            _ = cursor.TryTake(line);
        }

        string? mark = null;
        while (mark is null && !cursor.IsAtEnd)
        {
            mark = grammar.ValueEndMarks.Find(cursor.Rest, cursor.HasEnded, out var length);
            if (isText)
            {
                calls.TextArguments(cursor.Rest[..length]);
            }
            else
            {
                whole.Append(cursor.Rest[..length]);
            }

            cursor.Advance(length + (mark?.Length ?? 0));
            if (mark is null && !cursor.HasEnded)
            {
                yield return default;
            }
        }

        result.IsWhole = mark is not null;
        calls.Arguments(!isText ? TextValue.ToJson(whole.ToString(), kinds) : result.IsWhole ? "\"" : "");
    }
}
