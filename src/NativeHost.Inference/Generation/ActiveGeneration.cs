using System.Runtime.InteropServices;
using NativeHost.Inference.Sampling;

namespace NativeHost.Inference.Generation;

/// <summary>A generation whose turn has come: it computes its prompt and then token by token, in steps that it shares with others.</summary>
/// <remarks>
/// What it has to compute is what its sequence does not hold yet of the prompt and of the tokens made so far. So one that has lost its
/// sequence on the way goes on as any other does, and only computes again. Not thread-safe.
/// </remarks>
/// <param name="contextTokens">Most tokens of the prompt and the answer together.</param>
internal sealed class ActiveGeneration(PendingGeneration pending, GenerationRun run, Sampler sampler, int contextTokens)
{
    // What is reserved ahead for new tokens; a longer answer grows its lists now and then.
    private const int LargestReserve = 4096;

    // The part of an answer that is to have room when it begins: less, and it would be moved out of the memory that it has just got.
    private const int AnswerRoom = 256;

    private readonly PromptLookup _lookup = new();

    // Tokens of this step that were guessed.
    private int _guessed;

    // Whether this step was its own, and guessed for: those that it shares say nothing about guesses.
    private bool _hasGuessed;
    private SequenceCache? _cache;
    private TokenChances? _chances;

    // What is put into the model's output to end its thoughts; null where that was not needed.
    private Queue<Token>? _forced;
    private bool _hasBegun;

    public PendingGeneration Pending => pending;

    public GenerationRun Run => run;

    /// <summary>The sequence that it has; null while it waits for one.</summary>
    public SequenceCache? Cache => _cache;

    /// <summary>Tokens to compute until there is a next one to choose; at least 1 where it has a sequence.</summary>
    public int Ahead => Known - _cache!.Count;

    /// <summary>Tokens of this step, as planned.</summary>
    public int Planned { get; set; }

    /// <summary>Tokens that it takes of the model's room soon, the prompt's included.</summary>
    public int Room => Math.Min(Known + Math.Min(run.Request.MaxNewTokens - run.Tokens.Count, AnswerRoom), contextTokens);

    /// <summary>Whether it has made no token yet.</summary>
    public bool IsAtPrompt => run.Tokens.Count == 0;

    /// <summary>While it waits: another that is computing a prompt with the same start; null for none.</summary>
    public ActiveGeneration? Leader { get; set; }

    /// <summary>How much of the prompt it shares with <see cref="Leader"/>.</summary>
    public int LeaderTokens { get; set; }

    /// <summary>Whether its reader lets it go on.</summary>
    public bool HasReader => pending.HasRoom;

    private int Known => run.Prompt.Count + run.Tokens.Count;

    /// <summary>All that its sequence is to hold: the prompt, and the tokens made so far.</summary>
    public List<Token> KnownTokens() => IsAtPrompt ? run.Prompt : [.. run.Prompt, .. run.Tokens];

    /// <summary>How much of another's prompt its own begins with, where the two are of one owner; never the other's last token.</summary>
    public int SharedPrompt(ActiveGeneration other)
        => other.Run.Request.Owner == run.Request.Owner
            ? CollectionsMarshal.AsSpan(other.Run.Prompt)[..^1].CommonPrefixLength(CollectionsMarshal.AsSpan(run.Prompt))
            : 0;

    /// <summary>Gives it a sequence, which begins as <see cref="KnownTokens"/> do.</summary>
    public void Enter(SequenceCache cache)
    {
        _cache = cache;
        cache.IsBusy = true;
        cache.IsPrivate |= run.Request.IsPrivate;
        Leader = null;
        var reserve = Math.Min(Math.Min(run.Request.MaxNewTokens, contextTokens - run.Prompt.Count), LargestReserve);
        run.Tokens.EnsureCapacity(reserve);
        cache.Reserve(run.Prompt.Count + reserve);
        if (!_hasBegun)
        {
            _hasBegun = true;
            run.CachedTokens = cache.Count;
            SendProgress(cache.Count);
        }
    }

    /// <summary>Gives the sequence back; what it holds may stay.</summary>
    public void Leave()
    {
        if (_cache is { } cache)
        {
            cache.IsBusy = false;
            _cache = null;
        }
    }

    /// <summary>The tokens of this step: <see cref="Planned"/> of those that its sequence needs next, or fewer.</summary>
    public ReadOnlySpan<Token> NextTokens()
    {
        var done = _cache!.Count;
        var prompt = run.Prompt.Count;
        var tokens = done < prompt ? CollectionsMarshal.AsSpan(run.Prompt)[done..] : CollectionsMarshal.AsSpan(run.Tokens)[(done - prompt)..];
        return tokens[..Math.Min(Planned, tokens.Length)];
    }

    /// <summary>Guesses what follows the next token of its answer, for a step that it has for itself.</summary>
    /// <returns>The next token and the guessed ones.</returns>
    public ReadOnlySpan<Token> GuessTokens(int most)
    {
        _hasGuessed = true;
        _guessed = _lookup.Guess(_cache!.Tokens, run.Tokens[^1], Math.Min(Math.Min(most, contextTokens - Known), run.Request.MaxNewTokens - run.Tokens.Count - 1));
        return _lookup.Run;
    }

    /// <summary>Makes a step possible again after one that appended a part of its tokens, or all, and gave no logits.</summary>
    /// <exception cref="EngineException">The engine cannot empty its sequence.</exception>
    public void TakeBack()
    {
        _guessed = 0;
        _cache!.KeepFirst(Known - 1);
    }

    /// <summary>Goes on after a step that appended its tokens.</summary>
    /// <param name="number">The number of its tokens in the batch, where their logits are.</param>
    /// <param name="seconds">What the step took.</param>
    /// <returns>Why it ends here; null where it goes on.</returns>
    public StopReason? Advance(ILanguageModel model, int number, double seconds, Span<byte> piece, TimeProvider time)
    {
        var (guessed, hasGuessed) = (_guessed, _hasGuessed);
        (_guessed, _hasGuessed) = (0, false);
        if (IsAtPrompt)
        {
            SendProgress(_cache!.Count);
        }

        if (pending.StopRequested)
        {
            return StopReason.Stopped;
        }

        if (_cache!.Count < Known)
        {
            return null;
        }

        if (run.Request.IsPromptOnly)
        {
            return StopReason.MaxTokens;
        }

        if (IsAtPrompt)
        {
            sampler.Remember(CollectionsMarshal.AsSpan(run.Prompt));
        }

        for (var right = 0; ; right++)
        {
            var token = Choose(model.Logits(number, guessed - right), model.Tokenizer);
            run.Add(token, time.GetTimestamp());
            if (_chances is not null)
            {
                run.SendLogProbs(_chances.Of(token));
            }

            var end = EndAfter(token, model.Tokenizer, piece);
            if (sampler.IsFinished && end is (null or StopReason.MaxTokens or StopReason.ContextFull))
            {
                end = StopReason.EndOfTurn;
            }

            end ??= pending.StopRequested ? StopReason.Stopped : null;
            if (end is null && right < guessed && token == _lookup.Run[right + 1])
            {
                continue;
            }

            // What was computed behind a wrong guess is of another text.
            _cache.KeepFirst(Known - 1);
            if (hasGuessed)
            {
                _lookup.Observe(right + 1, seconds);
            }

            return end;
        }
    }

    /// <summary>Ends it with its last event.</summary>
    public void Finish(StopReason reason, TimeProvider time)
    {
        run.SendText(run.Answer.Finish());
        run.Parsed?.Finish(run.Tokens.Count);
        pending.End(run.ToResult(reason, time));
    }

    private Token Choose(Span<float> logits, ITokenizer tokenizer)
    {
        if (run.Request.TopLogProbs is { } alternatives)
        {
            _chances ??= new TokenChances(alternatives, tokenizer);
            _chances.Measure(logits);
        }

        if (_forced is { Count: 0 } && run.Parsed is { IsReasoning: false })
        {
            // It has answered; should it begin to think again, that is ended as well.
            _forced = null;
        }

        if (MayThinkNoLonger())
        {
            // The model's own way to end its thoughts.
            var end = new List<Token>();
            tokenizer.Tokenize($"\n{run.Parsed!.ReasoningEnd}", TextKind.Control, end);
            _forced = new Queue<Token>(end);
        }

        if (_forced?.TryDequeue(out var forced) == true)
        {
            sampler.Force(forced);
            return forced;
        }

        return sampler.Next(logits);
    }

    private bool MayThinkNoLonger()
        => _forced is null && run.Parsed is { IsReasoning: true, ReasoningEnd: not null } parsed
            && (pending.AnswerRequested || parsed.ReasoningTokens >= run.Request.MaxReasoningTokens);

    private void SendProgress(int done)
        => pending.Send(new GenerationEvent(GenerationEventKind.Prefill, Prefill: new PrefillProgress(done, run.Prompt.Count, run.CachedTokens)));

    /// <summary>Takes a new token into the answer.</summary>
    /// <returns>Why the answer ends with it; null where it goes on.</returns>
    private StopReason? EndAfter(Token token, ITokenizer tokenizer, Span<byte> piece)
    {
        var bytes = tokenizer.WritePiece(token, piece);
        var text = bytes == 0 && run.Parsed is { } parsed ? parsed.PieceOf(token) : piece[..bytes];
        if (tokenizer.EndsGeneration(token))
        {
            // It may end a call too.
            run.SendText(run.Answer.Append(run.Parsed is null ? default : text));
            return StopReason.EndOfTurn;
        }

        run.SendText(run.Answer.Append(text));
        if (run.Answer.StopText is not null)
        {
            return StopReason.StopText;
        }

        if (run.Tokens.Count == run.Request.MaxNewTokens)
        {
            return StopReason.MaxTokens;
        }

        return Known >= contextTokens ? StopReason.ContextFull : null;
    }
}
