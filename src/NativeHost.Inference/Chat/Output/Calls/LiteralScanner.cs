using System.Text;

namespace NativeHost.Inference.Chat.Output.Calls;

/// <summary>Finds where an argument ends in a call that is written as in a programming language: at a comma or a closing bracket outside of texts and brackets.</summary>
internal sealed class LiteralScanner(LiteralMarks marks)
{
    private string? _quote;
    private int _depth;
    private bool _isEscaped;

    /// <summary>Whether the end was found; what is taken ends before it.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Takes what surely belongs to the argument.</summary>
    /// <param name="rest">The text so far.</param>
    /// <param name="hasEnded">Whether it is the whole.</param>
    /// <param name="text">What it is appended to.</param>
    /// <returns>How many characters it is.</returns>
    public int Take(ReadOnlySpan<char> rest, bool hasEnded, StringBuilder text)
    {
        var count = 0;
        while (count < rest.Length)
        {
            if (_isEscaped)
            {
                _isEscaped = false;
                text.Append(rest[count++]);
                continue;
            }

            var mark = (_quote is null ? marks.Outside : marks.Within[_quote]).Find(rest[count..], hasEnded, out var length);
            text.Append(rest.Slice(count, length));
            count += length;
            if (mark is null || Ends(mark))
            {
                break;
            }

            text.Append(mark);
            count += mark.Length;
        }

        return count;
    }

    private bool Ends(string mark)
    {
        if (_quote is not null)
        {
            _isEscaped = mark == "\\";
            _quote = mark == _quote ? null : _quote;
            return false;
        }

        switch (mark)
        {
            case "(" or "[" or "{":
                _depth++;
                return false;
            case "," or ")" or "]" or "}":
                IsDone = _depth == 0;
                _depth -= mark == "," ? 0 : 1;
                return IsDone;
            default:
                _quote = mark;
                return false;
        }
    }
}

/// <summary>What counts in literals.</summary>
/// <param name="quotes">What stands around texts.</param>
internal sealed class LiteralMarks(IReadOnlyList<string> quotes)
{
    public Marks Outside { get; } = new([.. quotes, ",", "(", ")", "[", "]", "{", "}"]);

    /// <summary>What counts in a text, by what stands around it.</summary>
    public IReadOnlyDictionary<string, Marks> Within { get; } =
        quotes.ToDictionary(quote => quote, quote => new Marks(quote.Length == 1 ? [quote, "\\"] : [quote]));
}
