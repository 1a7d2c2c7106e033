using System.Diagnostics;
using NativeHost.Inference;

namespace NativeHost.Testing;

/// <summary>What every engine's models promise to whoever drives them.</summary>
public abstract class LanguageModelConformance(EngineUnderTest engine)
{
    private static readonly int[] Prompt = EngineUnderTest.StoryPrompt;

    [Fact]
    public async Task Tokens_computed_again_after_a_rewind_give_the_same_logits()
    {
        using var abort = new AbortSignal();
        using var model = await engine.LoadAsync();
        var batch = new StepBatch(model.BatchTokens);
        Greedy.Append(model, batch, Prompt, abort);
        Greedy.Append(model, batch, [EngineUnderTest.StoryBegin], abort);
        var before = model.Logits(0).ToArray();

        Assert.True(model.TryRewind(0, Prompt.Length));
        Assert.Equal(Prompt.Length, model.Position(0));
        Greedy.Append(model, batch, [EngineUnderTest.StoryBegin], abort);

        Assert.Equal(before, model.Logits(0).ToArray());
    }

    [Fact]
    public async Task A_prompt_computed_in_parts_continues_as_one_computed_whole()
    {
        using var abort = new AbortSignal();
        using var model = await engine.LoadAsync();
        var whole = Greedy.Continue(model, Prompt, 20);

        Assert.True(model.TryRewind(0, 0));
        Greedy.Append(model, new StepBatch(5), Prompt[..5], abort);
        var parts = Greedy.Continue(model, Prompt[5..], 20);

        Assert.Equal(whole, parts);
    }

    [Fact]
    public async Task A_full_context_is_an_outcome_and_leaves_the_sequence_as_it_was()
    {
        using var abort = new AbortSignal();
        using var model = await engine.LoadAsync(new ModelLoadOptions { ContextTokens = 20 });
        var batch = new StepBatch(model.BatchTokens);
        Greedy.Append(model, batch, Prompt, abort);

        batch.Clear();
        batch.Add(0, [.. Prompt.Take(7).Select(id => new Token(id))], wantsLogits: true);
        var outcome = model.Step(batch, abort);

        Assert.Equal(StepOutcome.ContextFull, outcome);
        Assert.Equal(Prompt.Length, model.Position(0));
    }

    [Fact]
    public async Task A_raised_signal_ends_a_step_before_it_computes()
    {
        using var abort = new AbortSignal();
        using var model = await engine.LoadAsync();
        var batch = new StepBatch(model.BatchTokens);
        batch.Add(0, [new Token(1)], wantsLogits: true);

        abort.Raise();
        var aborted = model.Step(batch, abort);
        abort.Lower();
        var done = model.Step(batch, abort);

        Assert.Equal((StepOutcome.Aborted, StepOutcome.Done), (aborted, done));
        Assert.Equal(1, model.Position(0));
    }

    [Fact]
    public async Task A_signal_raised_inside_a_prefill_ends_it_and_the_model_goes_on_from_its_position()
    {
        using var abort = new AbortSignal();
        using var model = await engine.LoadAsync();
        var batch = new StepBatch(model.BatchTokens);
        var filler = Enumerable.Repeat(new Token(261), model.BatchTokens).ToArray();

        Prefill();
        var delay = TimeOf(Prefill);

        // The delay shrinks from a whole prefill's time, so that the first signal that comes before its end comes late inside it.
        // A thread of its own, which runs before the prefill does: a pool that other tests keep busy would raise it after the end.
        var outcome = StepOutcome.Done;
        for (var attempt = 0; attempt < 50 && outcome == StepOutcome.Done; attempt++)
        {
            delay *= 0.9;
            using var begun = new ManualResetEventSlim();
            var raiser = new Thread(() =>
            {
                var started = Stopwatch.GetTimestamp();
                begun.Set();
                SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(started) > delay);
                abort.Raise();
            });
            abort.Lower();
            raiser.Start();
            begun.Wait(Patience.Token);
            outcome = Prefill();
            raiser.Join();
        }

        Assert.Equal(StepOutcome.Aborted, outcome);
        Assert.InRange(model.Position(0), 0, model.BatchTokens - 1);
        abort.Lower();
        Assert.True(model.TryRewind(0, 0));
        Assert.Equal(EngineUnderTest.StoryBegin, Greedy.Continue(model, Prompt, 1)[0]);

        StepOutcome Prefill()
        {
            Assert.True(model.TryRewind(0, 0));
            batch.Clear();
            batch.Add(0, filler, wantsLogits: true);
            return model.Step(batch, abort);
        }
    }

    [Fact]
    public async Task Batches_that_would_end_the_process_are_refused()
    {
        using var abort = new AbortSignal();
        using var model = await engine.LoadAsync(new ModelLoadOptions { BatchTokens = 8 });
        var tooLong = new StepBatch(9);
        tooLong.Add(0, Enumerable.Repeat(new Token(1), 9).ToArray(), wantsLogits: true);
        var unknownToken = new StepBatch(8);
        unknownToken.Add(0, [new Token(model.Tokenizer.VocabularySize)], wantsLogits: true);
        var negativeToken = new StepBatch(8);
        negativeToken.Add(0, [new Token(-1)], wantsLogits: true);
        var unknownSequence = new StepBatch(8);
        unknownSequence.Add(model.SequenceCount, [new Token(1)], wantsLogits: true);
        var sequenceTwice = new StepBatch(8);
        sequenceTwice.Add(0, [new Token(1)], wantsLogits: true);
        sequenceTwice.Add(0, [new Token(1)], wantsLogits: true);

        Assert.Throws<ArgumentException>(() => model.Step(tooLong, abort));
        Assert.Throws<ArgumentException>(() => model.Step(new StepBatch(8), abort));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Step(unknownToken, abort));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Step(negativeToken, abort));
        Assert.Throws<ArgumentException>(() => model.Step(unknownSequence, abort));
        Assert.Throws<ArgumentException>(() => model.Step(sequenceTwice, abort));
    }

    [Fact]
    public async Task Logits_that_were_not_computed_are_refused()
    {
        using var abort = new AbortSignal();
        using var model = await engine.LoadAsync();
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Logits(1));
        var batch = new StepBatch(model.BatchTokens);
        batch.Add(0, [new Token(1), new Token(15)], wantsLogits: false);

        Assert.Equal(StepOutcome.Done, model.Step(batch, abort));

        Assert.Equal(2, model.Position(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Logits(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Logits(-1));
    }

    [Fact]
    public async Task A_model_that_is_gone_refuses_to_compute()
    {
        using var abort = new AbortSignal();
        var model = await engine.LoadAsync();
        var batch = new StepBatch(1);
        batch.Add(0, [new Token(1)], wantsLogits: true);

        model.Dispose();
        model.Dispose();

        Assert.Throws<ObjectDisposedException>(() => model.Step(batch, abort));
        Assert.Throws<ObjectDisposedException>(() => model.Logits(0));
        Assert.Throws<ObjectDisposedException>(() => model.Tokenizer.Tokenize("a", TextKind.Plain, []));
    }

    [Fact]
    public async Task A_step_allocates_nothing()
    {
        using var abort = new AbortSignal();
        using var model = await engine.LoadAsync();
        var batch = new StepBatch(1);
        Token[] token = [new(261)];
        StepTimes(20);

        var before = GC.GetAllocatedBytesForCurrentThread();
        StepTimes(100);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);

        void StepTimes(int count)
        {
            for (var step = 0; step < count; step++)
            {
                batch.Clear();
                batch.Add(0, token, wantsLogits: true);
                model.Step(batch, abort);
                _ = model.Logits(0)[0];
            }
        }
    }

    [Fact]
    public async Task Threads_may_change_between_steps()
    {
        using var model = await engine.LoadAsync();
        var first = Greedy.Continue(model, Prompt, 10);

        model.Threads = 2;
        Assert.True(model.TryRewind(0, 0));
        var second = Greedy.Continue(model, Prompt, 10);

        Assert.Equal(2, model.Threads);
        Assert.Equal(first, second);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Threads = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Threads = 513);
    }

    private static TimeSpan TimeOf(Func<StepOutcome> act)
    {
        var started = Stopwatch.GetTimestamp();
        Assert.Equal(StepOutcome.Done, act());
        return Stopwatch.GetElapsedTime(started);
    }
}
