using NativeHost.Actions.Models;
using NativeHost.Gguf;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;
using NativeHost.Messages;

namespace NativeHost.Conversations.Search;

/// <summary>The model that makes the vectors of messages and of what is looked for among them.</summary>
/// <remarks>Safe to call from any thread. The model is in memory while it is used, and for a moment after.</remarks>
/// <param name="model">Gives the model's name, always the same one, after a look whether it is there: asked with each load, not with each use.</param>
internal sealed class MessageEmbedder(ModelShelf shelf, Func<CancellationToken, Task<string>> model)
{
    private volatile string? _path;
    private volatile string? _fingerprint;

    /// <summary>Whether no model, this one or another, is at work or being loaded.</summary>
    public bool IsQuiet => shelf.IsQuiet;

    /// <summary>What tells the model from others, one that takes its file's place among them, and how many numbers its vectors have.</summary>
    public async Task<(string Name, int Dimensions)> DescribeAsync(CancellationToken cancellationToken)
    {
        var path = await model(cancellationToken);
        if (!Path.IsPathFullyQualified(path))
        {
            // Of a repository: the loader knows its files.
            var card = (await BringAsync(path, cancellationToken)).Host.Card;
            _fingerprint = card.Fingerprint;
            return ($"{path} {card.FileBytes} {card.Fingerprint}", card.EmbeddingSize);
        }

        var (header, fingerprint) = await Task.Run(() => Look(path), cancellationToken);
        var dimensions = header.Metadata.Integer($"{header.Architecture}.embedding_length")
            ?? throw new UnsupportedModelException(header.Architecture ?? "", $"{path} does not say how long its vectors are.");
        _fingerprint = fingerprint;
        return ($"{Path.GetFileName(path)} {new FileInfo(path).Length} {fingerprint}", (int)dimensions);
    }

    /// <exception cref="IOException">The model is not the one that was described: its file was replaced since.</exception>
    /// <exception cref="EngineException">The engine failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<EmbeddingResult> EmbedAsync(EmbeddingRequest request, CancellationToken cancellationToken)
    {
        var loaded = (_path is { } known ? shelf.FindToUse(known) : null) ?? await BringAsync(await model(cancellationToken), cancellationToken);
        if (_fingerprint is { } described && loaded.Host.Card.Fingerprint is { } own && own != described)
        {
            throw new IOException($"The file of {loaded.Path} was replaced while the host ran, and messages were learned with the one before. They are learned anew after: tabagent stop");
        }

        return await ModelUse.EmbedAsync(shelf, loaded, Caller.Local, id: null, request, cancellationToken);
    }

    private static (GgufFile Header, string Fingerprint) Look(string path)
    {
        var header = ModelFile.ReadHeader(path);
        return (header, GgufFingerprint.Of(header));
    }

    private async Task<LoadedModel> BringAsync(string path, CancellationToken cancellationToken)
    {
        var loaded = await shelf.ReloadAsync(path, new ModelLoadOptions(), new Progress<float>(), cancellationToken);
        _path = path;
        return loaded;
    }
}
