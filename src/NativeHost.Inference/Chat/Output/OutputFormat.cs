namespace NativeHost.Inference.Chat.Output;

/// <summary>What a model's output may hold beside its answer.</summary>
/// <param name="Calls">How it calls tools; null where it cannot.</param>
/// <param name="Reasoning">How it sets reasoning apart; null where it does not reason.</param>
internal sealed record OutputFormat(CallStyle? Calls, ReasoningStyle? Reasoning)
{
    /// <summary>Only an answer.</summary>
    public static OutputFormat Plain { get; } = new(null, null);

    /// <summary>Those of a vocabulary's control texts that have to be in the text that is parsed.</summary>
    /// <remarks>
    /// Control tokens stand for no bytes (<see cref="ITokenizer.WritePiece"/>), but styles are made of them: where the model generates one of these, its text is
    /// written in its place. <see cref="ControlPieces"/> does it.
    /// </remarks>
    public IReadOnlyList<string> WantedControlTexts(IReadOnlyList<string> controlTexts)
    {
        string[] texts = [.. Calls?.Texts ?? [], .. ReasoningTexts];
        return [.. controlTexts.Where(control => control.Length > 0 && texts.Any(text => text.Contains(control, StringComparison.Ordinal)))];
    }

    private IEnumerable<string> ReasoningTexts => Reasoning is null ? [] : [Reasoning.Open, Reasoning.Close, .. Reasoning.Silent];
}
