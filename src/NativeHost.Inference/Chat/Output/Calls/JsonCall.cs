namespace NativeHost.Inference.Chat.Output.Calls;

/// <summary>Reads one object of a <see cref="JsonCallGrammar"/>.</summary>
internal sealed class JsonCall(JsonCallGrammar grammar, TextCursor cursor, CallWriter calls)
{
    private const int LongestValue = 64 * 1024;
    private const int LongestKey = 64;

    private static readonly string[] NameKeys = ["name", "tool_name", "function_name", "tool"];
    private static readonly string[] ArgumentKeys = ["arguments", "parameters", "args"];
    private static readonly string[] IdKeys = ["id", "tool_call_id", "call_id"];

    // Command R calls one of these to say that it calls none.
    private static readonly string[] NoTools = ["directly-answer", "directly_answer"];

    private readonly Taken _taken = new();
    private string? _name;
    private string? _id;

    // Arguments that came before the name.
    private string? _held;
    private bool _hasWholeArguments;
    private bool _isWhole;
    private bool _isBroken;
    private bool _isNoCall;

    /// <summary>Whether it was a call.</summary>
    public bool HasBegun { get; private set; }

    private bool IsNoTool => _name is not null && NoTools.Contains(_name, StringComparer.Ordinal) && !calls.Tools.Has(_name);

    /// <summary>Reads from behind the object's first brace.</summary>
    public IEnumerable<NeedsText> Read() => ReadObject(isInner: false);

    /// <summary>Ends what was read of an object.</summary>
    /// <returns>False if no call can follow: it was none, or it broke.</returns>
    public bool Finish()
    {
        if (HasBegun)
        {
            calls.End(_hasWholeArguments);
            return _isWhole;
        }

        if (_name is null || !_isWhole || _isNoCall || grammar.OnlyKnownTools)
        {
            return false;
        }

        if (IsNoTool)
        {
            calls.Accept();
            return true;
        }

        calls.Begin(_name, _id);
        calls.Arguments(_held ?? "{}");
        calls.End(isComplete: true);
        return true;
    }

    /// <summary>Reads an object from behind its first brace.</summary>
    /// <param name="isInner">Whether it lies in another one, under <c>function</c>.</param>
    private IEnumerable<NeedsText> ReadObject(bool isInner)
    {
        _isWhole = false;
        for (var isFirst = true; ; isFirst = false)
        {
            while (cursor.SkipsWhitespace())
            {
                yield return default;
            }

            if (cursor.TryTake("}"))
            {
                _isWhole = true;
                yield break;
            }

            if (!isFirst && !cursor.TryTake(","))
            {
                yield break;
            }

            foreach (var wait in JsonArguments.TakeValue(cursor, LongestKey, _taken))
            {
                yield return wait;
            }

            var key = JsonArguments.Decode(_taken.Text);
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

            foreach (var wait in ReadProperty(key, isInner))
            {
                yield return wait;
            }

            if (_isNoCall || (HasBegun && _isBroken))
            {
                yield break;
            }
        }
    }

    private IEnumerable<NeedsText> ReadProperty(string key, bool isInner)
    {
        if (grammar.NameIsKey && !HasBegun)
        {
            _name = key;
            foreach (var wait in ReadArguments())
            {
                yield return wait;
            }

            yield break;
        }

        if (ArgumentKeys.Contains(key, StringComparer.Ordinal) && !HasBegun && !IsNoTool)
        {
            foreach (var wait in ReadArguments())
            {
                yield return wait;
            }

            yield break;
        }

        if (key == "function" && !isInner && cursor.TryTake("{"))
        {
            foreach (var wait in ReadObject(isInner: true))
            {
                yield return wait;
            }

            _isNoCall |= !_isWhole && !HasBegun;
            _isWhole = false;
            yield break;
        }

        foreach (var wait in JsonArguments.TakeValue(cursor, LongestValue, _taken))
        {
            yield return wait;
        }

        Note(key, _taken.Text);
    }

    private void Note(string key, string? value)
    {
        if (value is null)
        {
            _isBroken = true;
            _isNoCall |= !HasBegun;
        }
        else if (NameKeys.Contains(key, StringComparer.Ordinal) || key == "function")
        {
            _name ??= JsonArguments.Decode(value);
            _isNoCall |= string.IsNullOrEmpty(_name) || (grammar.OnlyKnownTools && !calls.Tools.Has(_name));
        }
        else if (IdKeys.Contains(key, StringComparer.Ordinal))
        {
            _id = JsonArguments.Decode(value) ?? value;
        }
        else
        {
            _isNoCall |= grammar.OnlyKnownTools && key != "type" && !HasBegun;
        }

        BeginHeld();
    }

    /// <summary>Begins the call if name and arguments came, in whatever order.</summary>
    private void BeginHeld()
    {
        if (_held is not null && _name is not null && !_isNoCall && !HasBegun)
        {
            calls.Begin(_name, _id);
            calls.Arguments(_held);
            HasBegun = true;
            _hasWholeArguments = JsonArguments.IsWhole(_held);
        }
    }

    private IEnumerable<NeedsText> ReadArguments()
    {
        while (cursor.Lacks(1))
        {
            yield return default;
        }

        if (grammar.OnlyKnownTools && !cursor.Rest.StartsWith('{'))
        {
            _isNoCall = true;
            yield break;
        }

        if (_name is null || cursor.MayStart("null") || cursor.Rest.StartsWith('n'))
        {
            foreach (var wait in JsonArguments.TakeValue(cursor, LongestValue, _taken))
            {
                yield return wait;
            }

            _held = _taken.Text == "null" ? "{}" : JsonArguments.Decode(_taken.Text) ?? _taken.Text;
            _isNoCall |= _held is null;
            BeginHeld();
            yield break;
        }

        calls.Begin(_name, _id);
        HasBegun = true;
        var result = new Outcome();
        foreach (var wait in JsonArguments.Read(cursor, calls, grammar.CloserMarks, result))
        {
            yield return wait;
        }

        _hasWholeArguments = result.IsWhole;
        _isBroken = result.IsBroken;
    }
}
