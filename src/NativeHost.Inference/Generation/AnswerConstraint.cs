using NativeHost.Inference.Chat;
using NativeHost.Inference.Constraints;

namespace NativeHost.Inference.Generation;

/// <summary>Puts what holds for an answer behind what its model may think before.</summary>
internal static class AnswerConstraint
{
    // What models write between their thoughts and their answers.
    private static readonly RegexSpec Space = new(@"\s{0,4}");

    /// <param name="answer">What the answer has to look like.</param>
    /// <param name="reading">How the model's output is read; null where it does not think.</param>
    public static ConstraintSpec Of(ConstraintSpec answer, OutputReading? reading)
    {
        if (reading?.Format.Reasoning is not { } reasoning)
        {
            return answer;
        }

        var thought = new UntilSpec([new ConstraintTrigger(reasoning.Close, new SequenceSpec([Space, answer]))], MayEnd: false);
        return reading.IsInReasoning
            ? thought
            : new AlternativesSpec([answer, new SequenceSpec([new ControlSpec(reasoning.Open), thought])]);
    }
}
