using NativeHost.Inference.Constraints;
using Xunit;

namespace NativeHost.Inference.Tests.Constraints;

/// <summary>What comes out under random schemas, held to a validator of others.</summary>
public sealed class GeneratedSchemaTests
{
    private const int Blocks = 10;
    private const int SchemasOfBlock = 50;
    private const int AnswersOfSchema = 3;

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Blocks)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Whatever_is_generated_under_a_schema_is_valid(int block)
    {
        for (var seed = block * SchemasOfBlock; seed < (block + 1) * SchemasOfBlock; seed++)
        {
            var schema = new SchemaMaker(new Random(seed)).Root().ToJsonString();
            var constraint = Constrained.Compile(new JsonSchemaSpec(schema));
            var validator = SchemaAnswers.Validator(schema);
            for (var i = 0; i < AnswersOfSchema; i++)
            {
                var text = Constrained.Generate(constraint, (seed * AnswersOfSchema) + i);
                Assert.NotNull(text);
                Assert.True(SchemaAnswers.IsValid(validator, text), $"Seed {seed}: {text}\n{schema}");
            }
        }
    }

    [Fact]
    public void Masks_are_what_each_token_by_itself_does()
    {
        var random = new Random(1);
        for (var seed = 0; seed < 60; seed++)
        {
            var state = Constrained.Compile(new JsonSchemaSpec(new SchemaMaker(new Random(seed)).Root().ToJsonString())).Start();
            for (var i = 0; i < 60 && !state.IsFinished; i++)
            {
                var allowed = Constrained.CheckMask(state);
                Assert.NotEmpty(allowed);
                Assert.True(state.Accept(allowed[random.Next(allowed.Count)]));
            }
        }
    }
}
