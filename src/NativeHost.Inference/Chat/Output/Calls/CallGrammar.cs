namespace NativeHost.Inference.Chat.Output.Calls;

/// <summary>One way in which calls are written: a small class for each way, with the texts around names and arguments as data.</summary>
internal abstract class CallGrammar
{
    private const int LongestName = 128;

    /// <summary>The texts that a call, or a section of calls, begins with. Empty for a grammar that <see cref="IsBare"/>.</summary>
    public IReadOnlyList<string> Openers { get; init; } = [];

    /// <summary>Whether calls begin without any mark, with one of <see cref="FirstCharacters"/> at the start of the answer.</summary>
    public bool IsBare => Openers.Count == 0;

    /// <summary>What a bare call begins with.</summary>
    public string FirstCharacters { get; init; } = "";

    /// <summary>What a template that speaks of such calls holds; empty where nothing tells.</summary>
    public virtual string Sign => Openers.Count > 0 ? Openers[0] : "";

    /// <summary>All texts of the grammar that may hold control tokens.</summary>
    public abstract IEnumerable<string> Texts { get; }

    /// <summary>Texts that end calls; they mean nothing where they stand alone behind one.</summary>
    public abstract IEnumerable<string> Closers { get; }

    /// <summary>Reads calls from where an opener, or a bare call, begins, as many as follow one another.</summary>
    /// <remarks>Where it is no call, nothing was begun (<see cref="CallWriter.Count"/>), and the cursor may be anywhere; the caller gives the text back.</remarks>
    public abstract IEnumerable<NeedsText> Read(TextCursor cursor, CallWriter calls);

    /// <summary>What has to be written before, between and behind calls.</summary>
    public virtual CallLayout Layout { get; init; } = new("", null, "");

    /// <summary>What has to be written for one call of a tool.</summary>
    public abstract ShapePart Shape(ToolDefinition tool);

    /// <summary>Goes behind one of some texts, if one stands here; behind the longest that does.</summary>
    internal static IEnumerable<NeedsText> Take(TextCursor cursor, IReadOnlyList<string> texts, Taken taken)
    {
        taken.Text = null;
        while (texts.Any(cursor.MayStart))
        {
            yield return default;
        }

        foreach (var text in texts.OrderByDescending(text => text.Length))
        {
            if (cursor.TryTake(text))
            {
                taken.Text = text;
                yield break;
            }
        }
    }

    /// <summary>Goes behind one of some texts and the whitespace before it; stays where none of them is there.</summary>
    internal static IEnumerable<NeedsText> TakeBehindSpace(TextCursor cursor, IReadOnlyList<string> texts, Taken taken)
    {
        var start = cursor.Position;
        foreach (var wait in Take(cursor, texts, taken))
        {
            yield return wait;
        }

        if (taken.Text is not null)
        {
            yield break;
        }

        while (cursor.SkipsWhitespace())
        {
            yield return default;
        }

        foreach (var wait in Take(cursor, texts, taken))
        {
            yield return wait;
        }

        if (taken.Text is null)
        {
            cursor.Return(start);
        }
    }

    /// <summary>Reads a name: letters, digits and <c>_ - . : /</c>, up to 128 of them; empty where there is none.</summary>
    internal static IEnumerable<NeedsText> TakeName(TextCursor cursor, Taken taken)
    {
        int length;
        while ((length = NameLength(cursor.Rest)) == cursor.Rest.Length && length < LongestName && !cursor.HasEnded)
        {
            yield return default;
        }

        taken.Text = cursor.Rest[..length].ToString();
        cursor.Advance(length);
    }

    private static int NameLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && (char.IsLetterOrDigit(text[length]) || "_-.:/".Contains(text[length])))
        {
            length++;
        }

        return length;
    }
}

/// <summary>What an iterator read.</summary>
internal sealed class Taken
{
    /// <summary>The text; null where there was none.</summary>
    public string? Text { get; set; }
}
