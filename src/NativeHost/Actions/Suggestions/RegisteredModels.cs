using System.Text.Json.Serialization;
using NativeHost.Messages;
using NativeHost.ModelCache.Suggestions;
using NativeHost.Routing;

namespace NativeHost.Actions.Suggestions;

/// <summary>Asks for the list of models, by name.</summary>
internal sealed record GetRegisteredModelsRequest;

internal sealed record RegisteredModelsReply : Reply
{
    /// <summary>By name, the smallest first.</summary>
    public required IReadOnlyDictionary<string, RegisteredModelView> Models { get; init; }

    /// <summary>How many they are.</summary>
    public required int Total { get; init; }
}

/// <summary>A model, under the names of both generations of the original host.</summary>
internal sealed record RegisteredModelView
{
    /// <summary>owner/name.</summary>
    public required string Repo { get; init; }

    /// <summary><c>gguf_regular</c>, <c>bitnet_1.58</c>, or what the list has.</summary>
    public required string Type { get; init; }

    /// <summary>What it is good for.</summary>
    public string? Description { get; init; }

    /// <summary>Of the default quant, in 10^9 bytes.</summary>
    [JsonPropertyName("size_gb")]
    public required double SizeGb { get; init; }

    /// <summary>Tokens that it was trained to see at once.</summary>
    [JsonPropertyName("context_length")]
    public int? ContextLength { get; init; }

    /// <summary>Whether it is shown to somebody who has no model yet.</summary>
    public required bool Recommended { get; init; }

    /// <summary>The quants that are suggested; a repository has more.</summary>
    public required IReadOnlyList<string> Variants { get; init; }

    /// <summary>Its name, such as <c>apache-2.0</c>.</summary>
    public string? License { get; init; }

    /// <summary>What <c>pull_model</c> and <c>load_model</c> take.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>How it is run.</summary>
    [OneOf("llama-cpu", "bitnet-cpu")]
    public required string Recipe { get; init; }

    /// <summary>Whether the user added it.</summary>
    [JsonPropertyName("is_user_model")]
    public required bool IsUserModel { get; init; }

    /// <summary>Whether all of it is on this machine.</summary>
    public required bool Downloaded { get; init; }

    public static RegisteredModelView Of(SuggestedModel model) => new()
    {
        Repo = model.RepoId,
        Type = model.ModelType switch { "gguf" => "gguf_regular", "bitnet" => "bitnet_1.58", var other => other },
        Description = model.Description,
        SizeGb = model.SizeGb,
        ContextLength = model.ContextLength,
        Recommended = model.IsSuggested,
        Variants = model.DefaultQuant is { } quant ? [quant] : [],
        License = model.License,
        Checkpoint = model.FilePath is { } path ? $"{model.RepoId}/{path}" : model.DefaultQuant is { } label ? $"{model.RepoId}:{label}" : model.RepoId,
        Recipe = model.ModelType == "bitnet" ? "bitnet-cpu" : "llama-cpu",
        IsUserModel = model.Source == "user",
        Downloaded = model.IsDownloaded,
    };
}

internal sealed class GetRegisteredModelsHandler(ListedModels models) : IHandler<GetRegisteredModelsRequest, RegisteredModelsReply>
{
    public Task<RegisteredModelsReply> HandleAsync(GetRegisteredModelsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var views = new Dictionary<string, RegisteredModelView>(StringComparer.Ordinal);
        foreach (var model in models.All().OrderBy(model => model.SizeGb))
        {
            views[views.ContainsKey(model.Name) ? model.Id : model.Name] = RegisteredModelView.Of(model);
        }

        return Task.FromResult(new RegisteredModelsReply { Models = views, Total = views.Count });
    }
}
