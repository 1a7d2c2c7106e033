using NativeHost.Jinja.Filters;
using NativeHost.Jinja.Methods;
using NativeHost.Jinja.Syntax;

namespace NativeHost.Jinja.Evaluation;

/// <summary>Computes the values of expressions.</summary>
internal sealed class Evaluator(RenderState state)
{
    private readonly RenderBudget _budget = state.Budget;

    /// <exception cref="JinjaFailure">An operation cannot be done, or a limit was reached; <see cref="RenderState.Offset"/> says where.</exception>
    public JinjaValue Evaluate(Expression expression, Scope scope)
    {
        _budget.Step();
        switch (expression)
        {
            case Constant constant:
                return constant.Value;
            case Name name:
                return scope.Find(name.Identifier);
        }

        _budget.Enter();
        var value = EvaluateComposed(expression, scope);
        _budget.Leave();
        return value;
    }

    /// <summary>Whether the value of a condition counts as true.</summary>
    public bool IsTrue(Expression condition, Scope scope) => Evaluate(condition, scope).IsTrue;

    private JinjaValue EvaluateComposed(Expression expression, Scope scope)
    {
        switch (expression)
        {
            case Member member:
                return Access.Member(Evaluate(member.Target, scope), member.Name);
            case Comparison comparison:
                return JinjaValue.Of(Holds(comparison, scope));
            case Subscript subscript:
                var (target, index) = (Evaluate(subscript.Target, scope), Evaluate(subscript.Index, scope));
                state.Offset = subscript.Offset;
                return Access.Element(target, index);
            case Test test:
                return JinjaValue.Of(Passes(test, scope) != test.IsNegated);
            case And and:
                var first = Evaluate(and.Left, scope);
                return first.IsTrue ? Evaluate(and.Right, scope) : first;
            case Or or:
                var left = Evaluate(or.Left, scope);
                return left.IsTrue ? left : Evaluate(or.Right, scope);
            case Not not:
                return JinjaValue.Of(!IsTrue(not.Operand, scope));
            case Arithmetic arithmetic:
                var (one, other) = (Evaluate(arithmetic.Left, scope), Evaluate(arithmetic.Right, scope));
                state.Offset = arithmetic.Offset;
                return Operators.Apply(arithmetic.Operator, one, other, state);
            case Call call:
                return EvaluateCall(call, scope);
            case Filter filter:
                return EvaluateFilter(filter, scope);
            case Conditional conditional:
                return IsTrue(conditional.Condition, scope) ? Evaluate(conditional.Then, scope)
                    : conditional.Otherwise is null ? JinjaValue.Undefined : Evaluate(conditional.Otherwise, scope);
            case Slice slice:
                return EvaluateSlice(slice, scope);
            case ListDisplay list:
                return new JinjaList([.. EvaluateAll(list.Items, scope)], isFrozen: false);
            case DictionaryDisplay dictionary:
                return EvaluateDictionary(dictionary, scope);
            case Sign sign:
                var operand = Evaluate(sign.Operand, scope);
                state.Offset = sign.Offset;
                return sign.IsNegative ? Operators.Negate(operand) : Operators.Negate(Operators.Negate(operand));
            default:
                throw new InvalidOperationException($"No rule for {expression.GetType().Name}.");
        }
    }

    private bool Holds(Comparison comparison, Scope scope)
    {
        var left = Evaluate(comparison.First, scope);
        foreach (var step in comparison.Steps)
        {
            var right = Evaluate(step.Right, scope);
            state.Offset = comparison.Offset;
            var holds = step.Operator switch
            {
                ComparisonOperator.Equal => Comparisons.AreEqual(left, right, _budget),
                ComparisonOperator.NotEqual => !Comparisons.AreEqual(left, right, _budget),
                ComparisonOperator.In => Comparisons.Contains(right, left, _budget),
                ComparisonOperator.NotIn => !Comparisons.Contains(right, left, _budget),
                ComparisonOperator.Less => Comparisons.Compare(left, right, _budget) < 0,
                ComparisonOperator.LessOrEqual => Comparisons.Compare(left, right, _budget) <= 0,
                ComparisonOperator.Greater => Comparisons.Compare(left, right, _budget) > 0,
                _ => Comparisons.Compare(left, right, _budget) >= 0,
            };
            if (!holds)
            {
                return false;
            }

            left = right;
        }

        return true;
    }

    private bool Passes(Test test, Scope scope)
    {
        var target = Evaluate(test.Target, scope);
        var arguments = EvaluateArguments(test.Name, test.Arguments, scope);
        state.Offset = test.Offset;
        return TestTable.Passes(state, test.Name, target, arguments);
    }

    private JinjaValue EvaluateFilter(Filter filter, Scope scope)
    {
        var target = Evaluate(filter.Target, scope);
        var arguments = EvaluateArguments(filter.Name, filter.Arguments, scope);
        state.Offset = filter.Offset;
        return FilterTable.Apply(state, filter.Name, target, arguments);
    }

    private JinjaValue EvaluateCall(Call call, Scope scope)
    {
        if (call.Callee is Member member)
        {
            return EvaluateMethodCall(call, member, scope);
        }

        var callee = Evaluate(call.Callee, scope);
        return Invoke(callee, EvaluateArguments((call.Callee as Name)?.Identifier ?? "The function", call.Arguments, scope), call.Offset);
    }

    private JinjaValue EvaluateMethodCall(Call call, Member member, Scope scope)
    {
        var target = Evaluate(member.Target, scope);
        var name = member.Name.Text;
        var arguments = EvaluateArguments(name, call.Arguments, scope);
        state.Offset = call.Offset;

        // A dictionary may hold a function; any other value under the name of a method does not hide the method.
        if (!(target is JinjaDict dictionary && dictionary.TryGet(member.Name, out var held) && held is JinjaFunction)
            && MethodTable.TryInvoke(state, target, name, arguments) is { } result)
        {
            return result;
        }

        var callee = Access.Member(target, member.Name);
        return callee is JinjaFunction or Loop
            ? Invoke(callee, arguments, call.Offset)
            : throw JinjaFailure.Operation($"{target.Description} has no method {name}.");
    }

    /// <summary>Calls a value that an expression gave.</summary>
    /// <exception cref="JinjaFailure">It is no function, or the function failed.</exception>
    public JinjaValue Invoke(JinjaValue callee, CallArguments arguments, int offset)
    {
        state.Offset = offset;
        _budget.Enter();
        var result = callee switch
        {
            JinjaFunction function => function.Invoke(state, arguments),
            Loop loop => loop.Invoke(arguments),
            _ => throw JinjaFailure.Operation($"{arguments.Name} is {callee.Description} and cannot be called; test it with is defined first."),
        };
        _budget.Leave();
        return result;
    }

    /// <summary>Computes what a call hands over.</summary>
    public CallArguments EvaluateArguments(string name, Arguments arguments, Scope scope)
    {
        if (ReferenceEquals(arguments, Arguments.None))
        {
            return CallArguments.None(name);
        }

        var positional = EvaluateAll(arguments.Positional, scope);
        var named = arguments.Named.Length == 0
            ? []
            : Array.ConvertAll(arguments.Named, pair => KeyValuePair.Create(pair.Key, Evaluate(pair.Value, scope)));
        if (arguments.MorePositional is not null)
        {
            positional = [.. positional, .. Sequences.Of(Evaluate(arguments.MorePositional, scope), state)];
        }

        if (arguments.MoreNamed is not null)
        {
            named = [.. named, .. Evaluate(arguments.MoreNamed, scope) is JinjaDict more
                ? more.Entries.Select(entry => KeyValuePair.Create(Texts.Of(entry.Key, state).Text, entry.Value))
                : throw JinjaFailure.Operation("Two stars need a dictionary behind them.")];
        }

        return new CallArguments(name, positional, named);
    }

    private JinjaValue[] EvaluateAll(Expression[] expressions, Scope scope)
    {
        var values = expressions.Length == 0 ? [] : new JinjaValue[expressions.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Evaluate(expressions[i], scope);
        }

        return values;
    }

    private JinjaValue EvaluateSlice(Slice slice, Scope scope)
    {
        var target = Evaluate(slice.Target, scope);
        var start = slice.Start is null ? null : Evaluate(slice.Start, scope);
        var stop = slice.Stop is null ? null : Evaluate(slice.Stop, scope);
        var step = slice.Step is null ? null : Evaluate(slice.Step, scope);
        state.Offset = slice.Offset;
        return Access.Slice(target, start, stop, step, _budget);
    }

    private JinjaDict EvaluateDictionary(DictionaryDisplay display, Scope scope)
    {
        var dictionary = new JinjaDict();
        foreach (var (key, value) in display.Entries)
        {
            var name = Evaluate(key, scope);
            var held = Evaluate(value, scope);
            state.Offset = display.Offset;
            dictionary.Set(name, held);
        }

        return dictionary;
    }
}
