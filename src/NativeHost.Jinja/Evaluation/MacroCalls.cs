using NativeHost.Jinja.Syntax;

namespace NativeHost.Jinja.Evaluation;

/// <summary>Makes functions of macros, and calls them.</summary>
/// <param name="state">Of the rendering.</param>
/// <param name="evaluator">Computes arguments and defaults.</param>
/// <param name="capture">Gives what a body makes.</param>
internal sealed class MacroCalls(RenderState state, Evaluator evaluator, Func<Statement[], Scope, JinjaString> capture)
{
    /// <summary>The macro as a function, whose body sees the names around its definition.</summary>
    public JinjaFunction Define(MacroDefinition definition, Scope scope)
        => new((_, arguments) => Run(definition, arguments, new Scope(scope)));

    /// <summary>Calls a macro and hands it the body as <c>caller</c>.</summary>
    public JinjaValue CallWithBody(CallBlock block, Scope scope)
    {
        var callee = evaluator.Evaluate(block.Callee.Callee, scope);
        var arguments = evaluator.EvaluateArguments("The macro", block.Callee.Arguments, scope);
        var caller = KeyValuePair.Create<string, JinjaValue>("caller", Define(block.Body, scope));
        return evaluator.Invoke(callee, new CallArguments(arguments.Name, arguments.Positional, [.. arguments.Named, caller]), block.Offset);
    }

    private JinjaString Run(MacroDefinition definition, CallArguments arguments, Scope scope)
    {
        var parameters = definition.Parameters;
        Check(definition, arguments);
        for (var i = 0; i < parameters.Length; i++)
        {
            var value = arguments.Get(i, parameters[i].Name)
                ?? (parameters[i].Default is { } otherwise ? evaluator.Evaluate(otherwise, scope) : JinjaValue.Undefined);
            scope.Set(parameters[i].Name, value);
        }

        if (definition.Uses.Contains("varargs"))
        {
            scope.Set("varargs", new JinjaList([.. arguments.Positional.Skip(parameters.Length)], isFrozen: false));
        }

        if (definition.Uses.Contains("kwargs"))
        {
            var more = new JinjaDict();
            foreach (var (name, value) in arguments.Named.Where(pair => pair.Key != "caller" && !IsParameter(definition, pair.Key)))
            {
                // The name may have come with two stars from the context.
                more.Set(JinjaString.Untrusted(name), value);
            }

            scope.Set("kwargs", more);
        }

        if (definition.Uses.Contains("caller"))
        {
            scope.Set("caller", arguments.Get(int.MaxValue, "caller") ?? JinjaValue.Undefined);
        }

        return capture(definition.Body, scope);
    }

    /// <summary>Fails where an argument has no parameter and the body does not ask for the rest.</summary>
    private void Check(MacroDefinition definition, CallArguments arguments)
    {
        state.Budget.Charge(1 + arguments.Named.Length);
        if (arguments.Positional.Length > definition.Parameters.Length && !definition.Uses.Contains("varargs"))
        {
            throw JinjaFailure.Operation(
                $"The macro {definition.Name} takes {definition.Parameters.Length} arguments at most, {arguments.Positional.Length} are given.");
        }

        foreach (var (name, _) in arguments.Named)
        {
            var position = Array.FindIndex(definition.Parameters, parameter => parameter.Name == name);
            var isTaken = name == "caller" && definition.Uses.Contains(name) || position < 0 && definition.Uses.Contains("kwargs");
            if (!isTaken && (position < 0 || position < arguments.Positional.Length))
            {
                throw JinjaFailure.Operation($"The macro {definition.Name} has no argument {name}, or has it twice.");
            }
        }
    }

    private static bool IsParameter(MacroDefinition definition, string name)
        => Array.Exists(definition.Parameters, parameter => parameter.Name == name);
}
