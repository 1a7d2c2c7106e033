using NativeHost.Inference.Chat.Output;

namespace NativeHost.Inference.Chat;

/// <summary>A request's prompt, and how to read what follows it.</summary>
/// <param name="Tokens">At least one.</param>
/// <param name="Reading">What the answer may hold; null where it is a text and nothing else.</param>
internal sealed record BuiltPrompt(List<Token> Tokens, OutputReading? Reading);

/// <summary>How to read a model's output.</summary>
/// <param name="Format">What it may hold beside its answer.</param>
/// <param name="Pieces">The texts of control tokens that are part of that.</param>
/// <param name="CallsSeveral">Whether the model knows how to call several tools at once.</param>
/// <param name="PromptEnd">The prompt, or its end: it says whether the output begins inside reasoning.</param>
internal sealed record OutputReading(OutputFormat Format, ControlPieces Pieces, bool CallsSeveral, string PromptEnd)
{
    /// <summary>Whether the output begins inside reasoning.</summary>
    public bool IsInReasoning => Format.Reasoning?.IsOpenedBy(PromptEnd) == true;
}
