using System.Collections.Frozen;

namespace NativeHost.Jinja.Evaluation;

/// <summary>The functions that every template has.</summary>
internal static class GlobalFunctions
{
    private static readonly FrozenDictionary<string, JinjaFunction> All = new Dictionary<string, JinjaFunction>
    {
        ["range"] = new(Range),
        ["namespace"] = new(Namespace),
        ["dict"] = new(Dictionary),
        ["raise_exception"] = new(Raise),
        ["strftime_now"] = new(FormatNow),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The function of a name that the context does not have; null if there is none.</summary>
    public static JinjaFunction? Find(string name) => All.GetValueOrDefault(name);

    private static JinjaList Range(RenderState state, CallArguments arguments)
    {
        arguments.Accept("start", "stop", "step");
        var (start, stop, step) = arguments.Positional.Length == 1
            ? (0L, Integer(arguments, 0), 1L)
            : (Integer(arguments, 0), Integer(arguments, 1), arguments.Positional.Length > 2 ? Integer(arguments, 2) : 1L);
        if (step == 0)
        {
            throw JinjaFailure.Operation("The step of a range cannot be 0.");
        }

        var span = step > 0 ? (decimal)stop - start : (decimal)start - stop;
        var count = span <= 0 ? 0 : decimal.Ceiling(span / Math.Abs((decimal)step));
        if (count > state.Budget.MaxRange)
        {
            throw JinjaFailure.Limit($"A range of {count} is larger than {state.Budget.MaxRange}; the template loops.");
        }

        state.Budget.Charge((int)count);
        var isTrusted = arguments.Positional.All(argument => argument is JinjaInteger { IsTrusted: true });
        var items = new List<JinjaValue>((int)count);
        for (var i = 0L; i < (long)count; i++)
        {
            items.Add(new JinjaInteger(start + (i * step), isTrusted));
        }

        return new JinjaList(items);
    }

    private static long Integer(CallArguments arguments, int index) => arguments.Require(index, "stop") is JinjaInteger number
        ? number.Value
        : throw JinjaFailure.Operation($"{arguments.Name} needs integers, not {arguments.Positional[index].Description}.");

    private static JinjaNamespace Namespace(RenderState state, CallArguments arguments)
    {
        var space = new JinjaNamespace();
        Fill(space.Attributes, state, arguments);
        return space;
    }

    private static JinjaDict Dictionary(RenderState state, CallArguments arguments)
    {
        var dictionary = new JinjaDict();
        Fill(dictionary, state, arguments);
        return dictionary;
    }

    /// <summary>From a dictionary or a list of pairs, and from named arguments.</summary>
    private static void Fill(JinjaDict dictionary, RenderState state, CallArguments arguments)
    {
        if (arguments.Positional.Length > 1)
        {
            throw JinjaFailure.Operation($"{arguments.Name} takes one dictionary at most.");
        }

        if (arguments.Positional is [var given])
        {
            var pairs = given is JinjaDict other ? Methods.DictionaryMethods.Items(other, state.Budget).Items : Sequences.Of(given, state);
            foreach (var pair in pairs)
            {
                var parts = Sequences.Of(pair, state);
                if (parts.Count != 2)
                {
                    throw JinjaFailure.Operation($"{arguments.Name} needs pairs of a key and a value.");
                }

                dictionary.Set(parts[0], parts[1]);
            }
        }

        foreach (var (name, value) in arguments.Named)
        {
            // The name may have come with two stars from the context.
            dictionary.Set(JinjaString.Untrusted(name), value);
        }
    }

    private static JinjaValue Raise(RenderState state, CallArguments arguments)
    {
        arguments.Accept("message");
        throw new JinjaFailure(JinjaErrorKind.Raised, Texts.Of(arguments.Require(0, "message"), state).Text);
    }

    private static JinjaString FormatNow(RenderState state, CallArguments arguments)
    {
        arguments.Accept("format");
        var format = arguments.RequireText(0, "format");
        var text = StrftimeFormat.Apply(format.Text, state.Time.GetLocalNow());
        state.Budget.ChargeText(text.Length);
        return new JinjaString(text, format.IsTrusted, []);
    }
}
