using NativeHost.Inference.Generation;

namespace NativeHost.Inference.Chat;

/// <summary>Makes a request's prompt tokens, with one model's template and vocabulary.</summary>
/// <param name="jinja">The model's template text; null where it has none.</param>
/// <param name="time">For templates that tell the model the date.</param>
internal sealed class PromptBuilder(string? jinja, ITokenizer tokenizer, TimeProvider time)
{
    private readonly PromptTokenizer _tokenizer = new(tokenizer);

    // Read with the first messages: a model whose template cannot be read still takes raw prompts.
    private ChatTemplate? _template;

    /// <exception cref="UnsupportedTemplateException">There are messages, and the model's template cannot be read or refuses them.</exception>
    /// <exception cref="EngineException">The tokenizer makes no tokens of the text.</exception>
    public List<Token> Build(GenerationRequest request)
    {
        var tokens = _tokenizer.Tokenize(PartsOf(request));
        return tokens.Count > 0 ? tokens : throw new EngineException("The prompt has no tokens, so there is nothing to continue.");
    }

    private IReadOnlyList<PromptPart> PartsOf(GenerationRequest request)
    {
        if (request.Prompt is { } prompt && request.Messages.Count == 0)
        {
            // Whoever gives a raw prompt has written the model's own words around it, control tokens included.
            return [new PromptPart(prompt, TextKind.Control)];
        }

        _template ??= ChatTemplate.Read(jinja, tokenizer, time);
        return _template.Render(new Conversation(request.Messages)
        {
            Tools = request.ToolUse == ToolUse.None ? [] : request.Tools,
            Variables = request.TemplateVariables,
        });
    }
}
