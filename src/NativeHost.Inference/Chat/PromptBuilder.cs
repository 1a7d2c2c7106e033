using NativeHost.Inference.Generation;

namespace NativeHost.Inference.Chat;

/// <summary>Makes a request's prompt tokens, with one model's template and vocabulary.</summary>
/// <remarks>Safe to call from any thread.</remarks>
internal sealed class PromptBuilder
{
    private readonly PromptTokenizer _tokenizer;

    // Read with the first messages: a model whose template cannot be read still takes raw prompts.
    private readonly Lazy<ModelChat> _chat;

    /// <param name="jinja">The model's template text; null where it has none.</param>
    /// <param name="time">For templates that tell the model the date.</param>
    public PromptBuilder(string? jinja, ITokenizer tokenizer, TimeProvider time)
    {
        _tokenizer = new PromptTokenizer(tokenizer);
        _chat = new Lazy<ModelChat>(() => new ModelChat(jinja, tokenizer, time));
    }

    /// <exception cref="UnsupportedTemplateException">There are messages, and the model's template cannot be read or refuses them.</exception>
    /// <exception cref="EngineException">The tokenizer makes no tokens of the text.</exception>
    public BuiltPrompt Build(GenerationRequest request)
    {
        OutputReading? reading = null;

        // Whoever gives a raw prompt has written the model's own words around it, control tokens included.
        var parts = request.Prompt is { } prompt && request.Messages.Count == 0
            ? [new PromptPart(prompt, TextKind.Control)]
            : _chat.Value.Prompt(request, out reading);
        var tokens = _tokenizer.Tokenize(parts);
        return tokens.Count > 0 ? new BuiltPrompt(tokens, reading) : throw new EngineException("The prompt has no tokens, so there is nothing to continue.");
    }
}
