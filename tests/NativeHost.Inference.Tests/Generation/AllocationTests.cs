using NativeHost.Inference.Chat;
using NativeHost.Inference.Generation;
using NativeHost.Inference.Sampling;
using Xunit;

namespace NativeHost.Inference.Tests.Generation;

public sealed class AllocationTests
{
    // Before it the runtime compiles, and buffers grow to their size.
    private const int WarmUp = 300;
    private const int LastToken = 1000;

    [Theory]
    [InlineData(0f)]
    [InlineData(0.7f)]
    public void A_decoded_token_allocates_nothing(float temperature)
    {
        using var model = ModelThatTalks();
        using var abort = new AbortSignal();
        var loop = new GenerationLoop(model, new PromptBuilder(null, model.Tokenizer, TimeProvider.System), new StepStops(abort), TimeProvider.System);
        var allocated = MeasureIn(model);

        // The whole loop twice: the second time over code that is compiled.
        var texts = Run(loop, Request(temperature)) + Run(loop, Request(temperature));

        Assert.True(texts > LastToken);
        Assert.Equal(0, allocated());
    }

    /// <returns>Number of texts.</returns>
    private static int Run(GenerationLoop loop, GenerationRequest request)
    {
        var queue = new GenerationQueue();
        var generation = new PendingGeneration(request);
        queue.Add(generation);
        var texts = 0;
        do
        {
            loop.Admit(queue);
            while (generation.Events.TryTake(out var next))
            {
                texts += next.Kind == GenerationEventKind.Text ? 1 : 0;
            }
        }
        while (loop.Step());
        return texts;
    }

    [Fact]
    public async Task A_decoded_token_allocates_nothing_on_the_way_to_its_reader_either()
    {
        using var model = ModelThatTalks();
        var allocated = MeasureIn(model);
        await using var host = new InProcessModelHost(model);

        await ReadAsync(host);
        await ReadAsync(host);

        // A lock that two threads want at once makes an object once: less than a byte for each token.
        Assert.InRange(allocated(), 0, LastToken - WarmUp - 1);
    }

    // Keeps nothing: the reader goes on inside the thread that is measured.
    private static async Task ReadAsync(InProcessModelHost host)
    {
        await foreach (var step in host.GenerateAsync(Request(0.7f), Patience.Token))
        {
            Assert.True(step.Kind != GenerationEventKind.Completed || step.Result is not null);
        }
    }

    /// <summary>Measures, on the thread that drives the model, what the tokens between warm-up and end of the last run allocate.</summary>
    private static Func<long> MeasureIn(ScriptedModel model)
    {
        long start = 0;
        long end = 0;
        var step = 0;
        model.OnStep = (batch, _) =>
        {
            step = batch.Count > 1 ? 0 : step + 1;
            if (step == WarmUp)
            {
                start = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (step == LastToken)
            {
                end = GC.GetAllocatedBytesForCurrentThread();
            }

            return StepOutcome.Done;
        };
        return () =>
        {
            Assert.True(end >= start && start > 0, "The run was long enough.");
            return end - start;
        };
    }

    private static ScriptedModel ModelThatTalks()
    {
        var model = new ScriptedModel(new ByteTokenizer([ByteTokenizer.End], words: ["word "]));
        model.Says(string.Concat(Enumerable.Repeat("word 😀\nx", 1000)));
        return model;
    }

    private static GenerationRequest Request(float temperature) => new()
    {
        Prompt = "Say it." + temperature,
        MaxNewTokens = 1500,
        StopTexts = ["\nUser:"],
        Sampling = new SamplingOptions { Temperature = temperature, MinP = 0.05f, RepetitionPenalty = 1.1f, Seed = 1 },
    };
}
