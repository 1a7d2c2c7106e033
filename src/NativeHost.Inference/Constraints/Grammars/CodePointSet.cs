using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace NativeHost.Inference.Constraints.Grammars;

/// <summary>A set of Unicode characters, surrogates never among them. Immutable.</summary>
internal sealed class CodePointSet
{
    private const int Last = 0x10FFFF;
    private const int FirstSurrogate = 0xD800;
    private const int LastSurrogate = 0xDFFF;
    private static readonly ConcurrentDictionary<string, CodePointSet> ByCategory = [];

    // In order, apart from each other by at least one.
    private readonly List<(int First, int Last)> _ranges;
    private GrammarNode? _node;

    public CodePointSet(IEnumerable<(int First, int Last)> ranges)
    {
        _ranges = [];
        foreach (var range in ranges.SelectMany(WithoutSurrogates).Order())
        {
            if (_ranges.Count > 0 && range.First <= _ranges[^1].Last + 1)
            {
                _ranges[^1] = (_ranges[^1].First, Math.Max(_ranges[^1].Last, range.Last));
            }
            else
            {
                _ranges.Add(range);
            }
        }
    }

    /// <summary>Its character, where it has just one.</summary>
    public int? Single => _ranges is [var (first, last)] && first == last ? first : null;

    public static CodePointSet All { get; } = new([(0, Last)]);

    public static CodePointSet Of(params ReadOnlySpan<char> characters)
    {
        var ranges = new List<(int, int)>();
        foreach (var character in characters)
        {
            ranges.Add((character, character));
        }

        return new CodePointSet(ranges);
    }

    /// <param name="category">A general category of Unicode by its short name: <c>L</c>, <c>Lu</c>, <c>Nd</c>.</param>
    /// <returns>Null where there is none of this name.</returns>
    public static CodePointSet? OfCategory(string category)
    {
        if (ByCategory.TryGetValue(category, out var known))
        {
            return known;
        }

        var ranges = new List<(int First, int Last)>();
        var isKnown = false;
        for (var value = 0; value <= Last; value++)
        {
            if (value is >= FirstSurrogate and <= LastSurrogate || !ShortNameOf(CharUnicodeInfo.GetUnicodeCategory(value)).StartsWith(category, StringComparison.Ordinal))
            {
                continue;
            }

            isKnown = true;
            if (ranges.Count > 0 && ranges[^1].Last == value - 1)
            {
                ranges[^1] = (ranges[^1].First, value);
            }
            else
            {
                ranges.Add((value, value));
            }
        }

        // Only names of categories are kept, so that foreign patterns do not fill it.
        return isKnown && category.Length > 0 ? ByCategory.GetOrAdd(category, new CodePointSet(ranges)) : null;
    }

    public static CodePointSet Union(IEnumerable<CodePointSet> sets) => new(sets.SelectMany(set => set._ranges));

    public CodePointSet Complement()
    {
        var ranges = new List<(int, int)>();
        var first = 0;
        foreach (var range in _ranges)
        {
            if (range.First > first)
            {
                ranges.Add((first, range.First - 1));
            }

            first = range.Last + 1;
        }

        ranges.Add((first, Last));
        return new CodePointSet(ranges.Where(range => range.Item1 <= range.Item2));
    }

    /// <summary>Its characters as bytes of UTF-8.</summary>
    public GrammarNode ToNode() => _node ??= MakeNode();

    private GrammarNode MakeNode()
    {
        var options = new List<GrammarNode>();
        var single = new List<ByteRange>();
        foreach (var (first, last) in _ranges)
        {
            AddRange(first, last, single, options);
        }

        if (single.Count > 0)
        {
            options.Insert(0, new ByteSetNode([.. single]));
        }

        return options.Count == 1 ? options[0] : new ChoiceNode([.. options]);
    }

    private static IEnumerable<(int First, int Last)> WithoutSurrogates((int First, int Last) range)
    {
        if (range.Last < FirstSurrogate || range.First > LastSurrogate)
        {
            yield return range;
            yield break;
        }

        if (range.First < FirstSurrogate)
        {
            yield return (range.First, FirstSurrogate - 1);
        }

        if (range.Last > LastSurrogate)
        {
            yield return (LastSurrogate + 1, range.Last);
        }
    }

    /// <summary>Splits a range where its bytes would not be ranges of their own: at the lengths of UTF-8, and where a byte behind the first does not take all values.</summary>
    private static void AddRange(int first, int last, List<ByteRange> single, List<GrammarNode> options)
    {
        foreach (var longest in (ReadOnlySpan<int>)[0x7F, 0x7FF, 0xFFFF])
        {
            if (first <= longest && last > longest)
            {
                AddRange(first, longest, single, options);
                first = longest + 1;
            }
        }

        if (last < 0x80)
        {
            single.Add(new ByteRange((byte)first, (byte)last));
            return;
        }

        for (var bits = 6; bits <= 18; bits += 6)
        {
            var low = (1 << bits) - 1;
            if ((first & ~low) == (last & ~low))
            {
                continue;
            }

            if ((first & low) != 0)
            {
                AddRange(first, first | low, single, options);
                AddRange((first | low) + 1, last, single, options);
                return;
            }

            if ((last & low) != low)
            {
                AddRange(first, (last & ~low) - 1, single, options);
                AddRange(last & ~low, last, single, options);
                return;
            }
        }

        Span<byte> firstBytes = stackalloc byte[4];
        Span<byte> lastBytes = stackalloc byte[4];
        var length = new Rune(first).EncodeToUtf8(firstBytes);
        new Rune(last).EncodeToUtf8(lastBytes);
        var parts = new GrammarNode[length];
        for (var i = 0; i < length; i++)
        {
            parts[i] = new ByteSetNode(new ByteRange(firstBytes[i], lastBytes[i]));
        }

        options.Add(new SequenceNode(parts));
    }

    private static string ShortNameOf(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => "Lu",
        UnicodeCategory.LowercaseLetter => "Ll",
        UnicodeCategory.TitlecaseLetter => "Lt",
        UnicodeCategory.ModifierLetter => "Lm",
        UnicodeCategory.OtherLetter => "Lo",
        UnicodeCategory.NonSpacingMark => "Mn",
        UnicodeCategory.SpacingCombiningMark => "Mc",
        UnicodeCategory.EnclosingMark => "Me",
        UnicodeCategory.DecimalDigitNumber => "Nd",
        UnicodeCategory.LetterNumber => "Nl",
        UnicodeCategory.OtherNumber => "No",
        UnicodeCategory.SpaceSeparator => "Zs",
        UnicodeCategory.LineSeparator => "Zl",
        UnicodeCategory.ParagraphSeparator => "Zp",
        UnicodeCategory.Control => "Cc",
        UnicodeCategory.Format => "Cf",
        UnicodeCategory.Surrogate => "Cs",
        UnicodeCategory.PrivateUse => "Co",
        UnicodeCategory.ConnectorPunctuation => "Pc",
        UnicodeCategory.DashPunctuation => "Pd",
        UnicodeCategory.OpenPunctuation => "Ps",
        UnicodeCategory.ClosePunctuation => "Pe",
        UnicodeCategory.InitialQuotePunctuation => "Pi",
        UnicodeCategory.FinalQuotePunctuation => "Pf",
        UnicodeCategory.OtherPunctuation => "Po",
        UnicodeCategory.MathSymbol => "Sm",
        UnicodeCategory.CurrencySymbol => "Sc",
        UnicodeCategory.ModifierSymbol => "Sk",
        UnicodeCategory.OtherSymbol => "So",
        _ => "Cn",
    };
}
