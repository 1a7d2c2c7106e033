using System.Text.Json.Serialization;
using NativeHost.Library;
using NativeHost.Messages;
using NativeHost.ModelCache.Store;
using NativeHost.Routing;

namespace NativeHost.Actions.Cache;

/// <summary>Asks for the models on this machine.</summary>
internal sealed record GetDownloadedModelsRequest
{
    /// <summary>How many to pass over.</summary>
    [Default(0)]
    [Range(0)]
    public int? Offset { get; init; }

    /// <summary>How many at most.</summary>
    [Default(GetDownloadedModelsHandler.MostModels)]
    [Range(1, GetDownloadedModelsHandler.MostModels)]
    public int? Limit { get; init; }
}

/// <param name="Models">A page of them.</param>
/// <param name="Total">Of all, whatever was asked for.</param>
/// <param name="TotalBytes">Of all files in the cache.</param>
/// <param name="CacheFolder">Where they are; other tools for the hub have theirs there, too.</param>
/// <param name="Problems">What could not be read.</param>
internal sealed record DownloadedModelsPayload(
    IReadOnlyList<DownloadedModelView> Models, int Total, long TotalBytes, string CacheFolder, IReadOnlyList<string> Problems);

/// <summary>A model on this machine. Its first fields are those of the list of suggestions.</summary>
internal sealed record DownloadedModelView
{
    /// <summary>What <c>load_model</c> and <c>delete_model</c> take.</summary>
    public required string Id { get; init; }

    /// <summary>Of the repository, without its owner.</summary>
    public required string Name { get; init; }

    /// <summary>owner/name.</summary>
    [JsonPropertyName("repo_id")]
    public required string RepoId { get; init; }

    /// <summary>In the repository; of several files the first.</summary>
    [JsonPropertyName("file_path")]
    public required string FilePath { get; init; }

    /// <summary>Which kind of engine runs it.</summary>
    [OneOf("gguf", "bitnet")]
    [JsonPropertyName("model_type")]
    public required string ModelType { get; init; }

    /// <summary>In 10^9 bytes.</summary>
    [JsonPropertyName("size_gb")]
    public required double SizeGb { get; init; }

    /// <summary>Whether all of it is here.</summary>
    public required bool Downloaded { get; init; }

    /// <summary>The quant's label; absent where no name tells.</summary>
    public string? Quant { get; init; }

    /// <summary>Of the repository.</summary>
    public required string Commit { get; init; }

    /// <summary>Bytes of all its files.</summary>
    public required long Size { get; init; }

    /// <summary>Bytes that are here, at most: a part may have holes.</summary>
    public required long BytesHere { get; init; }

    /// <summary>Whether all is here, and its bytes were compared with their hashes; the first load does that.</summary>
    [OneOf(typeof(CachedFileState))]
    public required string State { get; init; }

    public static DownloadedModelView Of(CachedModel model) => new()
    {
        Id = model.Address,
        Name = model.Repo.Name,
        RepoId = model.Repo.ToString(),
        FilePath = model.Path,
        ModelType = model.Quant is { } quant && TernaryLabels.Contains(quant.Text) ? "bitnet" : "gguf",
        SizeGb = Math.Round(model.Bytes / 1e9, 2),
        Downloaded = model.State is CachedFileState.Verified or CachedFileState.Unverified,
        Quant = model.Quant?.Text,
        Commit = model.Commit,
        Size = model.Bytes,
        BytesHere = model.BytesHere,
        State = model.State.ToString().ToLowerInvariant(),
    };

    private static readonly string[] TernaryLabels = ["I2_S", "TQ1_0", "TQ2_0", "TL1", "TL2"];
}

internal sealed class GetDownloadedModelsHandler(Lazy<ModelLibrary> library) : IHandler<GetDownloadedModelsRequest, Reply<DownloadedModelsPayload>>
{
    public const int MostModels = 1000;

    public Task<Reply<DownloadedModelsPayload>> HandleAsync(GetDownloadedModelsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var limit = request.Limit ?? MostModels;
        if (request.Offset < 0 || limit is < 1 or > MostModels)
        {
            throw new RequestException(ErrorCode.InvalidRequest, $"Invalid request: offset is 0 or more, and limit 1 to {MostModels}.");
        }

        var contents = library.Value.Scan.Read(cancellationToken);
        var models = CachedModel.AllOf(contents).ToList();
        return Task.FromResult(new Reply<DownloadedModelsPayload>
        {
            Payload = new DownloadedModelsPayload(
                [.. models.Skip(request.Offset ?? 0).Take(limit).Select(DownloadedModelView.Of)],
                models.Count,
                contents.BytesOnDisk,
                library.Value.Cache.Root,
                contents.Problems),
        });
    }
}
