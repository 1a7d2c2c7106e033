using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Variants;

/// <summary>One quantization of one model in a repository: the files that are downloaded and loaded together.</summary>
public sealed record Variant
{
    /// <summary>What a label that is not known is called.</summary>
    public const string UnknownLabel = "unknown";

    /// <summary>The model's name in this repository, without the quantization; see <see cref="RepoContents.Models"/>.</summary>
    public required string Model { get; init; }

    /// <summary>Null where no name tells; the header may, see general.file_type.</summary>
    public required QuantLabel? Label { get; init; }

    /// <summary>The files that there are, the first shard first: engines load a model by that one.</summary>
    public required IReadOnlyList<RepoFile> Files { get; init; }

    /// <summary>What keeps it from being loaded, as a sentence; null where it is whole.</summary>
    public required string? Problem { get; init; }

    /// <summary>Paths of shards that the repository does not have, the first hundred at most.</summary>
    public required IReadOnlyList<string> MissingShards { get; init; }

    public required long TotalBytes { get; init; }

    /// <summary>Bytes of its files that are on this machine.</summary>
    public required long CachedBytes { get; init; }

    /// <summary>The vision projector that goes with it, on top of <see cref="TotalBytes"/>; null where there is none.</summary>
    public required RepoFile? Projector { get; init; }

    public string LabelText => Label?.Text ?? UnknownLabel;

    public bool IsComplete => Problem is null;

    public VariantStatus Status
        => !IsComplete ? VariantStatus.Incomplete
        : CachedBytes == TotalBytes ? VariantStatus.Cached
        : CachedBytes > 0 ? VariantStatus.Partial
        : VariantStatus.Available;
}

/// <summary>How much of a variant is where.</summary>
public enum VariantStatus
{
    /// <summary>In the repository only.</summary>
    Available,

    /// <summary>Some of its bytes are here.</summary>
    Partial,

    /// <summary>All of its files are here.</summary>
    Cached,

    /// <summary>The repository itself does not have all of its files.</summary>
    Incomplete,
}
