using NativeHost.Hardware.Probing;
using Xunit;

namespace NativeHost.Hardware.Tests.Probing;

public sealed class ProbeTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly ManualClock _clock = new();
    private int _looks;

    [Fact]
    public async Task The_first_answer_is_waited_for()
    {
        var probe = Probe<string>.Of(Counted, Long, _clock);

        Assert.Equal(new Finding<string>("look 1", null), await AskAsync(probe));
    }

    [Fact]
    public async Task A_fresh_answer_is_given_again_with_its_age()
    {
        var probe = Probe<string>.Of(Counted, Long, _clock);
        await AskAsync(probe);
        _clock.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(new Finding<string>("look 1", null, TimeSpan.FromSeconds(4)), await AskAsync(probe));
    }

    [Fact]
    public async Task An_old_answer_is_given_once_more_while_another_is_fetched()
    {
        var gate = new TaskCompletionSource();
        var probe = new Probe<string>(
            async _ =>
            {
                var text = Counted();
                await (_looks == 1 ? Task.CompletedTask : gate.Task);
                return text;
            },
            Long,
            _clock);
        await AskAsync(probe);
        _clock.Advance(Fresh);

        Assert.Equal(new Finding<string>("look 1", null, Fresh), await AskAsync(probe));

        gate.SetResult();
        Assert.Equal("look 2", (await AskAsync(probe, patience: Long)).Value);
    }

    [Fact]
    public async Task What_takes_longer_than_one_waits_is_said_to_be_pending_and_comes_later()
    {
        var gate = new TaskCompletionSource<string>();
        var probe = new Probe<string>(_ => gate.Task, Long, TimeProvider.System);

        var first = await AskAsync(probe, firstPatience: Short);
        gate.SetResult("late");

        Assert.True(first.IsPending);
        Assert.Null(first.Value);
        Assert.Equal("late", (await AskAsync(probe)).Value);
    }

    [Fact]
    public async Task The_wait_counts_from_when_the_look_began()
    {
        var gate = new TaskCompletionSource<string>();
        var probe = new Probe<string>(_ => gate.Task, Long, _clock);
        await AskAsync(probe, firstPatience: Short);
        _clock.Advance(Long);

        // A minute of patience is over, though it is the second who asks.
        Assert.True((await AskAsync(probe, firstPatience: Long)).IsPending);

        gate.SetResult("");
    }

    [Fact]
    public async Task What_fails_says_why_and_is_not_tried_again_at_once()
    {
        var probe = Probe<string>.Of(() => throw new IOException($"No {Counted()}."), Long, _clock);

        Assert.Equal(new Finding<string>(null, "No look 1."), await AskAsync(probe));
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal("No look 1.", (await AskAsync(probe)).Reason);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("No look 2.", (await AskAsync(probe)).Reason);
    }

    [Fact]
    public async Task A_failure_leaves_the_answer_before_it()
    {
        var probe = Probe<string>.Of(() => Counted() == "look 1" ? "good" : throw new IOException("Gone."), Long, _clock);
        await AskAsync(probe);
        _clock.Advance(Fresh);

        Assert.Equal(new Finding<string>("good", "Gone.", Fresh), await AskAsync(probe, patience: Long));
    }

    [Fact]
    public async Task What_hangs_is_given_up_and_no_second_look_joins_it()
    {
        var gate = new TaskCompletionSource<string>();
        var probe = new Probe<string>(
            _ =>
            {
                Counted();
                return gate.Task;
            },
            Short,
            TimeProvider.System);

        var given = await AskAsync(probe);
        Assert.Equal("The system did not answer within 0.03 seconds.", given.Reason);
        Assert.False(given.IsPending);

        Assert.Equal(given, await AskAsync(probe));
        Assert.Equal(1, _looks);
        gate.SetResult("");
    }

    [Fact]
    public async Task A_look_that_blocks_its_thread_blocks_nobody_else()
    {
        using var gate = new ManualResetEventSlim();
        var probe = Probe<string>.Of(
            () =>
            {
                gate.Wait(Patience.Token);
                return "";
            },
            Long,
            TimeProvider.System);

        Assert.True((await AskAsync(probe, firstPatience: Short)).IsPending);

        gate.Set();
        Assert.NotNull((await AskAsync(probe)).Value);
    }

    [Fact]
    public async Task A_look_is_told_when_its_time_is_over()
    {
        var told = new TaskCompletionSource();
        var probe = new Probe<string>(
            async over =>
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, over);
                }
                catch (OperationCanceledException)
                {
                    told.SetResult();
                    throw;
                }

                return "";
            },
            Short,
            TimeProvider.System);

        await AskAsync(probe);

        await told.Task.WaitAsync(Patience.Token);
    }

    [Fact]
    public async Task Many_who_ask_at_once_share_one_look()
    {
        var gate = new TaskCompletionSource();
        var probe = new Probe<string>(
            async _ =>
            {
                var text = Counted();
                await gate.Task;
                return text;
            },
            Long,
            _clock);

        var asked = Enumerable.Range(0, 20).Select(_ => AskAsync(probe)).ToList();
        gate.SetResult();

        Assert.All(await Task.WhenAll(asked), finding => Assert.Equal("look 1", finding.Value));
    }

    private string Counted() => $"look {Interlocked.Increment(ref _looks)}";

    private static Task<Finding<string>> AskAsync(Probe<string> probe, TimeSpan? firstPatience = null, TimeSpan patience = default)
        => probe.AskAsync(Fresh, firstPatience ?? Long, patience, Patience.Token);
}
