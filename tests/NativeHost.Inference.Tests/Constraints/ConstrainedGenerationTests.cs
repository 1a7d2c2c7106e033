using System.Text;
using NativeHost.Inference.Constraints;
using NativeHost.Inference.Generation;
using NativeHost.Inference.Sampling;
using NativeHost.Inference.Tests.Generation;
using Xunit;

namespace NativeHost.Inference.Tests.Constraints;

/// <summary>Constraints in the generation loop, with a model that says what it likes.</summary>
public sealed class ConstrainedGenerationTests
{
    private static readonly SamplingOptions Greedy = new() { Temperature = 0f };
    private readonly ByteTokenizer _tokenizer = new([ByteTokenizer.End], words: ["yes", "no"]);

    [Fact]
    public async Task The_answer_is_what_the_constraint_allows_and_ends_where_it_is_complete()
    {
        var reading = await AskAsync(new ChoicesSpec(["yes", "no"]), Greedy, "yes but no");

        Assert.Equal("yes", reading.Text);
        Assert.Equal(StopReason.EndOfTurn, reading.Result.Stop);
        Assert.Single(reading.Result.Tokens);
    }

    [Fact]
    public async Task The_models_end_comes_only_where_the_text_is_complete()
    {
        var reading = await AskAsync(new RegexSpec("a{3,}"), Greedy, "aa");

        Assert.StartsWith("aaa", reading.Text, StringComparison.Ordinal);
        Assert.Equal(StopReason.EndOfTurn, reading.Result.Stop);
        Assert.Equal(_tokenizer.TokenOf(ByteTokenizer.End), reading.Result.Tokens[^1]);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    public async Task The_prompt_is_not_part_of_it_and_no_rule_brings_back_what_is_forbidden(float temperature)
    {
        var sampling = new SamplingOptions
        {
            Temperature = temperature,
            Seed = 1,
            RepetitionPenalty = 1.3f,
            DryMultiplier = 1f,
            TopNSigma = 1f,
            TypicalP = 0.9f,
            LogitBias = new Dictionary<int, float> { ['x'] = float.MaxValue, ['1'] = -float.MaxValue, ['2'] = -float.MaxValue },
        };

        var reading = await AskAsync(new RegexSpec("[12]{5}"), sampling, "hello there");

        Assert.Matches("^[12]{5}$", reading.Text);
        Assert.Equal(StopReason.EndOfTurn, reading.Result.Stop);
    }

    [Fact]
    public async Task An_answer_that_is_complete_with_its_last_token_is_not_cut_off()
    {
        var reading = await AskAsync(new LiteralSpec("abc"), Greedy, "zzz", maxNewTokens: 3);

        Assert.Equal("abc", reading.Text);
        Assert.Equal(StopReason.EndOfTurn, reading.Result.Stop);
    }

    [Fact]
    public async Task A_constraint_that_cannot_be_used_fails_the_generation_and_the_next_one_works()
    {
        var model = new ScriptedModel(_tokenizer);
        await using var host = new InProcessModelHost(model);
        var request = new GenerationRequest { Prompt = "Hi", Sampling = Greedy, Constraint = new JsonSchemaSpec("""{"not":{}}""") };

        var failure = await Assert.ThrowsAsync<ConstraintException>(() => Reading.OfAsync(host.GenerateAsync(request, CancellationToken.None)));
        model.Says("ok");
        var reading = await Reading.OfAsync(host.GenerateAsync(request with { Constraint = null }, CancellationToken.None));

        Assert.Equal("#/not", failure.Place);
        Assert.Equal("ok", reading.Text);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    public void Where_all_that_is_allowed_was_made_impossible_something_allowed_comes(float temperature)
    {
        // More tokens than a short list has.
        var letters = "abcdefghij".ToCharArray();
        var tokenizer = new ByteTokenizer([ByteTokenizer.End], [.. letters.SelectMany(a => letters.SelectMany(b => letters.Select(c => $"{a}{b}{c}")))]);
        var state = new ConstraintCompiler(tokenizer).Compile(new RegexSpec("[a-j]+")).Start();
        var sampler = new Sampler(new SamplingOptions { Temperature = temperature }, new Candidates(tokenizer.VocabularySize), 100, tokenizer, state);
        var logits = new float[tokenizer.VocabularySize];
        for (var id = 0; id < logits.Length; id++)
        {
            logits[id] = state.Allows(new Token(id)) ? float.NegativeInfinity : 1f;
        }

        Assert.Equal(new Token('a'), sampler.Next(logits));
    }

    [Fact]
    public void A_warm_mask_allocates_nothing()
    {
        var constraint = Constrained.Compile(new JsonSchemaSpec("""{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["a"]}"""));
        var text = Encoding.UTF8.GetBytes("{\"a\": \"some text\",\"b\":12}");
        var logits = new float[Constrained.Tokenizer.VocabularySize];
        Run();

        // A moment's work of the runtime itself may be counted, so the least of some runs.
        var least = Enumerable.Range(0, 5).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Run();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.InRange(least, 0, 200);

        void Run()
        {
            var state = constraint.Start();
            foreach (var value in text)
            {
                state.Apply(logits);
                state.Accept(new Token(value));
            }
        }
    }

    private async Task<Reading> AskAsync(ConstraintSpec constraint, SamplingOptions sampling, string says, int maxNewTokens = 50)
    {
        var model = new ScriptedModel(_tokenizer);
        model.Says(says);
        await using var host = new InProcessModelHost(model);
        var request = new GenerationRequest { Prompt = "no yes 12", Sampling = sampling, Constraint = constraint, MaxNewTokens = maxNewTokens };
        return await Reading.OfAsync(host.GenerateAsync(request, CancellationToken.None));
    }
}
