using NativeHost.Jinja.Evaluation;
using NativeHost.Jinja.Methods;

namespace NativeHost.Jinja.Filters;

/// <summary>Filters that take sequences apart and put them together.</summary>
internal static class SequenceFilters
{
    public static Dictionary<string, FilterFunction> All { get; } = new()
    {
        ["length"] = Length,
        ["count"] = Length,
        ["first"] = (state, target, _) => Ends(state, target) is [var first, ..] ? first : JinjaValue.Undefined,
        ["last"] = (state, target, _) => Ends(state, target) is [.., var last] ? last : JinjaValue.Undefined,
        ["list"] = (state, target, _) => new JinjaList([.. Sequences.Of(target, state)], isFrozen: false),
        ["reverse"] = Reverse,
        ["join"] = Join,
        ["sum"] = Sum,
        ["items"] = Items,
        ["batch"] = Batch,
        ["slice"] = Slice,
    };

    /// <summary>The elements, of which only the ends are looked at: that costs nothing in a list.</summary>
    private static IReadOnlyList<JinjaValue> Ends(RenderState state, JinjaValue target) => target is JinjaList list ? list.Items : Sequences.Of(target, state);

    private static JinjaInteger Length(RenderState state, JinjaValue target, CallArguments arguments) => new(target switch
    {
        JinjaString text => text.Length,
        JinjaList list => list.Items.Count,
        JinjaDict dictionary => dictionary.Count,
        { IsUndefined: true } => 0,
        _ => throw JinjaFailure.Operation($"{target.Description} has no length; test it first."),
    });

    private static JinjaValue Reverse(RenderState state, JinjaValue target, CallArguments arguments)
    {
        var items = Sequences.Of(target, state).Reverse().ToList();
        if (target is not JinjaString)
        {
            return new JinjaList(items);
        }

        var output = new TextBuilder(state.Budget);
        items.ForEach(item => output.Append((JinjaString)item));
        return output.ToText();
    }

    private static JinjaString Join(RenderState state, JinjaValue target, CallArguments arguments)
    {
        arguments.Accept("d", "attribute");
        var separator = arguments.GetText(0, "d") ?? JinjaString.Empty;
        var get = arguments.Get(1, "attribute") is { } attribute ? Attributes.Getter(attribute) : null;
        var items = Sequences.Of(target, state);
        var output = new TextBuilder(state.Budget);
        for (var i = 0; i < items.Count; i++)
        {
            output.Append(i == 0 ? JinjaString.Empty : separator);
            Texts.Append(output, get is null ? items[i] : get(items[i]), state);
        }

        return output.ToText();
    }

    private static JinjaValue Sum(RenderState state, JinjaValue target, CallArguments arguments)
    {
        arguments.Accept("attribute", "start");
        var get = arguments.Get(0, "attribute") is { IsNone: false } attribute ? Attributes.Getter(attribute) : item => item;
        var sum = arguments.Get(1, "start") ?? new JinjaInteger(0, isTrusted: true);
        foreach (var item in Sequences.Of(target, state))
        {
            sum = Operators.Apply(Syntax.ArithmeticOperator.Add, sum, get(item), state);
        }

        return sum;
    }

    private static JinjaList Items(RenderState state, JinjaValue target, CallArguments arguments) => target switch
    {
        JinjaDict dictionary => DictionaryMethods.Items(dictionary, state.Budget),
        { IsUndefined: true } => new JinjaList([], isFrozen: false),
        _ => throw JinjaFailure.Operation($"{target.Description} has no items; a dictionary is needed."),
    };

    /// <summary>Lists of a number of elements, the last one filled up if there is something to fill it with.</summary>
    private static JinjaList Batch(RenderState state, JinjaValue target, CallArguments arguments)
    {
        arguments.Accept("linecount", "fill_with");
        var size = Size(arguments, "linecount");
        var batches = new List<JinjaValue>();
        foreach (var chunk in Sequences.Of(target, state).Chunk(size))
        {
            var batch = chunk.ToList();
            if (arguments.Get(1, "fill_with") is { IsNone: false } fill)
            {
                state.Budget.Charge(size - batch.Count);
                batch.AddRange(Enumerable.Repeat(fill, size - batch.Count));
            }

            batches.Add(new JinjaList(batch));
        }

        return new JinjaList(batches);
    }

    /// <summary>A number of lists that share the elements, the first ones one more each.</summary>
    private static JinjaList Slice(RenderState state, JinjaValue target, CallArguments arguments)
    {
        arguments.Accept("slices", "fill_with");
        var count = Size(arguments, "slices");
        state.Budget.Charge(count);
        var items = Sequences.Of(target, state);
        var (each, more) = Math.DivRem(items.Count, count);
        var slices = new List<JinjaValue>();
        var start = 0;
        for (var i = 0; i < count; i++)
        {
            var length = each + (i < more ? 1 : 0);
            var slice = items.Skip(start).Take(length).ToList();
            start += length;
            if (i >= more && arguments.Get(1, "fill_with") is { IsNone: false } fill)
            {
                slice.Add(fill);
            }

            slices.Add(new JinjaList(slice));
        }

        return new JinjaList(slices);
    }

    private static int Size(CallArguments arguments, string name)
    {
        var size = arguments.GetInteger(0, name, 0);
        return size > 0 ? size : throw JinjaFailure.Operation($"{arguments.Name} needs a number above 0 as {name}.");
    }
}
