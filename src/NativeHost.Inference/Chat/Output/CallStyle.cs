using NativeHost.Inference.Chat.Output.Calls;

namespace NativeHost.Inference.Chat.Output;

/// <summary>How a family of models calls tools. A style is data; what reads it are the few grammars.</summary>
/// <param name="Name">For people.</param>
/// <param name="Grammars">What is tried where a call may begin, in this order. The first is what models are made to write.</param>
internal sealed record CallStyle(string Name, IReadOnlyList<CallGrammar> Grammars)
{
    public CallIdForm Ids { get; init; }

    /// <summary>A text at the prompt's end that the first call begins with; null where prompts do not begin calls.</summary>
    public string? PromptEnd { get; init; }

    /// <summary>Texts around calls that say nothing to the user.</summary>
    public IReadOnlyList<string> Silent { get; init; } = [];

    /// <summary>What a template of the style tells the model, if it does not write calls itself.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];

    /// <summary>All texts that may hold control tokens.</summary>
    public IEnumerable<string> Texts => [.. Grammars.SelectMany(grammar => grammar.Texts), .. Silent];
}
