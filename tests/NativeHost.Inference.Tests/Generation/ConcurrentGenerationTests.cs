using NativeHost.Inference.Generation;
using NativeHost.Inference.Sampling;
using Xunit;

namespace NativeHost.Inference.Tests.Generation;

/// <summary>Generations that share the steps of a model.</summary>
public sealed class ConcurrentGenerationTests
{
    private const int MaxNewTokens = 60;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private static CancellationToken TestEnd => Patience.Token;

    [Theory]
    [InlineData(8, int.MaxValue, true)]
    [InlineData(8, int.MaxValue, false)]
    [InlineData(3, 700, true)]
    [InlineData(8, 320, true)]
    [InlineData(1, 320, true)]
    public async Task Each_of_many_makes_what_it_makes_alone(int sequences, int room, bool forks)
    {
        var model = ModelOf(sequences, room, forks);
        await using var host = new InProcessModelHost(model);
        var prompts = Prompts(64);

        var readings = await ReadAllAsync(host, prompts);

        for (var i = 0; i < prompts.Length; i++)
        {
            Assert.Equal(ReckoningModel.AnswerTo(prompts[i], MaxNewTokens), readings[i].Text);
            Assert.Equal(readings[i].Text, string.Concat(readings[i].Pieces));
        }

        Assert.Contains(model.Steps, step => step.Length == (room < 400 ? Math.Min(sequences, 2) : sequences));
    }

    [Fact]
    public async Task Those_who_have_to_make_room_for_others_go_on_where_they_were()
    {
        var model = ModelOf(8);
        var random = new Random(11);
        var refused = 0;
        using var allAsked = new ManualResetEventSlim();
        model.OnStep = (batch, _) =>
        {
            allAsked.Wait(Patience.Token);
            var isFull = batch.RunCount > 1 && random.Next(4) == 0;
            refused += isFull ? 1 : 0;
            return isFull ? StepOutcome.ContextFull : StepOutcome.Done;
        };
        await using var host = new InProcessModelHost(model);
        var prompts = Prompts(24);

        var reading = ReadAllAsync(host, prompts);
        allAsked.Set();
        var readings = await reading;

        Assert.Equal(prompts.Select(prompt => ReckoningModel.AnswerTo(prompt, MaxNewTokens)), readings.Select(reading => reading.Text));
        Assert.All(readings, one => Assert.Equal(one.Text, string.Concat(one.Pieces)));
        Assert.True(refused > 20, $"Only {refused} steps found no room.");
    }

    [Fact]
    public async Task Stops_at_random_end_their_own_generations_only()
    {
        var model = ModelOf(8, 900);
        await using var host = new InProcessModelHost(model);
        var prompts = Prompts(64);
        var random = new Random(5);
        var stops = Array.ConvertAll(prompts, _ => new CancellationTokenSource());
        var stopped = Enumerable.Range(0, prompts.Length).Where(_ => random.Next(2) == 0).ToHashSet();
        var steps = 0;
        var toStop = new Queue<int>(stopped);
        model.OnStep = (_, _) =>
        {
            if (++steps % 3 == 0 && toStop.TryDequeue(out var next))
            {
                stops[next].Cancel();
            }

            return StepOutcome.Done;
        };

        var readings = await Task.WhenAll(prompts.Select((prompt, i) => Reading.OfAsync(host.GenerateAsync(Ask(prompt, i), stops[i].Token)))).WaitAsync(LongestWait, TestEnd);

        for (var i = 0; i < prompts.Length; i++)
        {
            var expected = ReckoningModel.AnswerTo(prompts[i], MaxNewTokens);
            Assert.StartsWith(readings[i].Text, expected, StringComparison.Ordinal);
            Assert.True(stopped.Contains(i) || readings[i].Text == expected, $"Generation {i} was not stopped and is not whole.");
        }

        Assert.Contains(readings, reading => reading.Result.Stop == StopReason.Stopped);
        Array.ForEach(stops, stop => stop.Dispose());
    }

    [Fact]
    public async Task A_step_is_broken_off_only_when_all_in_it_are_stopped()
    {
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        using var gate = new ManualResetEventSlim();
        var raised = new List<bool>();
        var model = ModelOf(2);
        model.OnStep = (batch, abort) =>
        {
            gate.Wait(LongestWait);
            if (batch.RunCount == 2)
            {
                first.Cancel();
                raised.Add(abort.IsRaised);
                second.Cancel();
                raised.Add(abort.IsRaised);
            }

            return abort.IsRaised ? StepOutcome.Aborted : StepOutcome.Done;
        };
        await using var host = new InProcessModelHost(model);
        var prompt = new string('x', 1000);

        var both = Task.WhenAll(
            Reading.OfAsync(host.GenerateAsync(Ask(prompt, 1), first.Token)), Reading.OfAsync(host.GenerateAsync(Ask(prompt, 2), second.Token)));
        gate.Set();
        var readings = await both.WaitAsync(LongestWait, TestEnd);

        Assert.Equal([false, true], raised);
        Assert.All(readings, reading => Assert.Equal(StopReason.Stopped, reading.Result.Stop));
    }

    [Fact]
    public async Task Readers_that_never_read_hold_nobody_up_and_lose_nothing()
    {
        var model = new ReckoningModel(new ByteTokenizer([ByteTokenizer.End]), 2);
        await using var host = new InProcessModelHost(model);

        // Of answers that are longer than what is made ahead of a reader.
        var prompts = Enumerable.Range(0, 1000).Select(i => $"long {i}").Where(prompt => ReckoningModel.AnswerTo(prompt, 500).Length > 150).Take(3).ToArray();
        var stalled = Array.ConvertAll(prompts, prompt => host.GenerateAsync(Ask(prompt, 0) with { MaxNewTokens = 500 }, TestEnd).GetAsyncEnumerator(TestEnd));
        foreach (var reader in stalled)
        {
            await reader.MoveNextAsync();
        }

        var readings = await ReadAllAsync(host, Prompts(8));

        Assert.Equal(Prompts(8).Select(prompt => ReckoningModel.AnswerTo(prompt, MaxNewTokens)), readings.Select(reading => reading.Text));
        for (var i = 0; i < prompts.Length; i++)
        {
            GenerationEvent last = default;
            while (await stalled[i].MoveNextAsync())
            {
                last = stalled[i].Current;
            }

            Assert.Equal(ReckoningModel.AnswerTo(prompts[i], 500), System.Text.Encoding.UTF8.GetString(last.Result!.Text.Span));
            await stalled[i].DisposeAsync();
        }
    }

    [Fact]
    public async Task An_owner_with_one_generation_does_not_wait_behind_another_with_many()
    {
        var ended = new List<string>();
        using var gate = new ManualResetEventSlim();
        var model = ModelOf(1);
        model.OnStep = (_, _) => gate.Wait(LongestWait) ? StepOutcome.Done : StepOutcome.Aborted;
        await using var host = new InProcessModelHost(model);
        var many = Enumerable.Range(0, 5).Select(i => ReadAsync("many", i)).ToList();
        many.Add(ReadAsync("one", 9));

        gate.Set();
        await Task.WhenAll(many).WaitAsync(LongestWait, TestEnd);

        Assert.Equal("one", ended[1]);

        async Task ReadAsync(string owner, int i)
        {
            await Reading.OfAsync(host.GenerateAsync(Ask($"{owner} {i}", i) with { Owner = owner }, TestEnd));
            lock (ended)
            {
                ended.Add(owner);
            }
        }
    }

    [Fact]
    public async Task A_long_prompt_lets_the_answers_beside_it_go_on_and_a_short_one_pass()
    {
        var model = ModelOf(4);
        await using var host = new InProcessModelHost(model);
        using var gate = new ManualResetEventSlim();
        model.OnStep = (_, _) => model.Steps.Count < 2 || gate.Wait(LongestWait) ? StepOutcome.Done : StepOutcome.Aborted;
        var talker = Reading.OfAsync(host.GenerateAsync(Ask(LongAnswer(), 0), TestEnd));
        var longPrompt = Reading.OfAsync(host.GenerateAsync(Ask(new string('l', 2000), 1), TestEnd));
        var shortPrompt = Reading.OfAsync(host.GenerateAsync(Ask(new string('s', 30), 2), TestEnd));

        gate.Set();
        await Task.WhenAll(talker, longPrompt, shortPrompt).WaitAsync(LongestWait, TestEnd);

        // Once it talks, its sequence is in each step until its answer ends.
        var speaks = model.Steps.Select(step => step.Any(run => run.Sequence == 0)).ToList();
        Assert.Equal(-1, speaks.Take(MaxNewTokens).ToList().IndexOf(false));
        var longSteps = model.Steps.Count(step => step.Any(run => run.Sequence == 1 && run.Tokens > 1));
        var shortSteps = model.Steps.Count(step => step.Any(run => run.Sequence == 2 && run.Tokens > 1));
        Assert.True(longSteps > 10 && shortSteps <= 2, $"{longSteps} and {shortSteps} steps of prompts.");
    }

    [Fact]
    public async Task Nothing_that_was_computed_for_one_owner_is_used_for_another()
    {
        var model = ModelOf(4);
        await using var host = new InProcessModelHost(model);
        var prompt = new string('p', 300);
        var readings = new List<Reading>();
        foreach (var owner in (string?[])["a", "b", null, "a"])
        {
            readings.Add(await Reading.OfAsync(host.GenerateAsync(Ask(prompt, 0) with { Owner = owner }, TestEnd)));
        }

        var together = await Task.WhenAll(((string[])["c", "d"]).Select(
            owner => Reading.OfAsync(host.GenerateAsync(Ask(prompt, 0) with { Owner = owner }, TestEnd)))).WaitAsync(LongestWait, TestEnd);

        Assert.Equal([0, 0, 0, 299], readings.Select(reading => reading.Result.CachedTokens));
        Assert.Equal([0, 0], together.Select(reading => reading.Result.CachedTokens));
    }

    [Fact]
    public async Task Several_chats_stay_warm_and_a_start_that_they_share_is_computed_once()
    {
        var model = ModelOf(4);
        await using var host = new InProcessModelHost(model);
        var system = new string('s', 400);
        var chats = Enumerable.Range(0, 3).Select(i => $"{system}{i}{new string((char)('A' + i), 500)}").ToArray();
        for (var turn = 0; turn < 3; turn++)
        {
            for (var i = 0; i < chats.Length; i++)
            {
                model.Steps.Clear();
                var reading = await Reading.OfAsync(host.GenerateAsync(Ask(chats[i], 0), TestEnd));
                Assert.Equal(ReckoningModel.AnswerTo(chats[i], MaxNewTokens), reading.Text);
                Assert.InRange(model.ComputedTokens, 1, turn > 0 ? 30 + MaxNewTokens : i > 0 ? 510 + MaxNewTokens : int.MaxValue);
                chats[i] += reading.Text + "more of it";
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Many_answers_to_one_prompt_compute_it_once(bool forks)
    {
        var model = ModelOf(8, forks: forks);

        // Or the first could have ended before the others asked, who then go on from what it left.
        using var allAsked = new ManualResetEventSlim();
        model.OnStep = (_, _) =>
        {
            allAsked.Wait(Patience.Token);
            return StepOutcome.Done;
        };
        await using var host = new InProcessModelHost(model);
        var prompt = new string('p', 1000);

        var reading = ReadAllAsync(host, [.. Enumerable.Repeat(prompt, 6)]);
        allAsked.Set();
        var readings = await reading;

        Assert.All(readings, one => Assert.Equal(ReckoningModel.AnswerTo(prompt, MaxNewTokens), one.Text));
        Assert.Equal(forks, model.ComputedTokens < 1000 + 6 * (MaxNewTokens + 1));
    }

    [Fact]
    public async Task A_step_that_fails_ends_those_who_were_in_it_and_the_next_ones_find_nothing_left()
    {
        var model = ModelOf(4);
        await using var host = new InProcessModelHost(model);
        await ReadAllAsync(host, Prompts(8));
        model.OnStep = (batch, _) => batch.RunCount == 3 ? throw new EngineException("It broke.") : StepOutcome.Done;
        var prompts = Prompts(20);

        var outcomes = await Task.WhenAll(prompts.Select(async (prompt, i) =>
        {
            try
            {
                return (await Reading.OfAsync(host.GenerateAsync(Ask(prompt, i), TestEnd))).Text;
            }
            catch (EngineException)
            {
                return null;
            }
        })).WaitAsync(LongestWait, TestEnd);
        model.OnStep = null;
        var after = await ReadAllAsync(host, prompts);

        Assert.True(outcomes.Any(text => text is null) && outcomes.Any(text => text is not null));
        Assert.All(prompts.Zip(outcomes), pair => Assert.True(pair.Second is null || pair.Second == ReckoningModel.AnswerTo(pair.First, MaxNewTokens)));
        Assert.Equal(prompts.Select(prompt => ReckoningModel.AnswerTo(prompt, MaxNewTokens)), after.Select(reading => reading.Text));
    }

    private static ReckoningModel ModelOf(int sequences, int room = int.MaxValue, bool forks = true)
        => new(new ByteTokenizer([ByteTokenizer.End]), sequences) { CacheTokens = room, ContextTokens = Math.Min(room, 4096), Forks = forks };

    /// <summary>A prompt whose answer is as long as it may be.</summary>
    private static string LongAnswer()
        => Enumerable.Range(0, 1000).Select(i => $"talk {i}").First(prompt => ReckoningModel.AnswerTo(prompt, MaxNewTokens).Length == MaxNewTokens);

    private static string[] Prompts(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(i => new string((char)('A' + random.Next(3)), random.Next(1, 200)) + i)];
    }

    private static GenerationRequest Ask(string prompt, int owner)
        => new() { Prompt = prompt, Sampling = new SamplingOptions { Temperature = 0f }, MaxNewTokens = MaxNewTokens, Owner = (owner % 3).ToString() };

    private static Task<Reading[]> ReadAllAsync(InProcessModelHost host, string[] prompts)
        => Task.WhenAll(prompts.Select((prompt, i) => Reading.OfAsync(host.GenerateAsync(Ask(prompt, prompts.Length == 6 ? 0 : i), TestEnd)))).WaitAsync(LongestWait, TestEnd);
}
