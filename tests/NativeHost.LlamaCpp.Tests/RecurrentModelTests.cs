using System.Diagnostics;
using NativeHost.Inference;

namespace NativeHost.LlamaCpp.Tests;

public sealed class RecurrentModelTests
{
    private static readonly int[] Prompt = [1, 15, 571, 391, 261, 351, 380, 261, 666, 51, 4, 15, 2, 15];

    [Fact]
    public async Task A_step_that_is_interrupted_on_its_way_leaves_an_empty_sequence_and_no_half_state()
    {
        using var file = RecurrentModelFile.Create();
        using var abort = new AbortSignal();
        using var model = await TestModels.LoadAsync(file.Path);
        var batch = new StepBatch(model.BatchTokens);
        var filler = Enumerable.Repeat(261, 512).ToArray();
        Greedy.Append(model, batch, Prompt, abort);
        var clean = model.Logits(0).ToArray();
        var started = Stopwatch.GetTimestamp();
        Greedy.Append(model, batch, filler, abort);
        var delay = Stopwatch.GetElapsedTime(started);

        // The delay shrinks until the signal comes inside the step; one that comes before it leaves the prompt where it is.
        var position = Prompt.Length;
        for (var attempt = 0; attempt < 50 && position >= Prompt.Length; attempt++)
        {
            delay *= 0.9;
            Assert.True(model.TryRewind(0, 0));
            abort.Lower();
            Greedy.Append(model, batch, Prompt, abort);
            batch.Clear();
            batch.Add(0, Array.ConvertAll(filler, id => new Token(id)), wantsLogits: true);
            await StepUntilRaisedAsync(model, batch, abort, delay);
            position = model.Position(0);
        }

        Assert.Equal(0, position);
        abort.Lower();
        Greedy.Append(model, batch, Prompt, abort);
        Assert.Equal(clean, model.Logits(0).ToArray());
    }

    [Fact]
    public async Task A_part_of_a_state_cannot_be_dropped_and_stays()
    {
        using var file = RecurrentModelFile.Create();
        using var abort = new AbortSignal();
        using var model = await TestModels.LoadAsync(file.Path);
        Greedy.Append(model, new StepBatch(model.BatchTokens), Prompt, abort);

        Assert.False(model.TryRewind(0, 3));

        Assert.Equal(Prompt.Length, model.Position(0));
    }

    private static async Task StepUntilRaisedAsync(ILanguageModel model, StepBatch batch, AbortSignal abort, TimeSpan delay)
    {
        var started = Stopwatch.GetTimestamp();
        var raiser = Task.Run(
            () =>
            {
                SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(started) > delay);
                abort.Raise();
            },
            Patience.Token);
        model.Step(batch, abort);
        await raiser;
    }
}
