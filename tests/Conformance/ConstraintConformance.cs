using System.Text;
using System.Text.RegularExpressions;
using NativeHost.Inference;
using NativeHost.Inference.Constraints;
using NativeHost.Inference.Generation;
using NativeHost.Inference.Sampling;

namespace NativeHost.Testing;

/// <summary>What every engine makes under constraints, with random schemas and patterns: the demo model knows stories only, and at a high temperature next to nothing.</summary>
public abstract class ConstraintConformance(EngineUnderTest engine)
{
    [Fact]
    public async Task Answers_under_schemas_are_valid()
    {
        var schemas = LongRun.Rounds(25, 500);
        await using var host = await LoadAsync();
        var complete = 0;
        for (var seed = 0; seed < schemas; seed++)
        {
            var schema = new SchemaMaker(new Random(seed)).Root().ToJsonString();
            if (await AnswerAsync(host, new JsonSchemaSpec(schema), seed) is { } answer)
            {
                complete++;
                Assert.True(SchemaAnswers.IsValid(SchemaAnswers.Validator(schema), answer), $"Seed {seed}: {answer}\n{schema}");
            }
        }

        Assert.InRange(complete, schemas / 2, schemas);
    }

    [Fact]
    public async Task Answers_under_patterns_match()
    {
        var patterns = LongRun.Rounds(15, 200);
        await using var host = await LoadAsync();
        var complete = 0;
        for (var seed = 0; seed < patterns; seed++)
        {
            var pattern = new PatternMaker(new Random(seed)).Pattern();
            if (await AnswerAsync(host, new RegexSpec(pattern), seed) is not { } answer || answer.Any(char.IsSurrogate))
            {
                // .NET's patterns match units of UTF-16, ours characters.
                continue;
            }

            complete++;
            Assert.True(Regex.IsMatch(answer, $"\\A(?:{pattern})\\z", RegexOptions.ECMAScript), $"Seed {seed}: {pattern} made {answer}");
        }

        Assert.InRange(complete, patterns / 4, patterns);
    }

    private async Task<IModelHost> LoadAsync() => new InProcessModelHost(await engine.LoadAsync(new ModelLoadOptions { GpuLayers = 0 }));

    /// <returns>Null where the answer was not complete in time.</returns>
    private static async Task<string?> AnswerAsync(IModelHost host, ConstraintSpec constraint, int seed)
    {
        var request = new GenerationRequest
        {
            Prompt = "Once upon a time",
            Constraint = constraint,
            MaxNewTokens = 400,
            Sampling = new SamplingOptions { Temperature = 2f, TopK = 0, TopP = 1f, Seed = seed },
        };
        await foreach (var happening in host.GenerateAsync(request, Patience.Token))
        {
            if (happening.Result is { } result)
            {
                return result.Stop == StopReason.EndOfTurn ? new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(result.Text.Span) : null;
            }
        }

        throw new InvalidOperationException("The generation had no result.");
    }
}
