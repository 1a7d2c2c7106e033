using NativeHost.Actions.Models;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;
using NativeHost.Messages;

namespace NativeHost.Conversations.Search;

/// <summary>The model that makes the vectors of messages and of what is looked for among them.</summary>
/// <remarks>Safe to call from any thread. The model is in memory while it is used, and for a moment after.</remarks>
/// <param name="model">Gives the path of the model's file.</param>
internal sealed class MessageEmbedder(ModelShelf shelf, Func<CancellationToken, Task<string>> model)
{
    /// <summary>What tells the model from others, and how many numbers its vectors have.</summary>
    public async Task<(string Name, int Dimensions)> DescribeAsync(CancellationToken cancellationToken)
    {
        var path = await model(cancellationToken);
        var header = await Task.Run(() => ModelFile.ReadHeader(path), cancellationToken);
        var dimensions = header.Metadata.Integer($"{header.Architecture}.embedding_length")
            ?? throw new UnsupportedModelException(header.Architecture ?? "", $"{path} does not say how long its vectors are.");
        return ($"{Path.GetFileName(path)} {new FileInfo(path).Length}", (int)dimensions);
    }

    /// <exception cref="EngineException">The engine failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<EmbeddingResult> EmbedAsync(EmbeddingRequest request, CancellationToken cancellationToken)
    {
        var path = await model(cancellationToken);
        var loaded = shelf.FindToUse(path) ?? await shelf.ReloadAsync(path, new ModelLoadOptions(), new Progress<float>(), cancellationToken);
        using var running = shelf.Begin(loaded, Caller.Local, id: null);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, running.Stopping);
        return await loaded.Host.EmbedAsync(request, ending.Token);
    }
}
