using NativeHost.Inference.Generation;
using NativeHost.Inference.Sampling;
using Xunit;

namespace NativeHost.Inference.Tests.Generation;

/// <summary>Tokens that are guessed make answers faster, and no other ones.</summary>
public sealed class PromptLookupTests
{
    private const int MaxNewTokens = 300;

    private static readonly string Text = string.Concat(Enumerable.Range(0, 50).Select(i => $"sentence number {i * 37 % 50}, "));

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(20)]
    [InlineData(7)]
    [InlineData(2)]
    [InlineData(1)]
    public async Task An_answer_that_copies_takes_fewer_steps_and_is_the_same(int copied)
    {
        var model = ModelThatCopies(copied);
        await using var host = new InProcessModelHost(model, new ManualTime());

        var reading = await Reading.OfAsync(host.GenerateAsync(Ask(Text), Patience.Token));

        Assert.Equal(ReckoningModel.AnswerTo(Text, MaxNewTokens, model.Rule), reading.Text);
        Assert.Equal(reading.Text, string.Concat(reading.Pieces));
        Assert.Equal(Enumerable.Range(1, reading.Result.Tokens.Count), reading.Events.Where(e => e.Kind == GenerationEventKind.Text).Select(e => e.TokenCount));
        Assert.InRange(model.Steps.Count, 1, copied > 100 ? 120 : copied > 10 ? 220 : 16 + (Text.Length / 64) + MaxNewTokens);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public async Task The_limit_of_tokens_and_the_context_hold_inside_a_guess(int room)
    {
        var model = ModelThatCopies(int.MaxValue, Text.Length + 40 + room);
        await using var host = new InProcessModelHost(model, new ManualTime());

        var full = await Reading.OfAsync(host.GenerateAsync(Ask(Text), Patience.Token));
        var limited = await Reading.OfAsync(host.GenerateAsync(Ask(Text) with { MaxNewTokens = 20 + room }, Patience.Token));

        Assert.Equal((StopReason.ContextFull, 40 + room), (full.Result.Stop, full.Result.Tokens.Count));
        Assert.Equal((StopReason.MaxTokens, 20 + room), (limited.Result.Stop, limited.Result.Tokens.Count));
        Assert.Equal(full.Text[..(20 + room)], limited.Text);
    }

    [Fact]
    public async Task A_stop_text_inside_a_guess_ends_the_answer_there_and_the_next_turn_goes_on_from_it()
    {
        var model = ModelThatCopies(int.MaxValue);
        await using var host = new InProcessModelHost(model, new ManualTime());
        var request = Ask(Text) with { StopTexts = ["number 24"] };

        var first = await Reading.OfAsync(host.GenerateAsync(request, Patience.Token));
        var prompt = Text + first.Text + "number 24!";
        var second = await Reading.OfAsync(host.GenerateAsync(Ask(prompt), Patience.Token));

        var whole = ReckoningModel.AnswerTo(Text, MaxNewTokens, model.Rule);
        Assert.Equal(whole[..whole.IndexOf("number 24", StringComparison.Ordinal)], first.Text);
        Assert.Equal(ReckoningModel.AnswerTo(prompt, MaxNewTokens, model.Rule), second.Text);
    }

    [Fact]
    public async Task A_step_without_room_for_its_guess_loses_nothing()
    {
        var model = ModelThatCopies(int.MaxValue);
        await using var host = new InProcessModelHost(model, new ManualTime());
        await Reading.OfAsync(host.GenerateAsync(Ask(Text) with { Owner = "other" }, Patience.Token));
        var refused = 0;
        model.OnStep = (batch, _) => batch.Count == 9 && refused++ == 0 ? StepOutcome.ContextFull : StepOutcome.Done;

        var reading = await Reading.OfAsync(host.GenerateAsync(Ask(Text), Patience.Token));

        Assert.Equal(ReckoningModel.AnswerTo(Text, MaxNewTokens, model.Rule), reading.Text);
        Assert.True(refused > 1);
    }

    [Fact]
    public void Guesses_that_cost_more_than_they_give_are_left_out_for_longer_and_longer()
    {
        var lookup = new PromptLookup();
        Token[] held = [.. Enumerable.Range(0, 200).Select(i => new Token(i % 5))];
        var guesses = 0;
        for (var step = 0; step < 1000; step++)
        {
            var guessed = lookup.Guess(held, new Token(0), 8);
            guesses += guessed > 0 ? 1 : 0;

            // Of nine tokens two are right, and the step takes as long as four.
            lookup.Observe(guessed > 0 ? 2 : 1, guessed > 0 ? 4 : 1);
        }

        Assert.InRange(guesses, 5, 30);
    }

    /// <summary>A model that says the prompt again, but for a letter of its own after so many.</summary>
    private static ReckoningModel ModelThatCopies(int copied, int contextTokens = 8192)
        => new(new ByteTokenizer([ByteTokenizer.End]), 2)
        {
            DraftTokens = 8,
            ContextTokens = contextTokens,
            Rule = tokens => tokens.Count % copied == copied - 1 ? 'A' + (tokens.Count % 26) : tokens[tokens.Count % Text.Length].Id,
        };

    private static GenerationRequest Ask(string prompt)
        => new() { Prompt = prompt, MaxNewTokens = MaxNewTokens, Sampling = new SamplingOptions { Temperature = 0f } };
}
