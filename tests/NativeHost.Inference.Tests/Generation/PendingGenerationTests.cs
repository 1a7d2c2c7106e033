using NativeHost.Inference.Generation;
using Xunit;

namespace NativeHost.Inference.Tests.Generation;

public sealed class PendingGenerationTests
{
    [Fact]
    public async Task A_second_end_is_impossible()
    {
        using var abort = new AbortSignal();
        var generation = new PendingGeneration(new GenerationRequest { Prompt = "x" });
        generation.Stop();

        Assert.False(generation.TryStart(new StepStops(abort)));
        generation.Stop();

        Assert.True(await generation.Events.WaitAsync().AsTask().WaitAsync(Patience.Token));
        Assert.True(generation.Events.TryTake(out var last));
        Assert.Equal(GenerationEventKind.Completed, last.Kind);
        Assert.False(generation.Events.TryTake(out _));
    }

    [Fact]
    public async Task A_stop_in_the_queue_does_not_run_the_reader_in_whoever_stops()
    {
        var generation = new PendingGeneration(new GenerationRequest { Prompt = "x" });
        var stopping = Environment.CurrentManagedThreadId;
        var isStopping = true;
        var reading = ReadAsync();

        generation.Stop();
        Volatile.Write(ref isStopping, false);

        Assert.False(await reading.WaitAsync(Patience.Token));

        async Task<bool> ReadAsync()
        {
            await generation.Events.WaitAsync();
            return Volatile.Read(ref isStopping) && Environment.CurrentManagedThreadId == stopping;
        }
    }

    [Fact]
    public void A_generation_that_ended_takes_no_further_events()
    {
        using var abort = new AbortSignal();
        var generation = new PendingGeneration(new GenerationRequest { Prompt = "x" });
        generation.TryStart(new StepStops(abort));
        var result = new GenerationResult(default, StopReason.EndOfTurn, null, [], 1, 0, default, default);
        generation.End(result);

        generation.End(result);
        generation.Send(new GenerationEvent(GenerationEventKind.Text));
        generation.Fail(new EngineException("late"));
        generation.Stop();

        Assert.True(generation.Events.TryTake(out _));
        Assert.False(generation.Events.TryTake(out _));
        Assert.False(abort.IsRaised);
    }
}
