using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace NativeHost.ModelCache.Suggestions;

/// <summary>A model that a person may want, as the list of suggestions tells it.</summary>
/// <remarks>The names of the fields are those that clients of the original host know.</remarks>
public sealed record SuggestedModel
{
    /// <summary>Unique in the list; letters, digits, dots and dashes.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>For people.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>owner/name.</summary>
    [JsonPropertyName("repo_id")]
    public required string RepoId { get; init; }

    /// <summary>A file of the repository; absent where <see cref="DefaultQuant"/> chooses.</summary>
    [JsonPropertyName("file_path")]
    public string? FilePath { get; init; }

    /// <summary>Such as gguf, bitnet or embedding.</summary>
    [JsonPropertyName("model_type")]
    public required string ModelType { get; init; }

    /// <summary>Of the default quant, in 10^9 bytes.</summary>
    [JsonPropertyName("size_gb")]
    public required double SizeGb { get; init; }

    /// <summary>Words to find it by.</summary>
    // A reader of JSON sets null where there are none.
    [JsonPropertyName("tags")]
    [AllowNull]
    public IReadOnlyList<string> Tags
    {
        get;
        init => field = value ?? [];
    }

        = [];

    /// <summary>Whether it is shown to somebody who has no model yet.</summary>
    [JsonPropertyName("suggested")]
    public bool IsSuggested { get; init; }

    /// <summary>Whether all of it is on this machine.</summary>
    [JsonPropertyName("downloaded")]
    public bool IsDownloaded { get; init; }

    /// <summary>What it is good for.</summary>
    [JsonPropertyName("description")]
    public string? Description { get; init; }

    /// <summary>The quant that is taken where none is named.</summary>
    [JsonPropertyName("default_quant")]
    public string? DefaultQuant { get; init; }

    /// <summary><c>builtin</c>, or <c>user</c> where the user added it.</summary>
    [JsonPropertyName("source")]
    public string? Source { get; init; }

    /// <summary>Whether its repository is gated.</summary>
    [JsonPropertyName("requires_token")]
    public bool? RequiresToken { get; init; }

    /// <summary>Tokens that it was trained to see at once.</summary>
    [JsonPropertyName("context_length")]
    public int? ContextLength { get; init; }

    /// <summary>Its name, such as <c>apache-2.0</c>.</summary>
    [JsonPropertyName("license")]
    public string? License { get; init; }
}
