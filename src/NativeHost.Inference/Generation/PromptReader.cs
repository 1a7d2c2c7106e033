using NativeHost.Inference.Chat;
using NativeHost.Inference.Sampling;

namespace NativeHost.Inference.Generation;

/// <summary>Makes a generation of a request: its prompt in tokens, and how its tokens are chosen.</summary>
/// <remarks>Not thread-safe: it belongs to the thread that drives the model.</remarks>
internal sealed class PromptReader
{
    private readonly ILanguageModel _model;
    private readonly TimeProvider _time;
    private readonly PromptBuilder _prompts;
    private readonly PromptBound _bound;

    // One for all: a sampler uses it within one choice only.
    private readonly Candidates _candidates;

    public PromptReader(ILanguageModel model, PromptBuilder prompts, TimeProvider time)
    {
        _model = model;
        _time = time;
        _prompts = prompts;
        _bound = new PromptBound(model.Tokenizer);
        _candidates = new Candidates(model.Tokenizer.VocabularySize);
    }

    /// <exception cref="ContextFullException">The prompt leaves no room for a new token.</exception>
    /// <exception cref="ArgumentException">A bias is for a token that the vocabulary does not have.</exception>
    /// <exception cref="UnsupportedTemplateException">There are messages, and the model's template cannot be read or refuses them.</exception>
    public ActiveGeneration Read(PendingGeneration pending)
    {
        var request = pending.Request;
        _bound.Check(request, _model.ContextTokens);
        var built = pending.Prompt ?? _prompts.Build(request);
        var prompt = built.Tokens;

        // Whoever stopped it meanwhile is not told that it would not have fitted.
        if (prompt.Count >= _model.ContextTokens && !pending.StopRequested)
        {
            throw new ContextFullException(_model.ContextTokens, prompt.Count + 1);
        }

        var sampler = new Sampler(request.Sampling, _candidates, _model.ContextTokens, _model.Tokenizer, pending.Constraint?.Start());
        return new ActiveGeneration(pending, new GenerationRun(request, pending, built, _time.GetTimestamp()), sampler, _model.ContextTokens);
    }
}
