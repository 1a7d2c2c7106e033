using NativeHost.Inference.Generation;

namespace NativeHost.Inference.Chat;

/// <summary>Makes a request's prompt tokens, with one model's template and vocabulary.</summary>
/// <remarks>Safe to call from any thread.</remarks>
internal sealed class PromptBuilder
{
    private readonly PromptTokenizer _tokenizer;
    private readonly ITokenizer _vocabulary;

    // Read with the first messages: a model whose template cannot be read still takes raw prompts.
    private readonly Lazy<ModelChat> _chat;

    /// <param name="jinja">The model's template text; null where it has none.</param>
    /// <param name="time">For templates that tell the model the date.</param>
    public PromptBuilder(string? jinja, ITokenizer tokenizer, TimeProvider time)
    {
        (_tokenizer, _vocabulary) = (new PromptTokenizer(tokenizer), tokenizer);
        _chat = new Lazy<ModelChat>(() => new ModelChat(jinja, tokenizer, time));
    }

    /// <exception cref="UnsupportedTemplateException">There are messages, and the model's template cannot be read or refuses them.</exception>
    /// <exception cref="UnsupportedModelException">A gap is to be filled, and the model has no tokens for that.</exception>
    /// <exception cref="EngineException">The tokenizer makes no tokens of the text.</exception>
    public BuiltPrompt Build(GenerationRequest request)
    {
        if (request.Suffix is { } suffix)
        {
            return new BuiltPrompt(Infill(request.Prompt ?? "", suffix), null);
        }

        OutputReading? reading = null;

        // Whoever gives a raw prompt has written the model's own words around it, control tokens included.
        var parts = request.Prompt is { } prompt && request.Messages.Count == 0
            ? [new PromptPart(prompt, TextKind.Control)]
            : _chat.Value.Prompt(request, out reading);
        var tokens = _tokenizer.Tokenize(parts);
        return tokens.Count > 0 ? new BuiltPrompt(tokens, reading) : throw new EngineException("The prompt has no tokens, so there is nothing to continue.");
    }

    private List<Token> Infill(string before, string behind)
    {
        var marks = _vocabulary.Infill ?? throw new UnsupportedModelException(
            "a model without infill", "The model has no tokens for infill, so it cannot fill a gap between two texts. Take a model for code, or ask without suffix.");
        var tokens = new List<Token>();
        if (_vocabulary.BeginOfText is { } begin)
        {
            tokens.Add(begin);
        }

        tokens.Add(marks.Prefix);
        _vocabulary.Tokenize(before, TextKind.Plain, tokens);
        tokens.Add(marks.Suffix);
        _vocabulary.Tokenize(behind, TextKind.Plain, tokens);
        tokens.Add(marks.Middle);
        return tokens;
    }
}
