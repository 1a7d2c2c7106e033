using NativeHost.BitNet.Model;
using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;
using NativeHost.Inference;

namespace NativeHost.BitNet.Tests.Model;

/// <summary>A model of the engine, put together without the loader, that is spoken to in token ids.</summary>
internal sealed class ModelUnderTest : IDisposable
{
    public const int BatchTokens = 512;

    private readonly StepBatch _batch = new(BatchTokens);

    private ModelUnderTest(LoadedWeights<ModelWeights> weights, BitNetModel model) => (Weights, Model) = (weights, model);

    public BitNetModel Model { get; }

    public LoadedWeights<ModelWeights> Weights { get; }

    public AbortSignal Abort { get; } = new();

    /// <summary>Opens a model, which may answer from the file's rows at first.</summary>
    public static ModelUnderTest Open(
        string path, BitNetOptions? options = null, int threads = 1, int? contextTokens = null, PackedStore? store = null)
    {
        options ??= new BitNetOptions();
        var file = TernaryModelFile.Open(path);
        var shape = file.Shape;
        var weights = LoadedWeights<ModelWeights>.Open(
            file, options.Head, store, norms => new WeightForms(file, options, norms), threads, new Progress<float>(), Patience.Token);
        var card = new ModelCard(shape.Architecture, shape.Name, "test", shape.FileBytes, 0, shape.Width, shape.LayerCount, 0, 0, 0, null, []);
        var model = new BitNetModel(
            weights, new NumberedTokens(shape.VocabularySize), card, options, contextTokens ?? 512, BatchTokens, threads);
        return new ModelUnderTest(weights, model);
    }

    /// <summary>Opens a model and waits until its weights are packed.</summary>
    public static async Task<ModelUnderTest> OpenPackedAsync(
        string path, BitNetOptions? options = null, int threads = 1, int? contextTokens = null, PackedStore? store = null)
    {
        var model = Open(path, options, threads, contextTokens, store);
        await model.Weights.WhenSettled.WaitAsync(Patience.Token);
        return model;
    }

    /// <summary>Appends tokens to sequence 0 and gives the logits after them.</summary>
    public float[] Append(params ReadOnlySpan<int> tokens) => AppendTo(0, tokens);

    public float[] AppendTo(int sequence, params ReadOnlySpan<int> tokens)
    {
        Assert.Equal(StepOutcome.Done, Step(sequence, tokens));
        return Model.Logits(0).ToArray();
    }

    /// <summary>Appends tokens one by one and gives the logits after each.</summary>
    public float[][] AppendEach(IEnumerable<int> tokens, int sequence = 0) => [.. tokens.Select(token => AppendTo(sequence, token))];

    public StepOutcome Step(int sequence, params ReadOnlySpan<int> tokens)
    {
        _batch.Clear();
        _batch.Add(sequence, TokensOf(tokens), wantsLogits: true);
        return Model.Step(_batch, Abort);
    }

    public void Rewind(int position, int sequence = 0) => Assert.True(Model.TryRewind(sequence, position));

    public static Token[] TokensOf(ReadOnlySpan<int> ids) => Array.ConvertAll(ids.ToArray(), id => new Token(id));

    public void Dispose()
    {
        Model.Dispose();
        Abort.Dispose();
    }
}
