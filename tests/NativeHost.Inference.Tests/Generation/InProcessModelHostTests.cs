using System.Text;
using NativeHost.Inference.Generation;
using NativeHost.Inference.Sampling;
using Xunit;

namespace NativeHost.Inference.Tests.Generation;

public sealed class InProcessModelHostTests : IAsyncDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly ScriptedModel _model;
    private readonly InProcessModelHost _host;

    public InProcessModelHostTests()
    {
        _model = new ScriptedModel(new ByteTokenizer([ByteTokenizer.End])) { BatchTokens = 8 };
        _host = new InProcessModelHost(_model);
    }

    private static CancellationToken TestEnd => Patience.Token;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Two_generations_at_once_take_turns_in_the_order_of_arrival()
    {
        using var gate = new ManualResetEventSlim();
        _model.OnStep = (_, _) => WaitFor(gate);
        _model.Says("one<end>two<end>");
        var first = Reading.OfAsync(_host.GenerateAsync(Ask("a"), TestEnd));
        var second = Reading.OfAsync(_host.GenerateAsync(Ask("b"), TestEnd));

        gate.Set();

        Assert.Equal("one", (await first.WaitAsync(LongestWait, TestEnd)).Text);
        Assert.Equal("two", (await second.WaitAsync(LongestWait, TestEnd)).Text);
    }

    [Fact]
    public async Task Stopped_before_it_starts_it_ends_with_nothing_and_computes_nothing()
    {
        var reading = await Reading.OfAsync(_host.GenerateAsync(Ask("a"), new CancellationToken(canceled: true)));

        Assert.Equal(StopReason.Stopped, Assert.Single(reading.Events).Result!.Stop);
        Assert.Empty(reading.Text);
        Assert.Empty(_model.Steps);
    }

    [Fact]
    public async Task Stopped_while_it_waits_its_turn_it_ends_at_once()
    {
        using var gate = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        _model.OnStep = (_, _) => WaitFor(gate);
        _model.Says("one");
        var first = Reading.OfAsync(_host.GenerateAsync(Ask("a"), TestEnd));
        var second = Reading.OfAsync(_host.GenerateAsync(Ask("b"), stop.Token));

        await stop.CancelAsync();

        Assert.Equal(StopReason.Stopped, (await second.WaitAsync(LongestWait, TestEnd)).Result.Stop);
        Assert.False(first.IsCompleted);
        gate.Set();
        Assert.Equal("one", (await first.WaitAsync(LongestWait, TestEnd)).Text);
        Assert.Equal([1, 1, 1, 1], _model.Steps);
    }

    [Fact]
    public async Task Stopped_inside_a_chunk_of_the_prompt_the_engine_is_interrupted()
    {
        using var stop = new CancellationTokenSource();
        _model.OnStep = (_, abort) =>
        {
            if (_model.Steps.Count == 2)
            {
                stop.Cancel();
                return abort.IsRaised ? StepOutcome.Aborted : StepOutcome.Done;
            }

            return StepOutcome.Done;
        };

        var reading = await Reading.OfAsync(_host.GenerateAsync(Ask(new string('a', 40)), stop.Token));

        Assert.Equal(StopReason.Stopped, reading.Result.Stop);
        Assert.Equal(8, reading.Prefill.Last().Done);
        Assert.Equal([8, 8], _model.Steps);
    }

    [Fact]
    public async Task The_generation_after_an_interrupted_one_keeps_what_was_computed_and_is_not_interrupted()
    {
        await Stopped_inside_a_chunk_of_the_prompt_the_engine_is_interrupted();
        _model.OnStep = (_, abort) => abort.IsRaised ? StepOutcome.Aborted : StepOutcome.Done;
        _model.Says("ok");

        var reading = await Reading.OfAsync(_host.GenerateAsync(Ask(new string('a', 40)), TestEnd));

        Assert.Equal("ok", reading.Text);
        Assert.Equal(8, reading.Result.CachedTokens);
    }

    [Fact]
    public async Task Stopped_between_the_chunks_of_an_engine_that_cannot_be_interrupted()
    {
        using var stop = new CancellationTokenSource();
        _model.OnStep = (_, _) =>
        {
            stop.Cancel();
            return StepOutcome.Done;
        };

        var reading = await Reading.OfAsync(_host.GenerateAsync(Ask(new string('a', 40)), stop.Token));

        Assert.Equal(StopReason.Stopped, reading.Result.Stop);
        Assert.Equal([8], _model.Steps);
    }

    [Fact]
    public async Task Stopped_while_it_decodes_it_ends_with_the_text_so_far_and_no_further_token()
    {
        using var stop = new CancellationTokenSource();
        _model.Says("abcdefghij");
        _model.OnStep = (_, _) =>
        {
            if (_model.Steps.Count == 4)
            {
                stop.Cancel();
            }

            return StepOutcome.Done;
        };

        var reading = await Reading.OfAsync(_host.GenerateAsync(Ask("x"), stop.Token));

        Assert.Equal(StopReason.Stopped, reading.Result.Stop);
        Assert.Equal("abc", reading.Text);
        Assert.Equal(reading.Text, string.Concat(reading.Pieces));
        Assert.Equal(4, _model.Steps.Count);
    }

    [Fact]
    public async Task A_stop_given_with_the_enumerator_is_an_end_too()
    {
        using var stop = new CancellationTokenSource();
        _model.Says(new string('a', 1000));
        var events = new List<GenerationEvent>();

        await foreach (var next in _host.GenerateAsync(Ask("x"), TestEnd).WithCancellation(stop.Token))
        {
            events.Add(next);
            await stop.CancelAsync();
        }

        Assert.Equal(StopReason.Stopped, events[^1].Result!.Stop);
    }

    [Fact]
    public async Task A_reader_that_stalls_stalls_the_generation()
    {
        _model.Says(new string('a', 1000));
        await using var reader = _host.GenerateAsync(Ask("x"), TestEnd).GetAsyncEnumerator(TestEnd);
        await reader.MoveNextAsync();

        await UntilStalledAsync();

        // Two of the events told the prompt's progress, and one was read.
        Assert.InRange(_model.Steps.Count, EventRelay.LargestLead - 2, EventRelay.LargestLead + 2);
        var text = new StringBuilder();
        while (await reader.MoveNextAsync())
        {
            text.Append(Encoding.UTF8.GetString(reader.Current.Text.Span));
        }

        Assert.Equal(new string('a', 1000), text.ToString());
    }

    [Fact]
    public async Task A_reader_that_stalls_does_not_hold_up_the_others_even_where_there_is_one_sequence()
    {
        _model.Says(new string('a', 1000));
        await using var stalled = _host.GenerateAsync(Ask("x") with { MaxNewTokens = 200 }, TestEnd).GetAsyncEnumerator(TestEnd);
        await stalled.MoveNextAsync();
        await UntilStalledAsync();

        var other = await Reading.OfAsync(_host.GenerateAsync(Ask("y") with { MaxNewTokens = 300 }, TestEnd)).WaitAsync(LongestWait, TestEnd);

        Assert.Equal(new string('a', 300), other.Text);
        GenerationEvent last = default;
        while (await stalled.MoveNextAsync())
        {
            last = stalled.Current;
        }

        Assert.Equal(200, last.Result!.Tokens.Count);
        Assert.Equal(new string('a', 200), Encoding.UTF8.GetString(last.Result.Text.Span));
    }

    [Fact]
    public async Task A_stop_reaches_a_generation_that_waits_for_its_reader_and_no_text_is_lost()
    {
        using var stop = new CancellationTokenSource();
        _model.Says(new string('a', 1000));
        await using var reader = _host.GenerateAsync(Ask("x"), stop.Token).GetAsyncEnumerator(TestEnd);
        await reader.MoveNextAsync();
        await UntilStalledAsync();

        await stop.CancelAsync();

        var rest = new List<GenerationEvent>();
        while (await reader.MoveNextAsync().AsTask().WaitAsync(LongestWait, TestEnd))
        {
            rest.Add(reader.Current);
        }

        var reading = new Reading(rest);
        Assert.Equal(StopReason.Stopped, reading.Result.Stop);
        Assert.Equal(reading.Text, string.Concat(reading.Pieces));
        Assert.InRange(reading.Text.Length, 1, EventRelay.LargestLead + 1);
    }

    [Fact]
    public async Task A_reader_that_leaves_stops_the_generation_and_the_next_one_runs()
    {
        _model.Says(new string('a', 4000));
        await foreach (var next in _host.GenerateAsync(Ask("x") with { MaxNewTokens = 4000 }, TestEnd))
        {
            if (next.Kind == GenerationEventKind.Text)
            {
                break;
            }
        }

        var reading = await Reading.OfAsync(_host.GenerateAsync(Ask("y") with { MaxNewTokens = 3 }, TestEnd))
            .WaitAsync(LongestWait, TestEnd);

        Assert.Equal("aaa", reading.Text);
        Assert.True(_model.Steps.Count < 1000, "The first one was stopped.");
    }

    [Fact]
    public async Task A_stream_that_nobody_reads_costs_nothing()
    {
        _ = _host.GenerateAsync(Ask("x"), TestEnd);
        _model.Says("a");

        Assert.Equal("a", (await Reading.OfAsync(_host.GenerateAsync(Ask("y"), TestEnd))).Text);
        Assert.Equal(2, _model.Steps.Count);
    }

    [Fact]
    public async Task Disposing_stops_what_runs_and_what_waits_and_frees_the_model()
    {
        _model.OnStep = (_, abort) => SpinWait.SpinUntil(() => abort.IsRaised, LongestWait) ? StepOutcome.Aborted : StepOutcome.Done;
        await using var running = _host.GenerateAsync(Ask("x"), TestEnd).GetAsyncEnumerator(TestEnd);
        await running.MoveNextAsync();
        var waiting = Reading.OfAsync(_host.GenerateAsync(Ask("y"), TestEnd));

        await _host.DisposeAsync().AsTask().WaitAsync(LongestWait, TestEnd);

        Assert.True(_model.IsDisposed);
        Assert.Equal(StopReason.Stopped, (await waiting).Result.Stop);
        GenerationEvent last = default;
        while (await running.MoveNextAsync())
        {
            last = running.Current;
        }

        Assert.Equal(StopReason.Stopped, last.Result!.Stop);
        Assert.Throws<ObjectDisposedException>(() => _host.GenerateAsync(Ask("z"), TestEnd));
    }

    [Fact]
    public async Task A_generation_that_has_ended_is_let_go_of()
    {
        var request = await GenerateAndForgetAsync();

        // The scheduler's thread has told of the end a moment before it is done with it.
        var isGone = false;
        for (var attempt = 0; attempt < 100 && !isGone; attempt++)
        {
            await Task.Delay(20, TestEnd);
            GC.Collect();
            isGone = !request.TryGetTarget(out _);
        }

        Assert.True(isGone, "The model that waits for work holds the last generation.");
    }

    private static GenerationRequest Ask(string prompt) =>
        new() { Prompt = prompt, Sampling = new SamplingOptions { Temperature = 0f }, MaxNewTokens = 2000 };

    private static StepOutcome WaitFor(ManualResetEventSlim gate)
    {
        Assert.True(gate.Wait(LongestWait, CancellationToken.None));
        return StepOutcome.Done;
    }

    private async Task<WeakReference<GenerationRequest>> GenerateAndForgetAsync()
    {
        var request = Ask("x");
        _model.Says("a");
        await Reading.OfAsync(_host.GenerateAsync(request, TestEnd));
        return new WeakReference<GenerationRequest>(request);
    }

    /// <summary>Waits until the model is about as far ahead of its reader as it may be, and computes nothing more for a while.</summary>
    private async Task UntilStalledAsync()
    {
        int before;
        do
        {
            before = _model.Steps.Count;
            await Task.Delay(200, TestEnd);
        }
        while (before < EventRelay.LargestLead - 2 || _model.Steps.Count != before);
    }
}
