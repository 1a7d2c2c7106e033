using NativeHost.Jinja.Syntax;

namespace NativeHost.Jinja.Evaluation;

/// <summary>Runs the statements of a template.</summary>
internal sealed class Interpreter
{
    private readonly RenderState _state;
    private readonly RenderBudget _budget;
    private readonly Evaluator _evaluator;
    private readonly MacroCalls _macros;

    public Interpreter(RenderState state)
    {
        _state = state;
        _budget = state.Budget;
        _evaluator = new Evaluator(state);
        _macros = new MacroCalls(state, _evaluator, Capture);
    }

    /// <summary>How a body ended: at its end, or by a break or continue for the loop around it.</summary>
    private enum Flow
    {
        Next,
        Break,
        Continue,
    }

    /// <exception cref="JinjaFailure">An operation cannot be done, or a limit was reached; <see cref="RenderState.Offset"/> says where.</exception>
    public void Run(Statement[] template, Scope scope, TextBuilder output) => Execute(template, scope, output);

    private Flow Execute(Statement[] body, Scope scope, TextBuilder output)
    {
        _budget.Enter();
        foreach (var statement in body)
        {
            _budget.Step();
            var flow = Execute(statement, scope, output);
            if (flow != Flow.Next)
            {
                _budget.Leave();
                return flow;
            }
        }

        _budget.Leave();
        return Flow.Next;
    }

    private Flow Execute(Statement statement, Scope scope, TextBuilder output)
    {
        switch (statement)
        {
            case TextOutput text:
                _state.Offset = text.Offset;
                output.Append(text.Text);
                return Flow.Next;
            case Print print:
                var printed = _evaluator.Evaluate(print.Value, scope);
                _state.Offset = print.Offset;
                Texts.Append(output, printed, _state);
                return Flow.Next;
            case If choice:
                return Execute(choice, scope, output);
            case Set set:
                Assign(set, scope);
                return Flow.Next;
            case For loop:
                Execute(loop, _evaluator.Evaluate(loop.Iterable, scope), depth: 0, scope, output);
                return Flow.Next;
            case Break:
                return Flow.Break;
            case Continue:
                return Flow.Continue;
            case Generation generation:
                return Execute(generation.Body, scope, output);
            case Do action:
                _evaluator.Evaluate(action.Value, scope);
                return Flow.Next;
            case SetBlock block:
                var text2 = CaptureFiltered(block.Body, block.Value, scope);
                Assign(block.Target, text2, block.Offset, scope);
                return Flow.Next;
            case FilterBlock block:
                Texts.Append(output, CaptureFiltered(block.Body, block.Value, scope), _state);
                return Flow.Next;
            case With with:
                return Execute(with, scope, output);
            case Macro macro:
                scope.Set(macro.Definition.Name, _macros.Define(macro.Definition, scope));
                return Flow.Next;
            case CallBlock call:
                var result = _macros.CallWithBody(call, scope);
                Texts.Append(output, result, _state);
                return Flow.Next;
            default:
                throw new InvalidOperationException($"No rule for {statement.GetType().Name}.");
        }
    }

    private Flow Execute(If choice, Scope scope, TextBuilder output)
    {
        foreach (var branch in choice.Branches)
        {
            if (_evaluator.IsTrue(branch.Condition, scope))
            {
                return Execute(branch.Body, scope, output);
            }
        }

        return choice.Otherwise.Length == 0 ? Flow.Next : Execute(choice.Otherwise, scope, output);
    }

    private void Execute(For loop, JinjaValue iterable, int depth, Scope scope, TextBuilder output)
    {
        _state.Offset = loop.Offset;
        var items = Sequences.Of(iterable, _state);
        if (loop.Condition is not null)
        {
            items = Filter(loop, items, scope);
        }

        // What the body appends to the list is not gone through.
        var count = items.Count;
        var position = new Loop(items, depth, loop.IsRecursive ? deeper => Recurse(loop, deeper, depth + 1, scope) : null);
        for (var i = 0; i < count && i < items.Count; i++)
        {
            _budget.Step();
            var inner = new Scope(scope);
            position.Index = i;
            inner.Set("loop", position);
            Unpack(loop, items[i], inner);
            if (Execute(loop.Body, inner, output) == Flow.Break)
            {
                break;
            }
        }

        if (count == 0)
        {
            Execute(loop.Otherwise, new Scope(scope), output);
        }
    }

    private JinjaString Recurse(For loop, JinjaValue iterable, int depth, Scope scope)
    {
        var output = new TextBuilder(_budget);
        Execute(loop, iterable, depth, scope, output);
        return output.ToText();
    }

    private List<JinjaValue> Filter(For loop, IReadOnlyList<JinjaValue> items, Scope scope)
    {
        var taken = new List<JinjaValue>();
        foreach (var item in items)
        {
            var inner = new Scope(scope);
            Unpack(loop, item, inner);
            if (_evaluator.IsTrue(loop.Condition!, inner))
            {
                taken.Add(item);
            }
        }

        return taken;
    }

    private void Unpack(For loop, JinjaValue item, Scope scope)
    {
        if (loop.Targets.Length == 1)
        {
            scope.Set(loop.Targets[0], item);
            return;
        }

        _state.Offset = loop.Offset;
        var parts = Parts(item, loop.Targets.Length);
        for (var i = 0; i < parts.Count; i++)
        {
            scope.Set(loop.Targets[i], parts[i]);
        }
    }

    private IReadOnlyList<JinjaValue> Parts(JinjaValue value, int count)
    {
        var parts = Sequences.Of(value, _state);
        return parts.Count == count
            ? parts
            : throw JinjaFailure.Operation($"{count} names stand here for {parts.Count} values; they have to be as many.");
    }

    private void Assign(Set set, Scope scope)
    {
        var value = _evaluator.Evaluate(set.Value, scope);
        if (set.Targets.Length == 1)
        {
            Assign(set.Targets[0], value, set.Offset, scope);
            return;
        }

        _state.Offset = set.Offset;
        var parts = Parts(value, set.Targets.Length);
        for (var i = 0; i < parts.Count; i++)
        {
            Assign(set.Targets[i], parts[i], set.Offset, scope);
        }
    }

    private void Assign(SetTarget target, JinjaValue value, int offset, Scope scope)
    {
        if (target.Attribute is null)
        {
            scope.Set(target.Name, value);
            return;
        }

        _state.Offset = offset;
        var space = scope.Find(target.Name) as JinjaNamespace
            ?? throw JinjaFailure.Operation($"{target.Name} is no namespace, so that its attribute cannot be set; make it with namespace().");
        space.Attributes.Set(target.Attribute, value);
    }

    private Flow Execute(With with, Scope scope, TextBuilder output)
    {
        var inner = new Scope(scope);
        foreach (var (name, value) in with.Names)
        {
            inner.Set(name, _evaluator.Evaluate(value, scope));
        }

        return Execute(with.Body, inner, output);
    }

    /// <summary>What a body makes, and what the filters make of it.</summary>
    private JinjaValue CaptureFiltered(Statement[] body, Expression? filters, Scope scope)
    {
        var text = Capture(body, new Scope(scope));
        if (filters is null)
        {
            return text;
        }

        var inner = new Scope(scope);
        inner.Set(FilterBlock.BodyName, text);
        return _evaluator.Evaluate(filters, inner);
    }

    private JinjaString Capture(Statement[] body, Scope scope)
    {
        var output = new TextBuilder(_budget);
        Execute(body, scope, output);
        return output.ToText();
    }
}
