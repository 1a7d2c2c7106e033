using System.Globalization;

namespace NativeHost.Jinja.Evaluation;

/// <summary>Writes values as Python's <c>json.dumps</c> does.</summary>
/// <remarks>Characters of texts keep their trust, escaped or not; the signs between them are untrusted.</remarks>
internal sealed class JsonWriter(TextBuilder output, RenderBudget budget)
{
    /// <summary>What one level is indented by; null writes all into one line.</summary>
    public string? Indent { get; init; }

    public string ItemSeparator { get; init; } = ", ";

    public string KeySeparator { get; init; } = ": ";

    /// <summary>Whether characters that ASCII lacks are escaped.</summary>
    public bool EnsureAscii { get; init; }

    public bool SortKeys { get; init; }

    private int _level;

    /// <exception cref="JinjaFailure">It holds a function, nests too deep, or is too long.</exception>
    public void Write(JinjaValue value)
    {
        budget.Step();
        switch (value)
        {
            case JinjaString text:
                WriteText(text);
                break;
            case JinjaNumber number:
                output.Append(number.Digits switch { "nan" => "NaN", "inf" => "Infinity", "-inf" => "-Infinity", var digits => digits }, number.IsTrusted);
                break;
            case { IsBoolean: true }:
                Sign(value.IsTrue ? "true" : "false");
                break;
            case { IsNone: true } or { IsUndefined: true }:
                Sign("null");
                break;
            case JinjaList list:
                WriteList(list);
                break;
            case JinjaDict dictionary:
                WriteDictionary(dictionary);
                break;
            case JinjaNamespace space:
                WriteDictionary(space.Attributes);
                break;
            default:
                throw JinjaFailure.Operation($"{value.Description} cannot be written as JSON; use one of its attributes.");
        }
    }

    private void WriteList(JinjaList list)
    {
        if (list.Items.Count == 0)
        {
            Sign("[]");
            return;
        }

        Open("[");
        for (var i = 0; i < list.Items.Count; i++)
        {
            Begin(i);
            Write(list.Items[i]);
        }

        Close("]");
    }

    private void WriteDictionary(JinjaDict dictionary)
    {
        if (dictionary.Count == 0)
        {
            Sign("{}");
            return;
        }

        Open("{");
        var entries = SortKeys
            ? dictionary.Entries.OrderBy(entry => KeyText(entry.Key).Text, StringComparer.Ordinal)
            : dictionary.Entries.AsEnumerable();
        var index = 0;
        foreach (var (key, value) in entries)
        {
            Begin(index++);
            WriteText(KeyText(key));
            Sign(KeySeparator);
            Write(value);
        }

        Close("}");
    }

    private static JinjaString KeyText(JinjaValue key) => key switch
    {
        JinjaString text => text,
        JinjaNumber number => new JinjaString(number.Digits, number.IsTrusted, []),
        { IsBoolean: true } => JinjaString.Untrusted(key.IsTrue ? "true" : "false"),
        _ => JinjaString.Untrusted("null"),
    };

    private void Open(string bracket)
    {
        budget.Enter();
        _level++;
        Sign(bracket);
    }

    private void Begin(int index)
    {
        if (index > 0)
        {
            Sign(ItemSeparator);
        }

        BreakLine();
    }

    private void Close(string bracket)
    {
        _level--;
        BreakLine();
        Sign(bracket);
        budget.Leave();
    }

    private void BreakLine()
    {
        if (Indent is not null)
        {
            Sign("\n");
            for (var i = 0; i < _level; i++)
            {
                Sign(Indent);
            }
        }
    }

    private void WriteText(JinjaString text)
    {
        Sign("\"");
        foreach (var run in text.RunsOf(0, text.Length))
        {
            WriteCharacters(text.Text.AsSpan(run.Start, run.Length), run.IsTrusted);
        }

        Sign("\"");
    }

    private void WriteCharacters(ReadOnlySpan<char> characters, bool isTrusted)
    {
        var written = 0;
        for (var i = 0; i < characters.Length; i++)
        {
            if (Escape(characters[i]) is { } escaped)
            {
                output.Append(characters[written..i], isTrusted);
                output.Append(escaped, isTrusted);
                written = i + 1;
            }
        }

        output.Append(characters[written..], isTrusted);
    }

    private string? Escape(char character) => character switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\b' => "\\b",
        '\f' => "\\f",
        < ' ' => Code(character),
        > '~' when EnsureAscii => Code(character),
        _ => null,
    };

    private static string Code(char character) => "\\u" + ((int)character).ToString("x4", CultureInfo.InvariantCulture);

    private void Sign(string text) => output.Append(text, isTrusted: false);
}
