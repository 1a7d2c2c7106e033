using NativeHost.Jinja.Evaluation;
using NativeHost.Jinja.Syntax;

namespace NativeHost.Jinja;

/// <summary>A chat template: a text in the Jinja language that makes a prompt of messages.</summary>
/// <remarks>Read once, it can be rendered from any thread, also by several at once.</remarks>
public sealed class JinjaTemplate
{
    private readonly string _source;
    private readonly Statement[] _body;

    private JinjaTemplate(string source, Statement[] body)
    {
        _source = source;
        _body = body;
    }

    /// <summary>Reads a template.</summary>
    /// <exception cref="JinjaException">It is not written in the language, is too long or nests too deep.</exception>
    public static JinjaTemplate Parse(string source)
    {
        var normal = Lexer.Normalize(source);
        return new JinjaTemplate(normal, Parser.Parse(normal));
    }

    /// <summary>Makes the text.</summary>
    /// <param name="context">The variables. It and what it holds is not changed.</param>
    /// <param name="limits">How much it may cost.</param>
    /// <param name="time">What <c>strftime_now</c> tells, in its local zone.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    /// <exception cref="JinjaException">The template refuses the context, does something that cannot be done, or reaches a limit.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public RenderedText Render(JinjaDict context, RenderLimits limits, TimeProvider time, CancellationToken cancellationToken)
    {
        var budget = new RenderBudget(limits, cancellationToken);
        var state = new RenderState(budget, time);
        var output = new TextBuilder(budget, limits.MaxOutputCharacters);
        try
        {
            new Interpreter(state).Run(_body, new Scope(Variables(context)), output);
            var text = output.ToText();
            return new RenderedText(text.Text, [.. text.RunsOf(0, text.Length)]);
        }
        catch (JinjaFailure failure)
        {
            throw JinjaException.At(_source, state.Offset, failure.Kind, failure.Message);
        }
    }

    private static Dictionary<string, JinjaValue> Variables(JinjaDict context)
    {
        var variables = new Dictionary<string, JinjaValue>(StringComparer.Ordinal);
        foreach (var (name, value) in context.Entries)
        {
            if (name is JinjaString text)
            {
                variables[text.Text] = value;
            }
        }

        return variables;
    }
}
