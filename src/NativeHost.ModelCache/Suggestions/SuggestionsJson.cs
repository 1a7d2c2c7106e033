using System.Text.Json.Serialization;

namespace NativeHost.ModelCache.Suggestions;

/// <summary>A list of suggestions as it lies on disk.</summary>
internal sealed record SuggestionFile
{
    public const int CurrentVersion = 1;

    [JsonPropertyName("version")]
    public int Version { get; init; } = CurrentVersion;

    [JsonPropertyName("models")]
    public required IReadOnlyList<SuggestedModel> Models { get; init; }
}

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(SuggestionFile))]
internal sealed partial class SuggestionsJson : JsonSerializerContext;
