using System.Text;
using NativeHost.Inference;
using NativeHost.Inference.Generation;
using NativeHost.Inference.Sampling;

namespace NativeHost.LlamaCpp.Tests;

/// <summary>Several generations in the steps of one real model.</summary>
public sealed class ConcurrentGenerationTests
{
    private static readonly string[] Prompts =
    [
        "Once upon a time", "Lily and Tom went to the park. They", "The dog was very", "One day, a little girl named Sue found a",
        "Once upon a time, there was a big bear. The bear", "Mom said", "A", "Tim had a red ball. He liked to play with his ball all day. One day",
    ];

    [Fact]
    public async Task Eight_streams_of_the_reference_model_make_what_each_makes_alone()
        => await CompareAsync(TestModels.Shared("stories260K", "stories260K-F32.gguf"));

    [Fact]
    public async Task Eight_streams_of_the_demo_model_make_what_each_makes_alone() => await CompareAsync(TestModels.Story);

    [Fact]
    public async Task Eight_streams_of_a_recurrent_model_do_so_too()
    {
        using var file = RecurrentModelFile.Create();
        await CompareAsync(file.Path);
    }

    [Fact]
    public async Task Where_the_context_is_too_small_for_all_they_make_the_same_one_after_the_other()
        => await CompareAsync(TestModels.Story, contextTokens: 100);

    [Theory]
    [InlineData(0f)]
    [InlineData(0.8f)]
    public async Task Guessed_tokens_change_no_answer(float temperature)
    {
        var path = TestModels.Shared("stories260K", "stories260K-F32.gguf");
        foreach (var prompt in Prompts)
        {
            // A story that it has just heard is one that it goes on telling in the same words.
            var twice = $"{prompt} {prompt} the sun was big. {prompt}";
            Assert.Equal(await ReadAsync(path, twice, guesses: false, temperature), await ReadAsync(path, twice, guesses: true, temperature));
        }
    }

    [Fact]
    public async Task Logits_of_several_tokens_of_a_run_are_those_of_one_after_the_other()
    {
        using var model = await TestModels.LoadAsync(TestModels.Story);
        using var abort = new AbortSignal();
        var batch = new StepBatch(model.BatchTokens);
        Token[] tokens = [.. Enumerable.Range(20, 9).Select(id => new Token(id))];
        Greedy.Append(model, batch, [1, 15], abort);
        batch.Clear();
        batch.Add(0, tokens, logits: 9);
        batch.Add(1, [new Token(1)], wantsLogits: true);
        Assert.Equal(StepOutcome.Done, model.Step(batch, abort));
        var together = Enumerable.Range(0, 9).Select(i => model.Logits(0, 8 - i).ToArray()).ToList();
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Logits(0, 9));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Logits(1, 1));

        Assert.True(model.TryRewind(0, 2));
        for (var i = 0; i < tokens.Length; i++)
        {
            Greedy.Append(model, batch, [tokens[i].Id], abort);
            Assert.All(together[i].Zip(model.Logits(0).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-2f));
        }

        batch.Clear();
        batch.Add(0, [.. tokens, tokens[0]], logits: 10);
        Assert.Throws<ArgumentException>(() => model.Step(batch, abort));
    }

    [Fact]
    public async Task A_copied_sequence_has_the_logits_of_its_source_but_for_the_order_of_sums()
    {
        using var model = await TestModels.LoadAsync(TestModels.Story);
        using var abort = new AbortSignal();
        var batch = new StepBatch(model.BatchTokens);
        int[] tokens = [1, 15, 71, 91, 61, 51, 80, 61, 66, 51, 4, 15, 2, 15];
        Greedy.Append(model, batch, tokens[..10], abort);
        Greedy.Append(model, batch, [tokens[10]], abort);
        var expected = model.Logits(0).ToArray();

        Assert.True(model.TryFork(0, 3, 10));
        batch.Clear();
        batch.Add(3, [new Token(tokens[10])], wantsLogits: true);
        Assert.Equal(StepOutcome.Done, model.Step(batch, abort));

        // Beside the source's token, sums of attention go over one more cell.
        var logits = model.Logits(0).ToArray();
        Assert.All(expected.Zip(logits), pair => Assert.Equal(pair.First, pair.Second, 2e-3f));
        Assert.Equal((11, 11), (model.Position(0), model.Position(3)));
        Assert.False(model.TryFork(0, 0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.TryFork(0, 1, 12));
    }

    [Fact]
    public async Task A_recurrent_sequence_is_copied_whole_or_not_at_all()
    {
        using var file = RecurrentModelFile.Create();
        using var model = await TestModels.LoadAsync(file.Path);
        using var abort = new AbortSignal();
        var batch = new StepBatch(model.BatchTokens);
        Greedy.Append(model, batch, [1, 15, 571, 391], abort);

        Assert.False(model.TryFork(0, 1, 3));
        Assert.Equal((4, 0), (model.Position(0), model.Position(1)));
        Assert.True(model.TryFork(0, 1, 4));

        Greedy.Append(model, batch, [261], abort);
        var expected = model.Logits(0).ToArray();
        batch.Clear();
        batch.Add(1, [new Token(261)], wantsLogits: true);
        Assert.Equal(StepOutcome.Done, model.Step(batch, abort));
        Assert.Equal(expected, model.Logits(0));
    }

    [Fact]
    public async Task A_sequence_goes_on_in_another_model_of_the_same_file()
    {
        int[] tokens = [.. Enumerable.Range(1, 300)];
        using var file = new TemporaryFile([]);
        using var abort = new AbortSignal();
        var batch = new StepBatch(512);
        float[] expected;
        string? key;
        using (var model = await TestModels.LoadAsync(TestModels.Story))
        {
            Greedy.Append(model, batch, tokens, abort);
            Assert.True(model.TrySave(0, file.Path));
            Assert.False(model.TrySave(0, Path.Combine(file.Path, "not a folder")));
            Greedy.Append(model, batch, [7], abort);
            expected = model.Logits(0).ToArray();
            key = model.StateKey;
        }

        using var other = await TestModels.LoadAsync(TestModels.Story);
        Greedy.Append(other, batch, [5, 6], abort);
        Assert.True(other.TryRestore(0, tokens.Length, file.Path));
        Greedy.Append(other, batch, [7], abort);
        Assert.Equal(expected, other.Logits(0));
        Assert.Equal(key, other.StateKey);

        Assert.False(other.TryRestore(0, tokens.Length + 1, file.Path));
        Assert.Equal(0, other.Position(0));
        var bytes = await File.ReadAllBytesAsync(file.Path, Patience.Token);
        await File.WriteAllBytesAsync(file.Path, bytes[..(bytes.Length / 2)], Patience.Token);
        Assert.False(other.TryRestore(0, tokens.Length, file.Path));
        Assert.False(other.TryRestore(0, tokens.Length, file.Path + "is not there"));
        Greedy.Append(other, batch, tokens, abort);
        Greedy.Append(other, batch, [7], abort);
        Assert.Equal(expected, other.Logits(0));
    }

    private static async Task CompareAsync(string path, int? contextTokens = null)
    {
        var options = new ModelLoadOptions { Threads = 1, ContextTokens = contextTokens };
        var alone = new List<string>();
        foreach (var prompt in Prompts)
        {
            await using var single = new InProcessModelHost(await TestModels.LoadAsync(path, options with { Sequences = 1 }));
            alone.Add(await ReadAsync(single, prompt));
        }

        await using var host = new InProcessModelHost(await TestModels.LoadAsync(path, options));
        var together = await Task.WhenAll(Prompts.Select(prompt => ReadAsync(host, prompt)));

        Assert.Equal(alone, together);
    }

    private static async Task<string> ReadAsync(string path, string prompt, bool guesses, float temperature)
    {
        await using var host = new InProcessModelHost(await TestModels.LoadAsync(path, new ModelLoadOptions { Threads = 1, GuessesTokens = guesses }));
        return await ReadAsync(host, prompt, temperature);
    }

    private static async Task<string> ReadAsync(InProcessModelHost host, string prompt, float temperature = 0f)
    {
        var sampling = new SamplingOptions { Temperature = temperature, Seed = 7 };
        var request = new GenerationRequest { Prompt = prompt, MaxNewTokens = 80, Sampling = sampling, Owner = prompt };
        GenerationEvent last = default;
        await foreach (var next in host.GenerateAsync(request, Patience.Token))
        {
            last = next;
        }

        return Encoding.UTF8.GetString(last.Result!.Text.Span);
    }
}
