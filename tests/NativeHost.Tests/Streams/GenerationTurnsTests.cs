using NativeHost.Actions.Streams;
using NativeHost.Messages;
using Xunit;

namespace NativeHost.Tests.Streams;

public sealed class GenerationTurnsTests
{
    private const string Model = "/a.gguf";
    private const string OtherModel = "/b.gguf";

    private static readonly Caller One = new(CallerKind.Extension, "one");
    private static readonly Caller Two = new(CallerKind.Extension, "two");
    private static readonly CallerLimits Limits = new(ConcurrentStreams: 2, QueueLength: 3, TokensPerMinute: 100);

    private readonly ManualTime _time = new();
    private readonly GenerationTurns _turns;

    public GenerationTurnsTests() => _turns = new GenerationTurns(Limits, _time);

    private Turn Ask(Caller caller, string model, int atOnce = 1) => _turns.Ask(caller, model, atOnce);

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public void A_free_model_is_given_at_once_and_another_model_too()
    {
        using var first = Ask(One, Model);
        using var second = Ask(One, OtherModel);
        using var third = Ask(One, Model);

        Assert.Equal((true, true, false), (first.HasCome, second.HasCome, third.HasCome));
    }

    [Fact]
    public void A_model_that_takes_several_gives_turns_until_it_is_full_and_its_callers_limits_are_kept()
    {
        List<Turn> turns = [.. Enumerable.Range(0, 5).Select(_ => Ask(One, Model, atOnce: 3)), Ask(Two, Model, atOnce: 3)];

        Assert.Equal([true, true, false, false, false, true], turns.Select(turn => turn.HasCome));

        turns[5].Dispose();
        Assert.Equal(2, turns.Take(5).Count(turn => turn.HasCome));
        turns[0].Dispose();
        Assert.True(turns[2].HasCome);
        turns.ForEach(turn => turn.Dispose());
    }

    [Fact]
    public async Task Callers_take_turns_however_much_one_of_them_asked_for()
    {
        var running = Ask(One, Model);
        List<(string Name, Turn Turn)> waiting =
        [
            ("one's second", Ask(One, Model)),
            ("one's third", Ask(One, Model)),
            ("one's fourth", Ask(One, Model)),
            ("two's first", Ask(Two, Model)),
            ("two's second", Ask(Two, Model)),
        ];
        int?[] positions = await Task.WhenAll(waiting.Select(entry => entry.Turn.NextAsync(Timeout).AsTask()));

        List<string> served = [];
        while (waiting.Count > 0)
        {
            running.Dispose();
            var next = Assert.Single(waiting, entry => entry.Turn.HasCome);
            served.Add(next.Name);
            waiting.Remove(next);
            running = next.Turn;
        }

        running.Dispose();
        Assert.Equal(["two's first", "one's second", "two's second", "one's third", "one's fourth"], served);
        Assert.Equal([2, 4, 5, 1, 3], positions);
    }

    [Fact]
    public void Who_comes_back_at_once_does_not_overtake_who_waits()
    {
        var first = Ask(One, Model);
        var patient = Ask(One, Model);
        var two = Ask(Two, Model);
        first.Dispose();
        Assert.True(two.HasCome);
        var three = Ask(new Caller(CallerKind.Extension, "three"), Model);
        var rounds = 0;
        for (; rounds < 10 && !patient.HasCome; rounds++)
        {
            if (two.HasCome)
            {
                two.Dispose();
                two = Ask(Two, Model);
            }
            else
            {
                three.Dispose();
                three = Ask(three.Owner, Model);
            }
        }

        Assert.InRange(rounds, 1, 3);
    }

    [Fact]
    public async Task Who_waits_is_told_when_its_place_changes_and_when_its_turn_comes()
    {
        using var first = Ask(One, Model);
        using var second = Ask(One, Model);
        using var third = Ask(One, Model);
        Assert.Equal(2, await third.NextAsync(Timeout));

        var next = third.NextAsync(Timeout).AsTask();
        Assert.False(next.IsCompleted);
        second.Dispose();
        Assert.Equal(1, await next);

        first.Dispose();
        Assert.Null(await third.NextAsync(Timeout));
    }

    [Fact]
    public async Task Who_waits_may_leave()
    {
        using var first = Ask(One, Model);
        using var second = Ask(One, Model);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Timeout);
        await second.NextAsync(stop.Token);

        var next = second.NextAsync(stop.Token).AsTask();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public void A_caller_at_its_limit_waits_though_a_model_is_free_and_others_do_not()
    {
        using var first = Ask(One, "/1.gguf");
        using var second = Ask(One, "/2.gguf");
        using var third = Ask(One, Model);
        using var others = Ask(Two, OtherModel);
        Assert.Equal((false, true), (third.HasCome, others.HasCome));

        second.Dispose();

        Assert.True(third.HasCome);
    }

    [Fact]
    public void More_than_a_callers_queue_is_refused_namespaces_or_not_and_the_user_has_no_limit()
    {
        using var running = Ask(One, Model);
        for (var i = 0; i < Limits.QueueLength; i++)
        {
            Ask(One.Within($"profile {i}"), Model);
        }

        Assert.Equal(ErrorCode.TooManyRequests, Assert.Throws<RequestException>(() => Ask(One, Model)).Code);
        Assert.False(Ask(Two, Model).HasCome);
        for (var i = 0; i < 100; i++)
        {
            Assert.False(Ask(Caller.Local, Model).HasCome);
        }
    }

    [Fact]
    public async Task Who_used_its_tokens_is_told_how_long_to_wait_and_nobody_else_is()
    {
        _turns.Spend(One, 60);
        await _time.AdvanceAsync(TimeSpan.FromSeconds(20), waiting: 0, Timeout);
        _turns.Spend(One, 60);

        var refusal = Assert.Throws<RequestException>(() => _turns.CheckTokens(One.Within("profile")));
        Assert.Equal((ErrorCode.RateLimited, 40_000L), (refusal.Code, refusal.Details!.RetryAfterMs));
        _turns.CheckTokens(Two);

        await _time.AdvanceAsync(TimeSpan.FromSeconds(40), waiting: 0, Timeout);
        _turns.CheckTokens(One);
    }
}
