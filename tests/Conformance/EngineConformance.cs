using System.Text;
using NativeHost.Gguf;
using NativeHost.Inference;
using NativeHost.Inference.Generation;
using InsufficientMemoryException = NativeHost.Inference.InsufficientMemoryException;

namespace NativeHost.Testing;

/// <summary>What every engine promises to whoever has it load a model.</summary>
public abstract class EngineConformance(EngineUnderTest engine) : IDisposable
{
    private readonly IEngine _engine = engine.Create();
    private readonly List<float> _progress = [];

    private static CancellationToken Timeout => Patience.Token;

    public void Dispose()
    {
        _engine.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_loaded_model_generates()
    {
        await using var host = await _engine.LoadAsync(engine.ModelPath, new ModelLoadOptions { Threads = 1 }, Listener(), Timeout);
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
        using var model = await engine.LoadAsync(new ModelLoadOptions { GpuLayers = 0 });
        var header = GgufFile.Read(engine.ModelPath);

        Assert.Equal(engine.Architecture, model.Card.Architecture);
        Assert.Equal(engine.Name, model.Card.Engine);
        Assert.Equal(header.Name, model.Card.Name);
        Assert.Equal(header.ChatTemplate, model.Card.ChatTemplate);
        Assert.Equal(new FileInfo(engine.ModelPath).Length, model.Card.FileBytes);
        Assert.Equal((header.EmbeddingLength, header.BlockCount), (model.Card.EmbeddingSize, model.Card.LayerCount));
        Assert.Equal(header.ContextLength, model.Card.TrainedContextTokens);
        Assert.Equal(model.Card.TrainedContextTokens, model.ContextTokens);
        Assert.Equal(0, model.Card.GpuLayers);
        Assert.Empty(model.Card.Notes);
        Assert.True(model.SequenceCount > 1, "Several generations at once are usual.");
        Assert.Equal(0, model.Position(model.SequenceCount - 1));
    }

    [Fact]
    public async Task What_is_asked_for_is_what_a_model_gets()
    {
        using var model = await engine.LoadAsync(new ModelLoadOptions { ContextTokens = 100, BatchTokens = 7, Sequences = 3, GpuLayers = 0 });

        Assert.Equal((100, 7, 3, 1), (model.ContextTokens, model.BatchTokens, model.SequenceCount, model.Threads));
        Assert.Empty(model.Card.Notes);
    }

    [Fact]
    public async Task Progress_only_grows_and_ends_with_the_whole()
    {
        using var model = await _engine.LoadModelAsync(engine.ModelPath, new ModelLoadOptions(), Listener(), Timeout);

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
            () => _engine.LoadModelAsync(engine.ModelPath, new ModelLoadOptions(), canceller, cancellation.Token));

        using var model = await _engine.LoadModelAsync(engine.ModelPath, new ModelLoadOptions(), Listener(), Timeout);
        Assert.Equal(0, model.Position(0));
    }

    [Fact]
    public async Task A_failing_listener_fails_the_load()
    {
        var fault = new InvalidOperationException("the listener");

        var failure = await Assert.ThrowsAnyAsync<Exception>(
            () => _engine.LoadModelAsync(engine.ModelPath, new ModelLoadOptions(), new Listening(_ => throw fault), Timeout));

        Assert.Same(fault, failure.InnerException ?? failure);
    }

    [Fact]
    public async Task Layers_for_a_GPU_that_is_not_there_are_computed_by_the_processor_with_a_note()
    {
        Assert.SkipWhen(engine.HasGpu(), "This machine has a GPU that the engine uses.");

        using var model = await engine.LoadAsync(new ModelLoadOptions { GpuLayers = -1 });

        Assert.Equal((engine.Name, 0), (model.Card.Engine, model.Card.GpuLayers));
        Assert.Contains("GPU", Assert.Single(model.Card.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_context_than_trained_is_cut_with_a_note()
    {
        using var model = await engine.LoadAsync(new ModelLoadOptions { ContextTokens = int.MaxValue });

        Assert.Equal(model.Card.TrainedContextTokens, model.ContextTokens);
        Assert.Single(model.Card.Notes);
    }

    [Fact]
    public async Task A_context_that_no_machine_holds_is_refused_before_memory_is_taken()
    {
        var bytes = await File.ReadAllBytesAsync(engine.ModelPath, Timeout);
        using var file = new TemporaryFile(ModelBytes.WithNumber(bytes, $"{engine.Architecture}.context_length", 2_000_000_000));

        var failure = await Assert.ThrowsAsync<InsufficientMemoryException>(
            () => _engine.LoadModelAsync(file.Path, new ModelLoadOptions { ContextTokens = 2_000_000_000 }, Listener(), Timeout));

        Assert.Contains("the largest that fits", failure.Message, StringComparison.Ordinal);
        using var model = await engine.LoadAsync(file.Path);
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

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _engine.LoadModelAsync(engine.ModelPath, options, Listener(), Timeout));
    }

    [Fact]
    public async Task A_model_read_into_memory_computes_as_a_mapped_one()
    {
        using var mapped = await engine.LoadAsync();
        using var read = await engine.LoadAsync(new ModelLoadOptions { UseMemoryMap = false });

        Assert.Equal(
            Greedy.Continue(mapped, EngineUnderTest.StoryPrompt, 12), Greedy.Continue(read, EngineUnderTest.StoryPrompt, 12));
    }

    [Fact]
    public async Task Two_models_of_one_file_do_not_disturb_each_other()
    {
        using var first = await engine.LoadAsync();
        var expected = Greedy.Continue(first, EngineUnderTest.StoryPrompt, 30);
        Assert.True(first.TryRewind(0, 0));
        var second = await engine.LoadAsync();

        var beside = Task.Run(() => Greedy.Continue(second, EngineUnderTest.StoryPrompt, 30), Timeout);
        var made = Greedy.Continue(first, EngineUnderTest.StoryPrompt, 30);

        Assert.Equal(expected, made);
        Assert.Equal(expected, await beside);
        second.Dispose();
        Assert.True(first.TryRewind(0, 0));
        Assert.Equal(expected, Greedy.Continue(first, EngineUnderTest.StoryPrompt, 30));
    }

    [Fact]
    public Task A_missing_file_is_missing() => Assert.ThrowsAsync<FileNotFoundException>(
        () => _engine.LoadModelAsync(engine.ModelPath + ".nowhere", new ModelLoadOptions(), Listener(), Timeout));

    [Theory]
    [InlineData(".onnx", "ONNX")]
    [InlineData(".safetensors", "safetensors")]
    [InlineData(".task", "MediaPipe")]
    [InlineData(".txt", "unknown")]
    public async Task Other_kinds_of_models_are_refused_by_name(string extension, string kind)
    {
        using var file = new TemporaryFile("no magic at all"u8, extension);

        var failure = await Assert.ThrowsAsync<UnsupportedModelException>(
            () => _engine.LoadModelAsync(file.Path, new ModelLoadOptions(), Listener(), Timeout));

        Assert.Contains(kind, failure.Kind, StringComparison.Ordinal);
    }

    private Listening Listener() => new(_progress.Add);

    /// <summary>Progress without a detour over other threads.</summary>
    private sealed class Listening(Action<float> listen) : IProgress<float>
    {
        public void Report(float value) => listen(value);
    }
}
