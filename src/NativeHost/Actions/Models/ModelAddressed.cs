using System.Text.Json.Serialization;
using NativeHost.Messages;

namespace NativeHost.Actions.Models;

/// <summary>The fields by which a request may name a model; every generation of clients has its own.</summary>
internal abstract record ModelAddressed
{
    /// <summary>The model's address: a file, or a model of a repository.</summary>
    public string? ModelPath { get; init; }

    [SynonymOf(nameof(ModelPath))]
    [JsonPropertyName("model_path")]
    public string? ModelPathSnake { get; init; }

    [SynonymOf(nameof(ModelPath))]
    public string? Model { get; init; }

    [SynonymOf(nameof(ModelPath))]
    [JsonPropertyName("model_name")]
    public string? ModelName { get; init; }

    [SynonymOf(nameof(ModelPath))]
    public string? ModelId { get; init; }

    [SynonymOf(nameof(ModelPath))]
    [JsonPropertyName("model_id")]
    public string? ModelIdSnake { get; init; }

    [SynonymOf(nameof(ModelPath))]
    public string? RepoId { get; init; }

    [SynonymOf(nameof(ModelPath))]
    [JsonPropertyName("repo_id")]
    public string? RepoIdSnake { get; init; }

    /// <summary>Joined to the address: a file of a repository or folder. Alone it is the address.</summary>
    public string? ModelFile { get; init; }

    [SynonymOf(nameof(ModelFile))]
    public string? FileName { get; init; }

    /// <summary>The model as the client named it, a file joined to its repository; null where it named none.</summary>
    [JsonIgnore]
    public virtual string? Address
    {
        get
        {
            var model = FirstOf(ModelPath, ModelPathSnake, Model, ModelName, ModelId, ModelIdSnake, RepoId, RepoIdSnake);
            var file = FirstOf(ModelFile, FileName);
            return (model, file) switch
            {
                (null, _) => file,
                (_, null) => model,
                _ => $"{model}/{file}",
            };
        }
    }

    protected static string? FirstOf(params ReadOnlySpan<string?> names)
    {
        foreach (var name in names)
        {
            if (!string.IsNullOrWhiteSpace(name))
            {
                return name.Trim();
            }
        }

        return null;
    }
}
