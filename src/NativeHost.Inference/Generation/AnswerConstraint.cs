using NativeHost.Inference.Chat;
using NativeHost.Inference.Chat.Output;
using NativeHost.Inference.Constraints;

namespace NativeHost.Inference.Generation;

/// <summary>Makes what holds for a whole output of what holds for the answer and its calls: behind what the model may think before.</summary>
/// <remarks>Safe to call from any thread.</remarks>
/// <param name="controlTexts">Those of the model's vocabulary.</param>
internal sealed class AnswerConstraint(IReadOnlyList<string> controlTexts)
{
    // What models write between their thoughts and their answers.
    private static readonly RegexSpec Space = new(@"\s{0,4}");

    /// <param name="request">What its answer has to look like, and which tools it may or has to call.</param>
    /// <param name="reading">How the model's output is read; null where it neither thinks nor calls.</param>
    /// <returns>Null for anything.</returns>
    public ConstraintSpec? Of(GenerationRequest request, OutputReading? reading)
    {
        var style = request.Tools.Count > 0 && request.ToolUse != ToolUse.None ? reading?.Format.Calls : null;
        var calls = style is null ? null : ShapeOf(request, style, reading!);
        if (calls is not null && request.ToolUse == ToolUse.Required)
        {
            return SpecOf(calls.Required(reading!.Format.Reasoning, reading.IsInReasoning));
        }

        var answer = calls is null ? request.Constraint : WithCalls(request, calls);
        if (answer is null || reading?.Format.Reasoning is not { } reasoning)
        {
            return answer;
        }

        // A model that may say what it likes may also end while it thinks.
        var thought = new UntilSpec([new ConstraintTrigger(reasoning.Close, new SequenceSpec([Space, answer]))], MayEnd: request.Constraint is null);
        return reading.IsInReasoning
            ? thought
            : new AlternativesSpec([answer, new SequenceSpec([new ControlSpec(reasoning.Open), thought])]);
    }

    /// <summary>Whether a request has any.</summary>
    public static bool IsNeeded(GenerationRequest request) => request.Constraint is not null || (request.Tools.Count > 0 && request.ToolUse != ToolUse.None);

    private static CallShape ShapeOf(GenerationRequest request, CallStyle style, OutputReading reading)
    {
        var tools = request.RequiredTool is { } name ? [.. request.Tools.Where(tool => tool.Name == name)] : request.Tools;
        return CallShape.For(style, tools, request.AllowsParallelCalls && reading.CallsSeveral, reading.PromptEnd);
    }

    private ConstraintSpec? WithCalls(GenerationRequest request, CallShape shape)
        => request.Constraint is { } answer ? new AlternativesSpec([answer, SpecOf(shape.Whole)])

            // As the model likes, until it begins to call.
            : shape is { Trigger: { } trigger, AfterTrigger: { } after } ? new UntilSpec([new ConstraintTrigger(trigger, SpecOf(after))], MayEnd: true)
            : null;

    private ConstraintSpec SpecOf(ShapePart part) => part switch
    {
        ShapePart.Literal literal => TextOf(literal.Text),
        ShapePart.Json json => json.Schema is { } schema && IsSupported(schema) ? new JsonSchemaSpec(schema) : new JsonValueSpec(IsObject: true),
        ShapePart.TextUntil until => new UntilSpec([new ConstraintTrigger(until.End, new LiteralSpec(""))], MayEnd: false),
        ShapePart.Sequence sequence => new SequenceSpec([.. sequence.Parts.Select(SpecOf)]),
        ShapePart.Choice choice => new AlternativesSpec([.. choice.Parts.Select(SpecOf)]),
        ShapePart.Optional optional => new RepeatSpec(SpecOf(optional.Part), 0, 1),
        ShapePart.Repeated repeated when repeated.Separator.Length == 0 => new RepeatSpec(SpecOf(repeated.Part), 1, null),
        ShapePart.Repeated repeated => new SequenceSpec(
            [SpecOf(repeated.Part), new RepeatSpec(new SequenceSpec([TextOf(repeated.Separator), SpecOf(repeated.Part)]), 0, null)]),
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "No such part."),
    };

    /// <summary>A text, in which control texts mean their tokens.</summary>
    private SequenceSpec TextOf(string text)
    {
        var parts = new List<ConstraintSpec>();
        var plainFrom = 0;
        for (var at = 0; at < text.Length;)
        {
            var control = controlTexts.Where(one => one.Length > 0 && string.CompareOrdinal(text, at, one, 0, one.Length) == 0).MaxBy(one => one.Length);
            if (control is null)
            {
                at++;
                continue;
            }

            if (at > plainFrom)
            {
                parts.Add(new LiteralSpec(text[plainFrom..at]));
            }

            parts.Add(new ControlSpec(control));
            at += control.Length;
            plainFrom = at;
        }

        if (plainFrom < text.Length)
        {
            parts.Add(new LiteralSpec(text[plainFrom..]));
        }

        return new SequenceSpec(parts);
    }

    // A tool is of use though its schema says more than can be held to: the model reads it anyway.
    private static bool IsSupported(string schema)
    {
        try
        {
            ConstraintCompiler.Check(new JsonSchemaSpec(schema));
            return true;
        }
        catch (ConstraintException)
        {
            return false;
        }
    }
}
