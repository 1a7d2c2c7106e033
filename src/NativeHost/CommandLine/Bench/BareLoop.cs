using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using NativeHost.Engines;
using NativeHost.Inference;

namespace NativeHost.CommandLine.Bench;

/// <summary>What generation costs with nothing around it: the prompt, then one step and the likeliest token, over and over.</summary>
internal sealed class BareLoop : IDisposable
{
    private const int Sequence = 0;

    private readonly IEngine _engine;
    private readonly ILanguageModel _model;
    private readonly StepBatch _batch;
    private readonly AbortSignal _abort = new();
    private readonly List<Token> _prompt = [];

    // What the model's sequence holds.
    private readonly List<Token> _known = [];

    private BareLoop(IEngine engine, ILanguageModel model)
    {
        _engine = engine;
        _model = model;
        _batch = new StepBatch(model.BatchTokens);
    }

    /// <summary>Loads a model into this process, with the settings that the host takes by default.</summary>
    public static async Task<BareLoop> LoadAsync(string path, CancellationToken cancellationToken)
    {
        var engine = HostEngines.Create((_, _) => { });
        try
        {
            return new BareLoop(engine, await engine.LoadModelAsync(path, new ModelLoadOptions(), new Progress<float>(), cancellationToken));
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>Generates. The start that the prompt shares with the last run is not computed again, as in the host.</summary>
    /// <param name="tokens">How many to generate; 1 and more.</param>
    public GenerationFigures Run(string prompt, int tokens)
    {
        using var self = Process.GetCurrentProcess();
        var processor = self.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        Tokenize(prompt);
        var shared = CollectionsMarshal.AsSpan(_prompt)[..^1].CommonPrefixLength(CollectionsMarshal.AsSpan(_known));
        _model.TryRewind(Sequence, shared);
        _known.RemoveRange(shared, _known.Count - shared);
        for (var done = shared; done < _prompt.Count; done += _batch.Count)
        {
            Step([.. _prompt.Skip(done).Take(_model.BatchTokens)]);
        }

        var next = Likeliest();
        var first = watch.Elapsed;
        for (var count = 1; count < tokens; count++)
        {
            Step([next]);
            next = Likeliest();
        }

        var all = watch.Elapsed;
        self.Refresh();
        return new GenerationFigures(tokens, first, all - first, self.TotalProcessorTime - processor);
    }

    public void Dispose()
    {
        _model.Dispose();
        _abort.Dispose();
        _engine.Dispose();
    }

    private void Tokenize(string prompt)
    {
        _prompt.Clear();
        if (_model.Tokenizer.BeginOfText is { } begin)
        {
            _prompt.Add(begin);
        }

        _model.Tokenizer.Tokenize(prompt, TextKind.Plain, _prompt);
    }

    private void Step(ReadOnlySpan<Token> tokens)
    {
        _batch.Clear();
        _batch.Add(Sequence, tokens, wantsLogits: true);
        if (_model.Step(_batch, _abort) != StepOutcome.Done)
        {
            throw new IOException("The model has no room for so many tokens; ask for fewer with --tokens.");
        }

        _known.AddRange(tokens);
    }

    private Token Likeliest() => new(TensorPrimitives.IndexOfMax<float>(_model.Logits(0)));
}
