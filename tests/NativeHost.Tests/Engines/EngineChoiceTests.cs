using NativeHost.Engines;
using NativeHost.Gguf;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;
using Xunit;

namespace NativeHost.Tests.Engines;

public sealed class EngineChoiceTests : IDisposable
{
    private static readonly ModelLoadOptions Options = new() { ContextTokens = 5, GpuLayers = 7 };

    private readonly ScriptedEngine _ternary = new();
    private readonly ScriptedEngine _general = new();
    private readonly EngineChoice _choice;
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".bin");

    public EngineChoiceTests() => _choice = new EngineChoice(file => file.Architecture == "ternary", _ternary, _general);

    private static CancellationToken Timeout => Patience.Token;

    public void Dispose()
    {
        _choice.Dispose();
        File.Delete(_file);
    }

    [Theory]
    [InlineData("ternary", true)]
    [InlineData("llama", false)]
    public async Task A_model_goes_to_the_engine_that_its_header_says_whatever_its_name(string architecture, bool isTernary)
    {
        Write(architecture);

        await using var host = await _choice.LoadAsync(_file, Options, new Progress<float>(), Timeout);
        await Assert.ThrowsAsync<NotSupportedException>(() => _choice.LoadModelAsync(_file, Options, new Progress<float>(), Timeout));

        (string, ModelLoadOptions)[] asked = [(_file, Options), (_file, Options)];
        Assert.Equal(isTernary ? asked : [], _ternary.Asked);
        Assert.Equal(isTernary ? [] : asked, _general.Asked);
    }

    [Theory]
    [InlineData("ternary")]
    [InlineData("llama")]
    public async Task What_an_engine_refuses_no_other_is_asked_for(string architecture)
    {
        Write(architecture);
        var refusal = new UnsupportedModelException("odd", "It is odd.");
        (_ternary.Refusal, _general.Refusal) = (refusal, refusal);

        var failure = await Assert.ThrowsAsync<UnsupportedModelException>(
            () => _choice.LoadAsync(_file, Options, new Progress<float>(), Timeout));

        Assert.Same(refusal, failure);
        Assert.Single(_ternary.Asked.Concat(_general.Asked));
    }

    [Theory]
    [InlineData(".onnx", "ONNX")]
    [InlineData(".safetensors", "safetensors")]
    [InlineData(".task", "MediaPipe")]
    public async Task What_no_engine_runs_is_refused_by_its_kind_before_any_is_asked(string extension, string kind)
    {
        var path = Path.ChangeExtension(_file, extension);
        await File.WriteAllTextAsync(path, "no magic at all", Timeout);
        try
        {
            var failure = await Assert.ThrowsAsync<UnsupportedModelException>(
                () => _choice.LoadAsync(path, Options, new Progress<float>(), Timeout));

            Assert.Contains(kind, failure.Kind, StringComparison.Ordinal);
            Assert.Empty(_ternary.Asked.Concat(_general.Asked));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_damaged_header_is_said_before_any_engine_is_asked()
    {
        await File.WriteAllBytesAsync(_file, [.. "GGUF"u8, 3, 0, 0, 0], Timeout);

        await Assert.ThrowsAsync<ModelFormatException>(() => _choice.LoadAsync(_file, Options, new Progress<float>(), Timeout));

        Assert.Empty(_ternary.Asked.Concat(_general.Asked));
    }

    [Fact]
    public void Both_engines_go_with_it()
    {
        _choice.Dispose();

        Assert.True(_ternary.IsDisposed && _general.IsDisposed);
    }

    private void Write(string architecture)
    {
        using var writer = new GgufWriter(architecture);
        using var stream = File.Create(_file);
        writer.Write(stream);
    }

    /// <summary>Notes what it is asked for.</summary>
    private sealed class ScriptedEngine : IEngine
    {
        private readonly ScriptedLoader _loader = new();

        public List<(string Path, ModelLoadOptions Options)> Asked { get; } = [];

        public Exception? Refusal { get; set; }

        public bool IsDisposed { get; private set; }

        public Task<IModelHost> LoadAsync(
            string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
        {
            Asked.Add((path, options));
            return Refusal is null ? _loader.LoadAsync(path, options, progress, cancellationToken) : Task.FromException<IModelHost>(Refusal);
        }

        public Task<ILanguageModel> LoadModelAsync(
            string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
        {
            Asked.Add((path, options));
            return Task.FromException<ILanguageModel>(Refusal ?? new NotSupportedException());
        }

        public Task<IEmbedder> LoadEmbedderAsync(
            string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
        {
            Asked.Add((path, options));
            return Task.FromException<IEmbedder>(Refusal ?? new NotSupportedException());
        }

        public void Dispose() => IsDisposed = true;
    }
}
