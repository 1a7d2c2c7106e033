using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>Which model a note is about.</summary>
/// <param name="Quant">Null where it is the repository as a whole.</param>
public sealed record ModelKey(RepoId Repo, string? Quant);

/// <summary>What a user does with a model.</summary>
/// <param name="IsPinned">Whether the user wants to keep it.</param>
/// <param name="LastUsed">Null where it never was.</param>
/// <param name="Source">Where it came from, in a word; null where nobody said.</param>
public sealed record ModelNote(ModelKey Model, bool IsPinned = false, DateTimeOffset? LastUsed = null, string? Source = null);

/// <summary>The catalogue's memory of the last scan.</summary>
/// <param name="Root">The cache that was scanned, so that two with one hash are not mixed up.</param>
/// <param name="Repositories">By the name of the folder.</param>
internal sealed record ScanRecord(int Version, string Root, Dictionary<string, ScannedRepository> Repositories)
{
    /// <summary>Goes up with every change to what a scan finds, so that nothing old is believed.</summary>
    public const int CurrentVersion = 1;
}

/// <summary>What was found in one repository.</summary>
/// <param name="Marks">What has to look as it did, for that to be still so.</param>
internal sealed record ScannedRepository(IReadOnlyList<ScanMark> Marks, CachedRepository Found);

/// <summary>How a folder or file looked.</summary>
/// <param name="Path">Below the repository's folder; empty for that itself.</param>
/// <param name="Length">Bytes; -1 for a folder, -2 for a file that was not there.</param>
/// <param name="Ticks">Of the last write.</param>
internal sealed record ScanMark(string Path, long Length, long Ticks);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(RepoIdConverter), typeof(ContentIdConverter)])]
[JsonSerializable(typeof(ScanRecord))]
[JsonSerializable(typeof(List<ModelNote>))]
internal sealed partial class CatalogueJson : JsonSerializerContext;

internal sealed class RepoIdConverter : JsonConverter<RepoId>
{
    public override RepoId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => reader.TokenType == JsonTokenType.String && RepoId.TryParse(reader.GetString(), out var repo) ? repo : throw new JsonException("No repository.");

    public override void Write(Utf8JsonWriter writer, RepoId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

internal sealed class ContentIdConverter : JsonConverter<ContentId>
{
    public override ContentId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => reader.TokenType == JsonTokenType.String && ContentId.TryParse(reader.GetString(), out var content) ? content : throw new JsonException("No content.");

    public override void Write(Utf8JsonWriter writer, ContentId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Hex);
}
