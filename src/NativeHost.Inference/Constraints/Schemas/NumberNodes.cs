using System.Globalization;
using NativeHost.Inference.Constraints.Automata;
using NativeHost.Inference.Constraints.Grammars;

namespace NativeHost.Inference.Constraints.Schemas;

/// <summary>Numbers of a schema as grammar: what lies between bounds is told digit by digit.</summary>
internal static class NumberNodes
{
    private const int LargestMultiple = 1_000;
    private const decimal Largest = 999_999_999_999_999m;

    private static readonly GrammarNode Digit = Digits(0, 9);
    private static readonly GrammarNode Minus = BytesNode.Of("-");
    private static readonly GrammarNode Point = BytesNode.Of(".");
    private static readonly GrammarNode SomeDigits = new RepeatNode(Digit, 0, 6);
    private static readonly GrammarNode AnyFraction = GrammarNode.Optional(new SequenceNode(Point, Digit, SomeDigits));

    /// <summary>Greater than nothing: zeros, and a digit that is none.</summary>
    private static readonly GrammarNode SomeMore = new SequenceNode(new RepeatNode(BytesNode.Of("0"), 0, 4), Digits(1, 9), SomeDigits);

    public static GrammarNode Of(SchemaFacts facts, bool isWhole)
    {
        if (facts.MultipleOf is { } multiple)
        {
            var factor = multiple.Number();
            if (factor != decimal.Truncate(factor) || factor is < 1 or > LargestMultiple)
            {
                throw multiple.Fault($"Multiples of whole numbers from 1 to {LargestMultiple} are supported. Remove it, or count in smaller units.");
            }

            // Multiples of a whole number are whole.
            var whole = Whole(facts);
            return factor == 1 ? whole : new DeterministicNode(ByteAutomaton.Of(whole).And(ByteAutomaton.MultiplesOf((int)factor)), IsJsonContent: false);
        }

        return isWhole ? Whole(facts) : facts.Least is null && facts.Most is null ? JsonGrammar.Number : Between(facts);
    }

    public static bool Allows(SchemaFacts facts, decimal value) =>
        (facts.Least is not { } least || (least.IsExclusive ? value > least.Value : value >= least.Value))
        && (facts.Most is not { } most || (most.IsExclusive ? value < most.Value : value <= most.Value))
        && (facts.MultipleOf is not { } multiple || multiple.Number() is 0 || value % multiple.Number() == 0);

    private static GrammarNode Whole(SchemaFacts facts)
    {
        if (facts.Least is null && facts.Most is null)
        {
            return JsonGrammar.Integer;
        }

        var (low, high) = Ends(facts);
        var first = decimal.Ceiling(low.Value) is var up && low.IsExclusive && up == low.Value ? up + 1 : up;
        var last = decimal.Floor(high.Value) is var down && high.IsExclusive && down == high.Value ? down - 1 : down;
        var options = new List<GrammarNode>();
        if (first < 0 && first <= last)
        {
            options.Add(new SequenceNode(Minus, WholeBetween(Math.Max(1, -last), -first)));
        }

        if (last >= 0 && first <= last)
        {
            options.Add(WholeBetween(Math.Max(0, first), last));
        }

        return new ChoiceNode([.. options]);
    }

    /// <summary>The bounds, or where there is none, how far whole numbers reach.</summary>
    private static (Bound Low, Bound High) Ends(SchemaFacts facts)
    {
        var low = facts.Least ?? new Bound(Math.Min(-Largest, Tenfold(facts.Most)), false);
        var high = facts.Most ?? new Bound(Math.Max(Largest, Tenfold(facts.Least)), false);
        return (low, high);
    }

    private static decimal Tenfold(Bound? bound) => bound is { } known && Math.Abs(known.Value) < decimal.MaxValue / 11 ? known.Value * 10 : 0;

    /// <summary>Whole numbers without a sign, from the first to the last.</summary>
    private static ChoiceNode WholeBetween(decimal first, decimal last)
    {
        var options = new List<GrammarNode>();
        while (first <= last)
        {
            var digits = Text(first);
            var most = Math.Min(last, decimal.Parse(new string('9', digits.Length), CultureInfo.InvariantCulture));
            options.Add(SameLength(digits, Text(most)));
            first = most + 1;
        }

        return new ChoiceNode([.. options]);
    }

    private static GrammarNode SameLength(string first, string last)
    {
        var same = first.AsSpan().CommonPrefixLength(last);
        if (same == first.Length)
        {
            return BytesNode.Of(first);
        }

        var (low, high, rest) = (first[same] - '0', last[same] - '0', first.Length - same - 1);
        return new SequenceNode(BytesNode.Of(first[..same]), new ChoiceNode(
            new SequenceNode(Digits(low, low), From(first[(same + 1)..])),
            new SequenceNode(Digits(low + 1, high - 1), new RepeatNode(Digit, rest, rest)),
            new SequenceNode(Digits(high, high), UpTo(last[(same + 1)..]))));
    }

    /// <summary>Digits of the same number that are not less.</summary>
    private static GrammarNode From(string digits) => digits.Length == 0 ? GrammarNode.Empty : new ChoiceNode(
        new SequenceNode(Digits(digits[0] - '0', digits[0] - '0'), From(digits[1..])),
        new SequenceNode(Digits(digits[0] - '0' + 1, 9), new RepeatNode(Digit, digits.Length - 1, digits.Length - 1)));

    private static GrammarNode UpTo(string digits) => digits.Length == 0 ? GrammarNode.Empty : new ChoiceNode(
        new SequenceNode(Digits(digits[0] - '0', digits[0] - '0'), UpTo(digits[1..])),
        new SequenceNode(Digits(0, digits[0] - '0' - 1), new RepeatNode(Digit, digits.Length - 1, digits.Length - 1)));

    private static ChoiceNode Between(SchemaFacts facts)
    {
        var (low, high) = Ends(facts);
        var options = new List<GrammarNode>();
        if (low.Value < 0)
        {
            // Zero is written without a sign.
            var least = high.Value < 0 ? new Bound(-high.Value, high.IsExclusive) : new Bound(0, true);
            options.Add(new SequenceNode(Minus, Unsigned(least, new Bound(-low.Value, low.IsExclusive))));
        }

        if (high.Value >= 0)
        {
            options.Add(Unsigned(low.Value < 0 ? new Bound(0, false) : low, high));
        }

        return new ChoiceNode([.. options]);
    }

    private static GrammarNode Unsigned(Bound low, Bound high)
    {
        if (low.Value > high.Value)
        {
            return GrammarNode.Never;
        }

        var (first, last) = (decimal.Floor(low.Value), decimal.Floor(high.Value));
        var (from, upTo) = (FractionFrom(FractionOf(low.Value), low.IsExclusive), FractionUpTo(FractionOf(high.Value), high.IsExclusive));
        return first == last
            ? new SequenceNode(BytesNode.Of(Text(first)), new DeterministicNode(ByteAutomaton.Of(from).And(ByteAutomaton.Of(upTo)), IsJsonContent: false))
            : new ChoiceNode(
                new SequenceNode(BytesNode.Of(Text(first)), from),
                new SequenceNode(WholeBetween(first + 1, last - 1), AnyFraction),
                new SequenceNode(BytesNode.Of(Text(last)), upTo));
    }

    /// <summary>Fractions with their point, or none, that are not less than one.</summary>
    private static GrammarNode FractionFrom(string digits, bool isExclusive)
    {
        if (digits.Length == 0)
        {
            return isExclusive ? new SequenceNode(Point, SomeMore) : AnyFraction;
        }

        var options = new List<GrammarNode> { new SequenceNode(BytesNode.Of(digits), isExclusive ? SomeMore : SomeDigits) };
        for (var i = 0; i < digits.Length; i++)
        {
            options.Add(new SequenceNode(BytesNode.Of(digits[..i]), Digits(digits[i] - '0' + 1, 9), SomeDigits));
        }

        return new SequenceNode(Point, new ChoiceNode([.. options]));
    }

    private static GrammarNode FractionUpTo(string digits, bool isExclusive)
    {
        var zeros = new RepeatNode(BytesNode.Of("0"), 0, 3);
        if (digits.Length == 0)
        {
            return isExclusive ? GrammarNode.Never : GrammarNode.Optional(new SequenceNode(Point, BytesNode.Of("0"), zeros));
        }

        var options = new List<GrammarNode>();
        for (var i = 0; i < digits.Length; i++)
        {
            options.Add(new SequenceNode(BytesNode.Of(digits[..i]), Digits(0, digits[i] - '0' - 1), SomeDigits));
            options.Add(i == 0 ? GrammarNode.Never : BytesNode.Of(digits[..i]));
        }

        options.Add(isExclusive ? GrammarNode.Never : new SequenceNode(BytesNode.Of(digits), zeros));
        return GrammarNode.Optional(new SequenceNode(Point, new ChoiceNode([.. options])));
    }

    private static string FractionOf(decimal value)
    {
        var text = Text(value);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        return point < 0 ? "" : text[(point + 1)..].TrimEnd('0');
    }

    private static string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture) is var text && text.Contains('.') ? text.TrimEnd('0').TrimEnd('.') : text;

    private static GrammarNode Digits(int first, int last) =>
        first > last ? GrammarNode.Never : new ByteSetNode(new ByteRange((byte)('0' + first), (byte)('0' + last)));
}
