namespace NativeHost.Jinja.Evaluation;

/// <summary>What a function, filter, test or method is called with.</summary>
/// <param name="name">Of what is called, for messages.</param>
/// <param name="positional">In order.</param>
/// <param name="named">In order.</param>
internal sealed class CallArguments(string name, JinjaValue[] positional, KeyValuePair<string, JinjaValue>[] named)
{
    public string Name { get; } = name;

    public JinjaValue[] Positional { get; } = positional;

    public KeyValuePair<string, JinjaValue>[] Named { get; } = named;

    public static CallArguments None(string name) => new(name, [], []);

    /// <summary>Fails unless there are no other arguments than these, in this order or by name.</summary>
    public void Accept(params ReadOnlySpan<string> names)
    {
        if (Positional.Length > names.Length)
        {
            throw JinjaFailure.Operation($"{Name} takes {names.Length} arguments at most, {Positional.Length} are given.");
        }

        foreach (var (given, _) in Named)
        {
            if (!names.Contains(given))
            {
                throw JinjaFailure.Operation(names.IsEmpty
                    ? $"{Name} takes no arguments, {given} is given."
                    : $"{Name} has no argument {given}; it takes {string.Join(", ", names.ToArray())}.");
            }
        }
    }

    /// <summary>An argument, or null where it is not given.</summary>
    public JinjaValue? Get(int index, string name)
    {
        if (index < Positional.Length)
        {
            return Positional[index];
        }

        foreach (var (given, value) in Named)
        {
            if (given == name)
            {
                return value;
            }
        }

        return null;
    }

    public JinjaValue Require(int index, string name)
        => Get(index, name) ?? throw JinjaFailure.Operation($"{Name} needs the argument {name}.");

    public bool GetBoolean(int index, string name, bool otherwise) => Get(index, name)?.IsTrue ?? otherwise;

    /// <summary>An integer; none counts as not given.</summary>
    public int GetInteger(int index, string name, int otherwise) => Get(index, name) switch
    {
        null or { IsNone: true } => otherwise,
        JinjaInteger number => (int)Math.Clamp(number.Value, int.MinValue, int.MaxValue),
        { IsBoolean: true } flag => flag.IsTrue ? 1 : 0,
        var other => throw JinjaFailure.Operation($"{Name} needs an integer as {name}, not {other.Description}."),
    };

    /// <summary>A text, or null where none is given.</summary>
    public JinjaString? GetText(int index, string name) => Get(index, name) switch
    {
        null or { IsNone: true } => null,
        JinjaString text => text,
        var other => throw JinjaFailure.Operation($"{Name} needs a text as {name}, not {other.Description}."),
    };

    public JinjaString RequireText(int index, string name)
        => GetText(index, name) ?? throw JinjaFailure.Operation($"{Name} needs a text as {name}.");
}
