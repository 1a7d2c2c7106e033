using System.Text.Json.Serialization;
using NativeHost.Messages;

namespace NativeHost.Actions.Models;

/// <summary>The fields by which a request may name a model; every generation of clients has its own.</summary>
internal abstract record ModelAddressed
{
    /// <summary>The model's address: a file, or a model of a repository.</summary>
    [JsonConverter(typeof(TextOrWrong))]
    public string? ModelPath { get; init; }

    [SynonymOf(nameof(ModelPath))]
    [JsonPropertyName("model_path"), JsonConverter(typeof(TextOrWrong))]
    public string? ModelPathSnake { get; init; }

    [SynonymOf(nameof(ModelPath))]
    [JsonConverter(typeof(TextOrWrong))]
    public string? Model { get; init; }

    [SynonymOf(nameof(ModelPath))]
    [JsonPropertyName("model_name"), JsonConverter(typeof(TextOrWrong))]
    public string? ModelName { get; init; }

    [SynonymOf(nameof(ModelPath))]
    [JsonConverter(typeof(TextOrWrong))]
    public string? ModelId { get; init; }

    [SynonymOf(nameof(ModelPath))]
    [JsonPropertyName("model_id"), JsonConverter(typeof(TextOrWrong))]
    public string? ModelIdSnake { get; init; }

    [SynonymOf(nameof(ModelPath))]
    [JsonConverter(typeof(TextOrWrong))]
    public string? RepoId { get; init; }

    [SynonymOf(nameof(ModelPath))]
    [JsonPropertyName("repo_id"), JsonConverter(typeof(TextOrWrong))]
    public string? RepoIdSnake { get; init; }

    /// <summary>Joined to the address: a file of a repository or folder. Alone it is the address.</summary>
    [JsonConverter(typeof(TextOrWrong))]
    public string? ModelFile { get; init; }

    [SynonymOf(nameof(ModelFile))]
    [JsonConverter(typeof(TextOrWrong))]
    public string? FileName { get; init; }

    /// <summary>The model as the client named it, a file joined to its repository; null where it named none.</summary>
    /// <exception cref="RequestException">What names it is no text.</exception>
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

    /// <summary>The first that says something of one field's several names.</summary>
    /// <exception cref="RequestException">None does, and one is no text.</exception>
    protected static string? FirstOf(params ReadOnlySpan<string?> names)
    {
        foreach (var name in names)
        {
            if (!string.IsNullOrWhiteSpace(name) && name != TextOrWrong.Wrong)
            {
                return name.Trim();
            }
        }

        return names.Contains(TextOrWrong.Wrong)
            ? throw new RequestException(ErrorCode.InvalidRequest, "Invalid request: the name of a model and of its file must be texts.")
            : null;
    }
}
