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
    private readonly int _longestToken;

    // One for all: a sampler uses it within one choice only.
    private readonly Candidates _candidates;

    public PromptReader(ILanguageModel model, PromptBuilder prompts, TimeProvider time)
    {
        _model = model;
        _time = time;
        _prompts = prompts;
        _longestToken = Math.Max(model.Tokenizer.MaxPieceBytes, model.Tokenizer.ControlTexts.Select(text => text.Length).Append(1).Max());
        _candidates = new Candidates(model.Tokenizer.VocabularySize);
    }

    /// <exception cref="ContextFullException">The prompt leaves no room for a new token.</exception>
    /// <exception cref="ArgumentException">A bias is for a token that the vocabulary does not have.</exception>
    /// <exception cref="UnsupportedTemplateException">There are messages, and the model's template cannot be read or refuses them.</exception>
    public ActiveGeneration Read(PendingGeneration pending)
    {
        var request = pending.Request;
        if (LeastTokensOf(request) is var least && least > _model.ContextTokens)
        {
            throw new ContextFullException(_model.ContextTokens, least);
        }

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

    /// <summary>How many tokens a prompt has at least: no token is longer than the longest. To tokenize megabytes takes seconds.</summary>
    private int LeastTokensOf(GenerationRequest request)
    {
        // Some templates trim what they are given.
        var characters = (request.Prompt?.Length ?? 0) + (request.Suffix?.Length ?? 0) + request.Messages.Sum(message => (long)message.Content.AsSpan().Trim().Length);
        return (int)Math.Min(characters / _longestToken, int.MaxValue);
    }
}
