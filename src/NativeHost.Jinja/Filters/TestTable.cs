using System.Collections.Frozen;
using NativeHost.Jinja.Evaluation;
using NativeHost.Jinja.Methods;

namespace NativeHost.Jinja.Filters;

/// <summary>All tests, which stand behind <c>is</c>, by their names.</summary>
internal static class TestTable
{
    private delegate bool TestFunction(RenderState state, JinjaValue value, CallArguments arguments);

    private static readonly FrozenDictionary<string, TestFunction> All = new Dictionary<string, TestFunction>
    {
        ["defined"] = Alone(value => !value.IsUndefined),
        ["undefined"] = Alone(value => value.IsUndefined),
        ["none"] = Alone(value => value.IsNone),
        ["true"] = Alone(value => ReferenceEquals(value, JinjaValue.True)),
        ["false"] = Alone(value => ReferenceEquals(value, JinjaValue.False)),
        ["boolean"] = Alone(value => value.IsBoolean),
        ["string"] = Alone(value => value is JinjaString),
        ["number"] = Alone(value => value is JinjaNumber),
        ["integer"] = Alone(value => value is JinjaInteger),
        ["float"] = Alone(value => value is JinjaFloat),
        ["mapping"] = Alone(value => value is JinjaDict),
        ["sequence"] = Alone(value => value is JinjaList or JinjaString or JinjaDict),
        ["iterable"] = Alone(value => value is JinjaList or JinjaString or JinjaDict),
        ["callable"] = Alone(value => value is JinjaFunction),
        ["lower"] = Alone(value => value is JinjaString text && TextTests.IsLower(text.Text)),
        ["upper"] = Alone(value => value is JinjaString text && TextTests.IsUpper(text.Text)),
        ["odd"] = Alone(value => Integer(value) % 2 != 0),
        ["even"] = Alone(value => Integer(value) % 2 == 0),
        ["divisibleby"] = (_, value, arguments) => Integer(arguments.Require(0, "num")) is not 0 and var divisor
            ? divisor is -1 || Integer(value) % divisor == 0
            : throw JinjaFailure.Operation("Nothing is divisible by 0."),
        ["eq"] = Equal,
        ["equalto"] = Equal,
        ["ne"] = (state, value, arguments) => !Equal(state, value, arguments),
        ["sameas"] = (state, value, arguments) => value.GetType() == Other(arguments).GetType() && Equal(state, value, arguments),
        ["lt"] = Ordered(order => order < 0),
        ["lessthan"] = Ordered(order => order < 0),
        ["le"] = Ordered(order => order <= 0),
        ["gt"] = Ordered(order => order > 0),
        ["greaterthan"] = Ordered(order => order > 0),
        ["ge"] = Ordered(order => order >= 0),
        ["in"] = (state, value, arguments) => Comparisons.Contains(Other(arguments), value, state.Budget),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <exception cref="JinjaFailure">There is no such test, or it says nothing about the value.</exception>
    public static bool Passes(RenderState state, string name, JinjaValue value, CallArguments arguments)
    {
        if (!All.TryGetValue(name, out var test))
        {
            throw JinjaFailure.Operation($"There is no test {name} in chat templates.");
        }

        if (value is JinjaString text)
        {
            state.Budget.ChargeScan(text.Length);
        }

        return test(state, value, arguments);
    }

    private static TestFunction Alone(Func<JinjaValue, bool> test) => (_, value, arguments) =>
    {
        arguments.Accept();
        return test(value);
    };

    private static TestFunction Ordered(Func<int, bool> test) => (state, value, arguments) => test(Comparisons.Compare(value, Other(arguments), state.Budget));

    private static bool Equal(RenderState state, JinjaValue value, CallArguments arguments) => Comparisons.AreEqual(value, Other(arguments), state.Budget);

    private static JinjaValue Other(CallArguments arguments) => arguments.Require(0, "other");

    private static long Integer(JinjaValue value) => value is JinjaInteger number
        ? number.Value
        : throw JinjaFailure.Operation($"An integer is needed here, not {value.Description}.");
}
