using NativeHost.Jinja.Methods;
using NativeHost.Jinja.Syntax;

namespace NativeHost.Jinja.Evaluation;

/// <summary>Arithmetic, and what the same signs do with texts and lists.</summary>
/// <remarks>A number is trusted if it was computed from trusted numbers only.</remarks>
internal static class Operators
{
    /// <exception cref="JinjaFailure">The operands do not go together.</exception>
    public static JinjaValue Apply(ArithmeticOperator arithmetic, JinjaValue left, JinjaValue right, RenderState state)
    {
        switch (arithmetic)
        {
            case ArithmeticOperator.Concatenate:
                return Join(Texts.Of(left, state), Texts.Of(right, state), state.Budget);
            case ArithmeticOperator.Add when left is JinjaString || right is JinjaString:
                return Join(AddedText(left, right, state), AddedText(right, left, state), state.Budget);
            case ArithmeticOperator.Add when left is JinjaList a && right is JinjaList b:
                state.Budget.Charge(a.Items.Count + b.Items.Count);
                return new JinjaList([.. a.Items, .. b.Items], isFrozen: false);
            case ArithmeticOperator.Multiply when left is JinjaString or JinjaList:
                return Repeat(left, right, state.Budget);
            case ArithmeticOperator.Multiply when right is JinjaString or JinjaList:
                return Repeat(right, left, state.Budget);
            case ArithmeticOperator.Remainder when left is JinjaString format:
                return PercentFormat.Apply(format, right is JinjaList list ? [.. list.Items] : [right], state);
        }

        if (AsNumber(left) is not { } x || AsNumber(right) is not { } y)
        {
            throw JinjaFailure.Operation($"{Sign(arithmetic)} cannot be done with {left.Description} and {right.Description}.");
        }

        var isTrusted = x.IsTrusted && y.IsTrusted;
        return x is JinjaInteger i && y is JinjaInteger j
            ? OfIntegers(arithmetic, i.Value, j.Value, isTrusted)
            : new JinjaFloat(OfFloats(arithmetic, x.AsDouble, y.AsDouble), isTrusted);
    }

    /// <summary>The number with its sign turned.</summary>
    public static JinjaValue Negate(JinjaValue value) => AsNumber(value) switch
    {
        JinjaInteger number => new JinjaInteger(unchecked(-number.Value), number.IsTrusted),
        JinjaFloat number => new JinjaFloat(-number.Value, number.IsTrusted),
        _ => throw JinjaFailure.Operation($"{value.Description} has no sign; a number is needed."),
    };

    /// <summary>The value as a number, where true is 1; null if it is none.</summary>
    public static JinjaNumber? AsNumber(JinjaValue value) => value switch
    {
        JinjaNumber number => number,
        { IsBoolean: true } => new JinjaInteger(value.IsTrue ? 1 : 0),
        _ => null,
    };

    /// <summary>Two texts as one.</summary>
    public static JinjaString Join(JinjaString left, JinjaString right, RenderBudget budget)
    {
        if (left.Length == 0 || right.Length == 0)
        {
            return left.Length == 0 ? right : left;
        }

        if (left.IsUniform && right.IsUniform && left.IsTrusted == right.IsTrusted)
        {
            budget.ChargeText(left.Length + (long)right.Length);
            return new JinjaString(left.Text + right.Text, left.IsTrusted, []);
        }

        var builder = new TextBuilder(budget);
        builder.Append(left);
        builder.Append(right);
        return builder.ToText();
    }

    /// <summary>What + adds to a text: a text, a number or a boolean, but nothing whose text nobody would want.</summary>
    private static JinjaString AddedText(JinjaValue value, JinjaValue other, RenderState state) => value switch
    {
        JinjaString text => text,
        JinjaNumber or { IsBoolean: true } => Texts.Of(value, state),
        _ => throw JinjaFailure.Operation($"{value.Description} cannot be added to {other.Description}; make a text of it first."),
    };

    private static JinjaValue Repeat(JinjaValue repeated, JinjaValue times, RenderBudget budget)
    {
        var count = AsNumber(times) is JinjaInteger number
            ? Math.Max(0, number.Value)
            : throw JinjaFailure.Operation($"{repeated.Description} can be multiplied with an integer only, not with {times.Description}.");
        if (count > budget.MaxRange)
        {
            throw JinjaFailure.Limit($"{count} repetitions are more than {budget.MaxRange}; the template makes something too large.");
        }

        if (repeated is JinjaString text)
        {
            var builder = new TextBuilder(budget);
            for (var i = 0; i < count; i++)
            {
                builder.Append(text);
            }

            return builder.ToText();
        }

        var items = ((JinjaList)repeated).Items;
        if (items.Count * count > budget.MaxRange)
        {
            throw JinjaFailure.Limit($"A list of {items.Count * count} elements is longer than {budget.MaxRange}; the template makes something too large.");
        }

        budget.Charge((int)(items.Count * count));
        return new JinjaList([.. Enumerable.Repeat(items, (int)count).SelectMany(each => each)], isFrozen: false);
    }

    private static JinjaValue OfIntegers(ArithmeticOperator arithmetic, long left, long right, bool isTrusted)
    {
        try
        {
            switch (arithmetic)
            {
                case ArithmeticOperator.Add:
                    return new JinjaInteger(checked(left + right), isTrusted);
                case ArithmeticOperator.Subtract:
                    return new JinjaInteger(checked(left - right), isTrusted);
                case ArithmeticOperator.Multiply:
                    return new JinjaInteger(checked(left * right), isTrusted);
                case ArithmeticOperator.DivideWhole when right != 0:
                    var quotient = checked(left / right);
                    return new JinjaInteger(left % right != 0 && (left < 0) != (right < 0) ? quotient - 1 : quotient, isTrusted);
                case ArithmeticOperator.Remainder when right is not (0 or -1):
                    var remainder = left % right;
                    return new JinjaInteger(remainder != 0 && (remainder < 0) != (right < 0) ? remainder + right : remainder, isTrusted);
                case ArithmeticOperator.Remainder when right == -1:
                    return new JinjaInteger(0, isTrusted);
                case ArithmeticOperator.Power when right >= 0:
                    return new JinjaInteger(Power(left, right), isTrusted);
                default:
                    return new JinjaFloat(OfFloats(arithmetic, left, right), isTrusted);
            }
        }
        catch (OverflowException)
        {
            throw JinjaFailure.Operation($"The result of {Sign(arithmetic)} does not fit into 64 bits; use floats.");
        }
    }

    private static double OfFloats(ArithmeticOperator arithmetic, double left, double right)
    {
        if (right == 0 && arithmetic is ArithmeticOperator.Divide or ArithmeticOperator.DivideWhole or ArithmeticOperator.Remainder)
        {
            throw JinjaFailure.Operation("A number is divided by 0; test for it first.");
        }

        return arithmetic switch
        {
            ArithmeticOperator.Add => left + right,
            ArithmeticOperator.Subtract => left - right,
            ArithmeticOperator.Multiply => left * right,
            ArithmeticOperator.Divide => left / right,
            ArithmeticOperator.DivideWhole => Math.Floor(left / right),
            ArithmeticOperator.Remainder => left - (right * Math.Floor(left / right)),
            _ => Math.Pow(left, right),
        };
    }

    private static long Power(long number, long exponent)
    {
        var result = 1L;
        while (true)
        {
            if ((exponent & 1) == 1)
            {
                result = checked(result * number);
            }

            exponent >>= 1;
            if (exponent == 0)
            {
                return result;
            }

            number = checked(number * number);
        }
    }

    private static string Sign(ArithmeticOperator arithmetic) => arithmetic switch
    {
        ArithmeticOperator.Add => "+",
        ArithmeticOperator.Subtract => "-",
        ArithmeticOperator.Concatenate => "~",
        ArithmeticOperator.Multiply => "*",
        ArithmeticOperator.Divide => "/",
        ArithmeticOperator.DivideWhole => "//",
        ArithmeticOperator.Remainder => "%",
        _ => "**",
    };
}
