using System.Text.Json.Serialization;

namespace NativeHost.ModelCache.Blobs;

/// <summary>What a journal is about. Only the first three say whether it may be used; the others are for people and for clean-up.</summary>
internal sealed record JournalHeader
{
    /// <summary>Name of the blob.</summary>
    public required string Content { get; init; }

    /// <summary>Bytes of the blob.</summary>
    public required long Size { get; init; }

    /// <summary>Bytes of every block but the last.</summary>
    public required int BlockSize { get; init; }

    public required string Repo { get; init; }

    /// <summary>Of the file in its repository.</summary>
    public required string Path { get; init; }

    public required string Commit { get; init; }

    /// <summary>What the server of the bytes calls them; null where it does not say.</summary>
    public string? ServerTag { get; init; }

    /// <summary>Whether the part had its space on the disk from the beginning.</summary>
    public bool IsPreallocated { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public int BlockCount => checked((int)((Size + BlockSize - 1) / BlockSize));

    public int LengthOf(int block) => (int)Math.Min(BlockSize, Size - ((long)block * BlockSize));

    public bool IsAboutSame(JournalHeader other) => Content == other.Content && Size == other.Size && BlockSize == other.BlockSize;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(JournalHeader))]
internal sealed partial class JournalJson : JsonSerializerContext;
