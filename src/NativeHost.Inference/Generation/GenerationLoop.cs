using System.Runtime.InteropServices;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Sampling;

namespace NativeHost.Inference.Generation;

/// <summary>The one generation loop: prompt, prefill, then token by token until something ends the answer.</summary>
/// <remarks>Not thread-safe: it belongs to the thread that drives the model. One generation runs at a time.</remarks>
internal sealed class GenerationLoop
{
    // Bounds how long a stop waits for an engine that cannot be interrupted inside a step.
    private const int LongestPrefillStep = 512;

    // What is reserved ahead for new tokens; a longer answer grows its lists now and then.
    private const int LargestReserve = 4096;

    private readonly ILanguageModel _model;
    private readonly AbortSignal _abort;
    private readonly TimeProvider _time;
    private readonly PromptBuilder _prompts;
    private readonly SequenceCache _cache;
    private readonly Candidates _candidates;
    private readonly byte[] _piece;
    private readonly int _prefillStep;
    private readonly int _longestToken;

    public GenerationLoop(ILanguageModel model, AbortSignal abort, TimeProvider time)
    {
        _model = model;
        _abort = abort;
        _time = time;
        _prompts = new PromptBuilder(model.Card.ChatTemplate, model.Tokenizer, time);
        _prefillStep = Math.Min(model.BatchTokens, LongestPrefillStep);
        _cache = new SequenceCache(model, sequence: 0, _prefillStep);
        _candidates = new Candidates(model.Tokenizer.VocabularySize);
        _piece = new byte[model.Tokenizer.MaxPieceBytes];
        _longestToken = Math.Max(_piece.Length, model.Tokenizer.ControlTexts.Select(text => text.Length).Append(1).Max());
    }

    /// <summary>Generates one answer. Its text goes out in pieces through <paramref name="outlet"/>.</summary>
    /// <returns>The whole; the caller makes the last event of it.</returns>
    /// <exception cref="ContextFullException">The prompt leaves no room for a new token.</exception>
    /// <exception cref="ArgumentException">A bias is for a token that the vocabulary does not have.</exception>
    /// <exception cref="UnsupportedTemplateException">There are messages, and the model's template cannot be read or refuses them.</exception>
    /// <exception cref="EngineException">The engine failed. The next generation starts from an empty sequence.</exception>
    public GenerationResult Run(GenerationRequest request, IGenerationOutlet outlet)
    {
        if (LeastTokensOf(request) is var least && least > _model.ContextTokens)
        {
            throw new ContextFullException(_model.ContextTokens, least);
        }

        var prompt = _prompts.Build(request);
        if (outlet.StopRequested)
        {
            // Whoever stopped it is not told that it would not have fitted.
            return Finish(new GenerationRun(request, outlet, prompt, _time.GetTimestamp()) { CachedTokens = 0 }, StopReason.Stopped);
        }

        if (prompt.Count >= _model.ContextTokens)
        {
            throw new ContextFullException(_model.ContextTokens, prompt.Count + 1);
        }

        var sampler = new Sampler(request.Sampling, _candidates, _model.ContextTokens, _model.Tokenizer);
        var run = new GenerationRun(request, outlet, prompt, _time.GetTimestamp())
        {
            CachedTokens = _cache.KeepStartOf(prompt, request.Owner),
        };
        var reserve = Math.Min(Math.Min(request.MaxNewTokens, _model.ContextTokens - prompt.Count), LargestReserve);
        run.Tokens.EnsureCapacity(reserve);
        _cache.Reserve(prompt.Count + reserve);

        return Finish(run, Prefill(run) ? Decode(run, sampler) : StopReason.Stopped);
    }

    /// <summary>How many tokens a prompt has at least: no token is longer than the longest. To tokenize megabytes takes seconds.</summary>
    private int LeastTokensOf(GenerationRequest request)
    {
        // Some templates trim what they are given.
        var characters = (request.Prompt?.Length ?? 0) + request.Messages.Sum(message => (long)message.Content.AsSpan().Trim().Length);
        return (int)Math.Min(characters / _longestToken, int.MaxValue);
    }

    /// <returns>False where it was stopped before the whole prompt was computed.</returns>
    private bool Prefill(GenerationRun run)
    {
        var prompt = CollectionsMarshal.AsSpan(run.Prompt);
        var done = run.CachedTokens;
        SendProgress(run, done);
        while (done < prompt.Length)
        {
            if (run.Outlet.StopRequested)
            {
                return false;
            }

            var length = Math.Min(_prefillStep, prompt.Length - done);
            var isLast = done + length == prompt.Length;
            switch (_cache.Append(prompt.Slice(done, length), isLast, _abort))
            {
                case StepOutcome.Aborted:
                    return false;
                case StepOutcome.ContextFull:
                    throw new ContextFullException(_model.ContextTokens, prompt.Length + 1);
            }

            done += length;
            SendProgress(run, done);
        }

        return true;
    }

    private static void SendProgress(GenerationRun run, int done)
    {
        var progress = new PrefillProgress(done, run.Prompt.Count, run.CachedTokens);
        run.Outlet.Send(new GenerationEvent(GenerationEventKind.Prefill, Prefill: progress));
    }

    private StopReason Decode(GenerationRun run, Sampler sampler)
    {
        sampler.Remember(CollectionsMarshal.AsSpan(run.Prompt));
        while (!run.Outlet.StopRequested)
        {
            var token = sampler.Next(_cache.Logits());
            run.Add(token, _time.GetTimestamp());
            if (EndAfter(token, run) is { } reason)
            {
                return reason;
            }

            if (run.Outlet.StopRequested)
            {
                return StopReason.Stopped;
            }

            switch (_cache.Append([token], wantsLogits: true, _abort))
            {
                case StepOutcome.Aborted:
                    return StopReason.Stopped;
                case StepOutcome.ContextFull:
                    return StopReason.ContextFull;
            }
        }

        return StopReason.Stopped;
    }

    /// <summary>Takes a new token into the answer.</summary>
    /// <returns>Why the answer ends with it; null where it goes on.</returns>
    private StopReason? EndAfter(Token token, GenerationRun run)
    {
        if (_model.Tokenizer.EndsGeneration(token))
        {
            return StopReason.EndOfTurn;
        }

        var bytes = _model.Tokenizer.WritePiece(token, _piece);
        run.SendText(run.Answer.Append(_piece.AsSpan(0, bytes)));
        if (run.Answer.StopText is not null)
        {
            return StopReason.StopText;
        }

        if (run.Tokens.Count == run.Request.MaxNewTokens)
        {
            return StopReason.MaxTokens;
        }

        return run.Prompt.Count + run.Tokens.Count >= _model.ContextTokens ? StopReason.ContextFull : null;
    }

    private GenerationResult Finish(GenerationRun run, StopReason reason)
    {
        run.SendText(run.Answer.Finish());
        return run.ToResult(reason, _time);
    }
}
