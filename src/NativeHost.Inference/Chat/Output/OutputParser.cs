using System.Text;
using NativeHost.Inference.Chat.Output.Calls;

namespace NativeHost.Inference.Chat.Output;

/// <summary>Tells apart what a model's output means while it comes: answer, reasoning and calls of tools.</summary>
/// <remarks>
/// <para>Text that looks like a call and is none is given back as answer. A call of a tool that the model was not given is reported as a call, as clients expect: they
/// tell the model. Where a call's arguments are no JSON, what was written is passed on up to the call's end, which says that they are not whole.</para>
/// <para>Whitespace around reasoning and calls is dropped. Control tokens' texts have to be in the output: <see cref="OutputFormat.WantedControlTexts"/>.</para>
/// <para>Not thread-safe.</para>
/// </remarks>
internal sealed class OutputParser
{
    private readonly TextCursor _cursor = new();
    private readonly OutputDeltas _deltas = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly CallWriter _calls;
    private readonly ShownText _shown;
    private readonly ReasoningStyle? _reasoning;
    private readonly IReadOnlyList<CallGrammar> _grammars;
    private readonly Marks _contentMarks;
    private readonly Marks _reasoningMarks;
    private readonly HashSet<string> _silent;
    private readonly HashSet<string> _closers;
    private readonly IEnumerator<NeedsText> _run;
    private readonly int _primerLength;

    private char[] _characters = new char[256];

    /// <param name="format">What the output may hold.</param>
    /// <param name="tools">The tools that the model may call; without any, nothing is taken for a call.</param>
    /// <param name="takenIds">The ids of the conversation's calls so far.</param>
    /// <param name="prompt">The prompt, or its end: it says whether the output begins inside reasoning.</param>
    public OutputParser(OutputFormat format, IReadOnlyList<ToolDefinition> tools, IEnumerable<string> takenIds, string prompt)
    {
        var style = tools.Count == 0 ? null : format.Calls;
        _reasoning = format.Reasoning;
        _shown = new ShownText(_deltas, _cursor);
        _calls = new CallWriter(_deltas, new ToolSet(tools), new CallIds(style?.Ids ?? CallIdForm.Usual, takenIds), _cursor);
        _grammars = style?.Grammars ?? [];
        _silent = [.. style?.Silent ?? [], .. _reasoning?.Silent ?? []];
        _closers = [.. _grammars.SelectMany(grammar => grammar.Closers).Where(text => text.StartsWith('<') || text.StartsWith('['))];
        string[] openers = [.. _grammars.SelectMany(grammar => grammar.Openers)];
        string[] reasoningOpen = _reasoning is null ? [] : [_reasoning.Open];
        _contentMarks = new Marks([.. openers, .. reasoningOpen, .. _silent, .. _closers]);

        // Control tokens that begin a call end reasoning too: some models forget to close it. Plain text does not, since models think about how to call.
        _reasoningMarks = new Marks(_reasoning is null ? [] : [_reasoning.Close, .. openers.Where(text => text.Contains('|') || text.Contains('｜'))]);
        IsReasoning = _reasoning?.IsOpenedBy(prompt) == true;
        if (style?.PromptEnd is { } primer && prompt.EndsWith(primer, StringComparison.Ordinal))
        {
            _cursor.Append(primer);
            _primerLength = primer.Length;
        }

        _run = Run().GetEnumerator();
    }

    /// <summary>Whether the model reasons now.</summary>
    public bool IsReasoning { get; private set; }

    /// <summary>What ends reasoning: to make the model answer now, this text is put into its output. Null where it does not reason.</summary>
    public string? ReasoningEnd => _reasoning?.Close;

    /// <summary>How many calls have begun.</summary>
    public int CallCount => _calls.Count;

    /// <summary>Takes the next piece of output, cut anywhere.</summary>
    /// <returns>What it adds; valid until the next call.</returns>
    public IReadOnlyList<OutputDelta> Write(ReadOnlySpan<byte> utf8)
    {
        _deltas.Clear();
        if (_characters.Length < utf8.Length + 1)
        {
            _characters = new char[2 * utf8.Length];
        }

        var count = _decoder.GetChars(utf8, _characters, flush: false);
        if (count > 0)
        {
            _cursor.Append(_characters.AsSpan(0, count));
            _ = _run.MoveNext();
        }

        return _deltas.All;
    }

    /// <summary>Ends the output.</summary>
    /// <returns>What was still held back, and the end of a call that is unfinished.</returns>
    public IReadOnlyList<OutputDelta> Finish()
    {
        _deltas.Clear();
        var count = _decoder.GetChars([], _characters, flush: true);
        _cursor.Append(_characters.AsSpan(0, count));
        _cursor.End();
        while (_run.MoveNext())
        {
        }

        return _deltas.All;
    }

    private IEnumerable<NeedsText> Run()
    {
        if (IsReasoning)
        {
            foreach (var wait in ReadReasoning())
            {
                yield return wait;
            }
        }

        while (!_cursor.IsAtEnd)
        {
            foreach (var wait in ReadBareCalls())
            {
                yield return wait;
            }

            var mark = _contentMarks.Find(_cursor.Rest, _cursor.HasEnded, out var length);
            _shown.Write(OutputDeltaKind.Content, length);
            if (mark is null)
            {
                if (!_cursor.HasEnded)
                {
                    yield return default;
                }

                continue;
            }

            foreach (var wait in ReadMarked(mark))
            {
                yield return wait;
            }
        }

        _shown.End();
    }

    /// <summary>Reads what begins with a mark.</summary>
    private IEnumerable<NeedsText> ReadMarked(string mark)
    {
        // A tag in plain text may be what an answer is about: then it opens nothing.
        if (mark == _reasoning?.Open && (!_shown.HasContent || mark.Contains('|') || mark.StartsWith('[')))
        {
            _cursor.Advance(mark.Length);
            foreach (var wait in ReadReasoning())
            {
                yield return wait;
            }

            yield break;
        }

        foreach (var grammar in _grammars.Where(grammar => grammar.Openers.Contains(mark, StringComparer.Ordinal)))
        {
            var isCall = new Outcome();
            foreach (var wait in ReadCalls(grammar, isCall))
            {
                yield return wait;
            }

            if (isCall.IsWhole)
            {
                yield break;
            }
        }

        var isClosing = _closers.Contains(mark) && _calls.Count > 0;
        if (_silent.Contains(mark) || isClosing || _cursor.Position + mark.Length <= _primerLength)
        {
            _cursor.Advance(mark.Length);
            _shown.DropSpace();
        }
        else
        {
            _shown.Write(OutputDeltaKind.Content, mark.Length);
        }
    }

    /// <summary>Reads calls that have no mark, which stand at the start of an answer.</summary>
    private IEnumerable<NeedsText> ReadBareCalls()
    {
        if (_shown.HasContent || !_grammars.Any(grammar => grammar.IsBare))
        {
            yield break;
        }

        var start = _cursor.Position;
        while (_cursor.SkipsWhitespace())
        {
            yield return default;
        }

        foreach (var grammar in _grammars.Where(grammar => grammar.IsBare))
        {
            var isCall = new Outcome();
            if (_cursor.Rest.Length > 0 && grammar.FirstCharacters.Contains(_cursor.Rest[0]))
            {
                foreach (var wait in ReadCalls(grammar, isCall))
                {
                    yield return wait;
                }
            }

            if (isCall.IsWhole)
            {
                yield break;
            }
        }

        _cursor.Return(start);
    }

    /// <summary>Lets a grammar read, and goes back where it finds no call.</summary>
    /// <param name="result">Whether there was one.</param>
    private IEnumerable<NeedsText> ReadCalls(CallGrammar grammar, Outcome result)
    {
        var start = _cursor.Position;
        _calls.IsAccepted = false;
        foreach (var wait in grammar.Read(_cursor, _calls))
        {
            yield return wait;
        }

        _calls.EndIfOpen();
        result.IsWhole = _calls.IsAccepted;
        if (!result.IsWhole)
        {
            _cursor.Return(start);
            yield break;
        }

        _cursor.Commit();
        _shown.BeginAgain();
    }

    private IEnumerable<NeedsText> ReadReasoning()
    {
        IsReasoning = true;
        _shown.DropSpace();
        while (!_cursor.IsAtEnd)
        {
            var mark = _reasoningMarks.Find(_cursor.Rest, _cursor.HasEnded, out var length);
            _shown.Write(OutputDeltaKind.Reasoning, length);
            if (mark is not null)
            {
                _cursor.Advance(mark == _reasoning!.Close ? mark.Length : 0);
                _cursor.Commit();
                break;
            }

            if (!_cursor.HasEnded)
            {
                yield return default;
            }
        }

        IsReasoning = false;
        _shown.DropSpace();
    }

}
