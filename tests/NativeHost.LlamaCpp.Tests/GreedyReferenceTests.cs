using System.Runtime.Intrinsics.X86;
using System.Text.Json;

namespace NativeHost.LlamaCpp.Tests;

/// <summary>Token for token what llama.cpp itself makes.</summary>
public sealed class GreedyReferenceTests
{
    [Fact]
    public async Task The_demo_model_continues_its_prompts_as_the_reference_does()
    {
        using var references = JsonDocument.Parse(await File.ReadAllBytesAsync(TestModels.StoryReferences, Patience.Token));
        using var model = await TestModels.LoadAsync(TestModels.Story);

        foreach (var reference in references.RootElement.GetProperty("tabagent-story-f16.gguf").EnumerateArray())
        {
            var expected = Ids(reference.GetProperty("ids"));

            Assert.True(model.TryRewind(0, 0));
            var made = Greedy.Continue(model, Ids(reference.GetProperty("prompt_ids")), expected.Length);

            Assert.Equal(expected, made);
        }
    }

    [Theory]
    [InlineData("stories260K-F32.gguf")]
    [InlineData("stories260K-F16.gguf")]
    [InlineData("stories260K-Q8_0.gguf")]
    [InlineData("stories260K-Q4_0.gguf")]
    public async Task A_quantized_story_model_makes_the_reference_tokens(string file)
    {
        var path = TestModels.Shared("stories260K", file);
        var expected = await ReferenceOf(file);

        // The references were made with AVX-512. Shorter vectors sum in another order, and from some token on that decides.
        expected = Avx512BW.IsSupported ? expected : expected[..100];
        using var model = await TestModels.LoadAsync(path);

        var made = Greedy.Continue(model, [expected[0]], expected.Length - 1);

        Assert.Equal(expected[1..], made);
    }

    private static async Task<int[]> ReferenceOf(string file)
    {
        var lines = await File.ReadAllLinesAsync(TestModels.Shared("stories260K", "oracle.jsonl"), Patience.Token);
        foreach (var line in lines)
        {
            using var reference = JsonDocument.Parse(line);
            if (reference.RootElement.GetProperty("file").GetString() == file)
            {
                return Ids(reference.RootElement.GetProperty("ids"));
            }
        }

        throw new InvalidDataException($"There is no reference for {file}.");
    }

    private static int[] Ids(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt32())];
}
