using System.Text;
using NativeHost.Inference;
using NativeHost.Inference.Generation;
using InsufficientMemoryException = NativeHost.Inference.InsufficientMemoryException;

namespace NativeHost.LlamaCpp.Tests;

public sealed class LlamaModelLoaderTests : IDisposable
{
    private readonly LlamaModelLoader _loader = new((_, _) => { });
    private readonly List<float> _progress = [];

    private static CancellationToken Timeout => Patience.Token;

    public void Dispose() => _loader.Dispose();

    [Fact]
    public async Task A_loaded_model_generates()
    {
        await using var host = await _loader.LoadAsync(TestModels.Story, new ModelLoadOptions { Threads = 1 }, Listener(), Timeout);
        var request = new GenerationRequest { Prompt = "Once upon a time", MaxNewTokens = 8 };

        GenerationResult? result = null;
        await foreach (var happening in host.GenerateAsync(request, Timeout))
        {
            result = happening.Result;
        }

        Assert.NotNull(result);
        Assert.NotEmpty(Encoding.UTF8.GetString(result.Text.Span));
    }

    [Fact]
    public async Task A_model_says_what_it_is()
    {
        using var model = await TestModels.LoadAsync(TestModels.Story);

        Assert.Equal("llama", model.Card.Architecture);
        Assert.Equal("llama_cpp_cpu", model.Card.Engine);
        Assert.Equal(new FileInfo(TestModels.Story).Length, model.Card.FileBytes);
        Assert.Equal(model.Card.TrainedContextTokens, model.ContextTokens);
        Assert.Equal(0, model.Card.GpuLayers);
        Assert.Empty(model.Card.Notes);
        Assert.Equal(0, model.Position(0));
    }

    [Fact]
    public async Task Progress_only_grows_and_ends_with_the_whole()
    {
        using var model = await _loader.LoadModelAsync(TestModels.Story, new ModelLoadOptions(), Listener(), Timeout);

        Assert.Equal(_progress.Order(), _progress);
        Assert.Equal(_progress.Distinct(), _progress);
        Assert.Equal(1f, _progress[^1]);
        Assert.True(_progress.Count > 2);
    }

    [Fact]
    public async Task A_load_can_be_cancelled_on_its_way_and_the_next_one_works()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Timeout);
        var canceller = new Listening(_ => cancellation.Cancel());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _loader.LoadModelAsync(TestModels.Story, new ModelLoadOptions(), canceller, cancellation.Token));

        using var model = await _loader.LoadModelAsync(TestModels.Story, new ModelLoadOptions(), Listener(), Timeout);
        Assert.Equal(0, model.Position(0));
    }

    [Fact]
    public async Task A_load_that_is_cancelled_does_not_wait_for_the_first_token()
    {
        using var model = await TestModels.LoadAsync(TestModels.Story);

        Assert.ThrowsAny<OperationCanceledException>(() => LlamaModelLoader.WarmUp(model, new CancellationToken(canceled: true)));

        Assert.Equal(0, model.Position(0));
    }

    [Fact]
    public async Task A_failing_listener_fails_the_load()
    {
        var failing = new Listening(_ => throw new InvalidOperationException("the listener"));

        var failure = await Assert.ThrowsAsync<EngineException>(
            () => _loader.LoadModelAsync(TestModels.Story, new ModelLoadOptions(), failing, Timeout));

        Assert.IsType<InvalidOperationException>(failure.InnerException);
    }

    [Fact]
    public async Task Layers_for_a_GPU_that_is_not_there_are_computed_by_the_CPU_with_a_note()
    {
        Assert.SkipWhen(LlamaEngine.Devices.Any(device => device.IsGpu), "This machine has a GPU that llama.cpp uses.");

        using var model = await TestModels.LoadAsync(TestModels.Story, new ModelLoadOptions { GpuLayers = -1 });

        Assert.Equal(("llama_cpp_cpu", 0), (model.Card.Engine, model.Card.GpuLayers));
        Assert.Contains("No GPU", Assert.Single(model.Card.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_context_than_trained_is_cut_with_a_note()
    {
        using var model = await TestModels.LoadAsync(TestModels.Story, new ModelLoadOptions { ContextTokens = int.MaxValue });

        Assert.Equal(model.Card.TrainedContextTokens, model.ContextTokens);
        Assert.Single(model.Card.Notes);
    }

    [Fact]
    public async Task A_context_that_no_machine_holds_is_refused_before_memory_is_taken()
    {
        var bytes = await File.ReadAllBytesAsync(TestModels.Story, Timeout);
        using var file = new TemporaryFile(ModelBytes.WithNumber(bytes, "llama.context_length", 2_000_000_000));

        var failure = await Assert.ThrowsAsync<InsufficientMemoryException>(
            () => _loader.LoadModelAsync(file.Path, new ModelLoadOptions { ContextTokens = 2_000_000_000 }, Listener(), Timeout));

        Assert.Contains("the largest that fits", failure.Message, StringComparison.Ordinal);
        using var model = await TestModels.LoadAsync(file.Path);
        Assert.Equal(8192, model.ContextTokens);
    }

    [Theory]
    [InlineData(0, null, null, null)]
    [InlineData(null, 0, null, null)]
    [InlineData(null, 513, null, null)]
    [InlineData(null, null, 0, null)]
    [InlineData(null, null, 8193, null)]
    [InlineData(null, null, null, -2)]
    public async Task Options_out_of_range_are_refused(int? contextTokens, int? threads, int? batchTokens, int? gpuLayers)
    {
        var options = new ModelLoadOptions { ContextTokens = contextTokens, Threads = threads, BatchTokens = batchTokens, GpuLayers = gpuLayers };

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _loader.LoadModelAsync(TestModels.Story, options, Listener(), Timeout));
    }

    [Fact]
    public async Task A_model_read_into_memory_computes_as_a_mapped_one()
    {
        int[] prompt = [1, 15, 571, 391, 261, 351, 380, 261, 666, 51, 4, 15, 2, 15];
        using var mapped = await TestModels.LoadAsync(TestModels.Story);
        using var read = await TestModels.LoadAsync(TestModels.Story, new ModelLoadOptions { UseMemoryMap = false });

        Assert.Equal(Greedy.Continue(mapped, prompt, 12), Greedy.Continue(read, prompt, 12));
    }

    private Listening Listener() => new(_progress.Add);

    /// <summary>Progress without a detour over other threads.</summary>
    private sealed class Listening(Action<float> listen) : IProgress<float>
    {
        public void Report(float value) => listen(value);
    }
}
