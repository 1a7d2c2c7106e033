using System.Text.Json.Serialization;

namespace NativeHost.Actions.Models;

/// <summary>The fields by which a request may name a model; every generation of clients has its own.</summary>
internal abstract record ModelAddressed
{
    public string? ModelPath { get; init; }

    [JsonPropertyName("model_path")]
    public string? ModelPathSnake { get; init; }

    public string? Model { get; init; }

    [JsonPropertyName("model_name")]
    public string? ModelName { get; init; }

    public string? ModelId { get; init; }

    [JsonPropertyName("model_id")]
    public string? ModelIdSnake { get; init; }

    public string? RepoId { get; init; }

    [JsonPropertyName("repo_id")]
    public string? RepoIdSnake { get; init; }

    public string? ModelFile { get; init; }

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
