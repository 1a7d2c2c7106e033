using System.Text;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Generation;
using NativeHost.Inference.Sampling;
using Xunit;

namespace NativeHost.Inference.Tests.Generation;

public sealed class GenerationLoopTests
{
    private static readonly SamplingOptions Greedy = new() { Temperature = 0f };
    private readonly ByteTokenizer _tokenizer = new([ByteTokenizer.End], words: ["Hello", " world"]);

    [Fact]
    public async Task An_answer_comes_token_by_token_and_is_the_fold_of_its_events()
    {
        await using var host = HostThatSays("Hello world!", out _);

        var reading = await Reading.OfAsync(host.GenerateAsync(Ask("Hi"), CancellationToken.None));

        Assert.Equal(["Hello", " world", "!"], reading.Pieces);
        Assert.Equal("Hello world!", reading.Text);
        Assert.Equal(string.Concat(reading.Pieces), reading.Text);
        Assert.Equal([1, 2, 3], reading.Events.Where(e => e.Kind == GenerationEventKind.Text).Select(e => e.TokenCount));
        Assert.Equal(StopReason.EndOfTurn, reading.Result.Stop);
        Assert.Equal(_tokenizer.TokenOf(ByteTokenizer.End), reading.Result.Tokens[^1]);
        Assert.Equal(4, reading.Result.Tokens.Count);
        Assert.Equal(2, reading.Result.PromptTokens);
        Assert.Single(reading.Events, e => e.Kind == GenerationEventKind.Completed);
    }

    [Fact]
    public async Task A_token_that_a_bias_forbids_never_comes_and_one_that_is_not_there_is_refused_before_anything_is_computed()
    {
        await using var host = HostThatSays("Hello world!", out var model);
        var hello = new List<Token>();
        _tokenizer.Tokenize("Hello", TextKind.Plain, hello);
        GenerationRequest With(int token) => Ask("Hi") with { MaxNewTokens = 1, Sampling = Greedy with { LogitBias = new Dictionary<int, float> { [token] = -100f } } };

        var failure = await Assert.ThrowsAsync<ArgumentException>(() => Reading.OfAsync(host.GenerateAsync(With(_tokenizer.VocabularySize), CancellationToken.None)));
        var steps = model.Steps.Count;
        var reading = await Reading.OfAsync(host.GenerateAsync(With(hello[0].Id), CancellationToken.None));

        Assert.Contains($"no token {_tokenizer.VocabularySize}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, steps);
        Assert.NotEqual("Hello", reading.Text);
    }

    [Fact]
    public async Task Prefill_goes_in_chunks_and_tells_its_progress()
    {
        await using var host = HostThatSays("x", out var model, batchTokens: 4);

        var reading = await Reading.OfAsync(host.GenerateAsync(Ask("0123456789"), CancellationToken.None));

        Assert.Equal([new(0, 10, 0), new(4, 10, 0), new(8, 10, 0), new(10, 10, 0)], reading.Prefill);
        Assert.Equal([4, 4, 2, 1], model.Steps);
    }

    [Fact]
    public async Task The_second_turn_of_a_chat_computes_only_its_new_tokens()
    {
        await using var host = HostThatSays("fine", out var model, template: "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<end>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}");
        model.Says(_tokenizer.TokenOf(ByteTokenizer.End));
        var question = new ChatMessage(ChatRole.User, "How are you?");
        var first = await Reading.OfAsync(host.GenerateAsync(Chat(question), CancellationToken.None));
        var known = model.Sequence.Count;
        model.Steps.Clear();
        model.Says("good");

        var second = await Reading.OfAsync(host.GenerateAsync(
            Chat(question, new(ChatRole.Assistant, "fine"), new(ChatRole.User, "Good.")), CancellationToken.None));

        Assert.Equal("fine", first.Text);
        Assert.Equal("good", second.Text);
        Assert.Equal(known, second.Result.CachedTokens);
        Assert.Equal(new PrefillProgress(known, second.Result.PromptTokens, known), second.Prefill.First());
        Assert.Equal(second.Result.PromptTokens - known + 4, model.ComputedTokens);
    }

    [Fact]
    public async Task The_same_prompt_again_computes_its_last_token_only()
    {
        await using var host = HostThatSays("a", out var model);
        await Reading.OfAsync(host.GenerateAsync(Ask("prompt"), CancellationToken.None));
        model.Steps.Clear();
        model.Says("b");

        var second = await Reading.OfAsync(host.GenerateAsync(Ask("prompt"), CancellationToken.None));

        Assert.Equal("b", second.Text);
        Assert.Equal(5, second.Result.CachedTokens);
        Assert.Equal([1, 1], model.Steps);
        Assert.Equal("promptb", Encoding.UTF8.GetString([.. model.Sequence.Select(token => (byte)token.Id)]));
    }

    [Fact]
    public async Task Nothing_is_kept_of_what_another_asked()
    {
        await using var host = HostThatSays("a", out var model);
        var secret = Ask("prompt") with { Owner = "one" };
        await Reading.OfAsync(host.GenerateAsync(secret, CancellationToken.None));
        model.Steps.Clear();

        var guess = await Reading.OfAsync(host.GenerateAsync(secret with { Owner = "two" }, CancellationToken.None));
        var own = await Reading.OfAsync(host.GenerateAsync(secret with { Owner = "two" }, CancellationToken.None));
        var back = await Reading.OfAsync(host.GenerateAsync(secret, CancellationToken.None));

        Assert.Equal((0, 5, 0), (guess.Result.CachedTokens, own.Result.CachedTokens, back.Result.CachedTokens));
        Assert.Equal(new PrefillProgress(0, 6, 0), guess.Prefill.First());
        Assert.Equal(6, model.Steps[0]);
    }

    [Fact]
    public async Task A_model_that_cannot_drop_a_part_computes_the_whole_prompt()
    {
        await using var host = HostThatSays("a", out var model, rewindsPartly: false);
        await Reading.OfAsync(host.GenerateAsync(Ask("prompt"), CancellationToken.None));
        model.Steps.Clear();

        var second = await Reading.OfAsync(host.GenerateAsync(Ask("proper"), CancellationToken.None));

        Assert.Equal(0, second.Result.CachedTokens);
        Assert.Equal([6], model.Steps);
    }

    [Fact]
    public async Task A_model_that_lets_go_of_all_in_an_aborted_step_computes_the_whole_prompt()
    {
        await using var host = HostThatSays("abcdef", out var model, rewindsPartly: false);
        model.OnStep = (_, _) => model.Steps.Count == 3 && model.TryRewind(0, 0) ? StepOutcome.Aborted : StepOutcome.Done;
        var stopped = await Reading.OfAsync(host.GenerateAsync(Ask("prompt"), CancellationToken.None));
        model.Steps.Clear();

        var second = await Reading.OfAsync(host.GenerateAsync(Ask("promptab!"), CancellationToken.None));

        Assert.Equal((StopReason.Stopped, "ab"), (stopped.Result.Stop, stopped.Text[..2]));
        Assert.Equal(0, second.Result.CachedTokens);
        Assert.Equal(9, model.Steps[0]);
    }

    [Fact]
    public async Task A_character_split_over_tokens_arrives_whole()
    {
        await using var host = HostThatSays("a😀é", out _);

        var reading = await Reading.OfAsync(host.GenerateAsync(Ask("Hi"), CancellationToken.None));

        Assert.Equal(["a", "😀", "é"], reading.Pieces);
        Assert.Equal([1, 5, 7], reading.Events.Where(e => e.Kind == GenerationEventKind.Text).Select(e => e.TokenCount));
    }

    [Fact]
    public async Task A_stop_text_split_over_tokens_ends_the_answer_before_it()
    {
        await using var host = HostThatSays("Hello\nUser: more", out _);

        var reading = await Reading.OfAsync(host.GenerateAsync(
            Ask("Hi") with { StopTexts = ["\nUser:", "nowhere"] }, CancellationToken.None));

        Assert.Equal("Hello", reading.Text);
        Assert.Equal(["Hello"], reading.Pieces);
        Assert.Equal(StopReason.StopText, reading.Result.Stop);
        Assert.Equal("\nUser:", reading.Result.StopText);
        Assert.Equal(7, reading.Result.Tokens.Count);
    }

    [Fact]
    public async Task Text_that_only_began_like_a_stop_text_is_given_at_the_end()
    {
        await using var host = HostThatSays("ab\nUs", out _);

        var reading = await Reading.OfAsync(host.GenerateAsync(
            Ask("Hi") with { StopTexts = ["\nUser:"] }, CancellationToken.None));

        Assert.Equal(["a", "b", "\nUs"], reading.Pieces);
        Assert.Equal(StopReason.EndOfTurn, reading.Result.Stop);
        Assert.Null(reading.Result.StopText);
    }

    [Fact]
    public async Task The_limit_of_new_tokens_ends_the_answer_and_an_incomplete_character_is_replaced()
    {
        await using var host = HostThatSays("a😀", out var model);

        var reading = await Reading.OfAsync(host.GenerateAsync(
            Ask("Hi") with { MaxNewTokens = 3 }, CancellationToken.None));

        Assert.Equal("a\uFFFD", reading.Text);
        Assert.Equal(StopReason.MaxTokens, reading.Result.Stop);
        Assert.Equal([2, 1, 1], model.Steps);
    }

    [Fact]
    public async Task A_full_context_is_a_clean_end()
    {
        await using var host = HostThatSays("abcdefgh", out _, contextTokens: 6);

        var reading = await Reading.OfAsync(host.GenerateAsync(Ask("Hi"), CancellationToken.None));

        Assert.Equal("abcd", reading.Text);
        Assert.Equal(StopReason.ContextFull, reading.Result.Stop);
    }

    [Fact]
    public async Task An_engine_that_runs_out_of_room_while_it_decodes_ends_the_answer_too()
    {
        await using var host = HostThatSays("abcdefgh", out var model);
        model.OnStep = (_, _) => model.Steps.Count == 3 ? StepOutcome.ContextFull : StepOutcome.Done;

        var reading = await Reading.OfAsync(host.GenerateAsync(Ask("Hi"), CancellationToken.None));

        Assert.Equal("ab", reading.Text);
        Assert.Equal(StopReason.ContextFull, reading.Result.Stop);
    }

    [Theory]
    [InlineData("123456", 7)]
    [InlineData("1234567890", 11)]
    public async Task A_prompt_without_room_for_a_new_token_is_refused_with_the_sizes(string prompt, int needed)
    {
        await using var host = HostThatSays("a", out var model, contextTokens: 6);

        var refusal = await Assert.ThrowsAsync<ContextFullException>(
            () => Reading.OfAsync(host.GenerateAsync(Ask(prompt), CancellationToken.None)));

        Assert.Equal((6, needed), (refusal.Capacity, refusal.Needed));
        Assert.Empty(model.Steps);
        Assert.Equal("a", (await Reading.OfAsync(host.GenerateAsync(Ask("12345"), CancellationToken.None))).Text);
    }

    [Fact]
    public async Task After_an_engine_failure_the_next_generation_starts_from_nothing_and_works()
    {
        await using var host = HostThatSays("", out var model);
        await Reading.OfAsync(host.GenerateAsync(Ask("prompt"), CancellationToken.None));
        model.OnStep = (_, _) => throw new EngineException("The engine broke.");
        await Assert.ThrowsAsync<EngineException>(
            () => Reading.OfAsync(host.GenerateAsync(Ask("prompt"), CancellationToken.None)));
        model.OnStep = null;
        model.Steps.Clear();
        model.Says("a");

        var reading = await Reading.OfAsync(host.GenerateAsync(Ask("prompt"), CancellationToken.None));

        Assert.Equal("a", reading.Text);
        Assert.Equal([6, 1], model.Steps);
    }

    [Fact]
    public async Task A_model_whose_template_cannot_be_read_takes_raw_prompts_only()
    {
        await using var host = HostThatSays("a", out _, template: "{{ something");

        await Assert.ThrowsAsync<UnsupportedTemplateException>(
            () => Reading.OfAsync(host.GenerateAsync(Chat(new ChatMessage(ChatRole.User, "Hi")), CancellationToken.None)));

        Assert.Equal("a", (await Reading.OfAsync(host.GenerateAsync(Ask("Hi"), CancellationToken.None))).Text);
    }

    [Fact]
    public async Task The_figures_tell_the_time_to_the_first_token_and_from_there_to_the_last()
    {
        var clock = new StepClock();
        var model = new ScriptedModel(_tokenizer) { BatchTokens = 4, OnStep = (_, _) => clock.Advance() };
        await using var host = new InProcessModelHost(model, clock);
        model.Says("abc");

        var reading = await Reading.OfAsync(host.GenerateAsync(Ask("0123456789"), CancellationToken.None));

        Assert.Equal(TimeSpan.FromSeconds(3), reading.Result.TimeToFirstToken);
        Assert.Equal(TimeSpan.FromSeconds(3), reading.Result.DecodeTime);
    }

    private static GenerationRequest Ask(string prompt) => new() { Prompt = prompt, Sampling = Greedy };

    private static GenerationRequest Chat(params ChatMessage[] messages) => new() { Messages = messages, Sampling = Greedy };

    private InProcessModelHost HostThatSays(
        string text,
        out ScriptedModel model,
        string? template = null,
        int contextTokens = 4096,
        int batchTokens = 512,
        bool rewindsPartly = true)
    {
        model = new ScriptedModel(_tokenizer, template)
        {
            ContextTokens = contextTokens,
            BatchTokens = batchTokens,
            RewindsPartly = rewindsPartly,
        };
        model.Says(text);
        return new InProcessModelHost(model);
    }

    /// <summary>A clock that a step moves by a second.</summary>
    private sealed class StepClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds;

        public StepOutcome Advance()
        {
            _seconds++;
            return StepOutcome.Done;
        }
    }
}
