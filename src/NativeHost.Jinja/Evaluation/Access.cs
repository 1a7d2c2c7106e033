using NativeHost.Jinja.Methods;

namespace NativeHost.Jinja.Evaluation;

/// <summary>Attributes, elements and slices of values.</summary>
internal static class Access
{
    /// <summary><c>target.name</c>: what a dictionary has under the name, else a method; undefined if there is neither.</summary>
    public static JinjaValue Member(JinjaValue target, JinjaString name)
    {
        switch (target)
        {
            case JinjaDict dictionary when dictionary.TryGet(name, out var value):
                return value;
            case JinjaNamespace space when space.Attributes.TryGet(name, out var value):
                return value;
            case Loop loop:
                return loop.Attribute(name.Text);
            case JinjaList list when name.Text == "length":
                return new JinjaInteger(list.Items.Count, isTrusted: false);
            case JinjaString text when name.Text == "length":
                return new JinjaInteger(text.Length, isTrusted: false);
            default:
                return MethodTable.Bind(target, name.Text) ?? JinjaValue.Undefined;
        }
    }

    /// <summary><c>target[index]</c>: undefined if it is not there.</summary>
    /// <exception cref="JinjaFailure">The target has no elements.</exception>
    public static JinjaValue Element(JinjaValue target, JinjaValue index)
    {
        switch (target)
        {
            case JinjaDict dictionary when index is not (JinjaList or JinjaDict) && dictionary.TryGet(index, out var value):
                return value;
            case JinjaList list when index is JinjaInteger at:
                return TryPosition(at.Value, list.Items.Count, out var position) ? list.Items[position] : JinjaValue.Undefined;
            case JinjaString text when index is JinjaInteger at:
                return TryPosition(at.Value, text.Length, out var character)
                    ? new JinjaString(text.Text[character].ToString(), text.IsTrustedAt(character), [])
                    : JinjaValue.Undefined;
            case { IsUndefined: true } when index is not JinjaString:
                throw JinjaFailure.Operation($"An undefined value has no element under {index.Description}; test it with is defined first.");
            default:
                return index is JinjaString name ? Member(target, name) : JinjaValue.Undefined;
        }
    }

    /// <summary><c>target[start:stop:step]</c> with Python's rules for what is left out, negative or too large.</summary>
    /// <exception cref="JinjaFailure">The target is no list and no text, or a bound is no integer.</exception>
    public static JinjaValue Slice(JinjaValue target, JinjaValue? start, JinjaValue? stop, JinjaValue? step, RenderBudget budget)
    {
        var length = target switch
        {
            JinjaList items => items.Items.Count,
            JinjaString text => text.Length,
            _ => throw JinjaFailure.Operation($"{target.Description} cannot be sliced; a list or a text is needed."),
        };
        var stride = Bound(step) ?? 1;
        if (stride == 0)
        {
            throw JinjaFailure.Operation("The step of a slice cannot be 0.");
        }

        var first = Clamp(Bound(start) ?? (stride > 0 ? 0 : length - 1), length, stride, start is null);
        var last = Clamp(Bound(stop) ?? (stride > 0 ? length : -1), length, stride, stop is null or { IsNone: true } or { IsUndefined: true });
        if (stride == 1 && target is JinjaString whole)
        {
            return whole.Slice((int)first, (int)Math.Max(0, last - first), budget);
        }

        var positions = new List<int>();
        for (var at = first; stride > 0 ? at < last : at > last; at += stride)
        {
            budget.Step();
            positions.Add((int)at);
        }

        if (target is JinjaList list)
        {
            return new JinjaList(positions.ConvertAll(at => list.Items[at]), isFrozen: false);
        }

        var builder = new TextBuilder(budget);
        positions.ForEach(at => builder.Append((JinjaString)target, at, 1));
        return builder.ToText();
    }

    private static bool TryPosition(long index, int count, out int position)
    {
        var at = index < 0 ? index + count : index;
        position = (int)Math.Clamp(at, 0, int.MaxValue);
        return at >= 0 && at < count;
    }

    private static long? Bound(JinjaValue? value) => value switch
    {
        null or { IsNone: true } or { IsUndefined: true } => null,
        JinjaInteger number => Math.Clamp(number.Value, int.MinValue, int.MaxValue),
        _ => throw JinjaFailure.Operation($"A bound of a slice is an integer, not {value.Description}."),
    };

    /// <summary>A bound within the sequence; -1 is before it and counts from the end only if it was written.</summary>
    private static long Clamp(long bound, int length, long step, bool isOmitted)
    {
        if (bound < 0 && !isOmitted)
        {
            bound += length;
        }

        return step > 0 ? Math.Clamp(bound, 0, length) : Math.Clamp(bound, -1, length - 1);
    }
}
