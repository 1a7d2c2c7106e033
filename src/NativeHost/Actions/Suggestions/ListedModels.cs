using NativeHost.Library;
using NativeHost.ModelCache.Store;
using NativeHost.ModelCache.Suggestions;
using NativeHost.ModelCache.Variants;

namespace NativeHost.Actions.Suggestions;

/// <summary>The list of models that are suggested, with what of it is on this machine.</summary>
internal sealed class ListedModels(Lazy<ModelLibrary> library, ModelSuggestions suggestions)
{
    public IReadOnlyList<SuggestedModel> All() => WithState(suggestions.All());

    /// <inheritdoc cref="ModelSuggestions.OfType"/>
    public IReadOnlyList<SuggestedModel> OfType(string type) => WithState(suggestions.OfType(type));

    /// <inheritdoc cref="ModelSuggestions.DefaultOf"/>
    public SuggestedModel? DefaultOf(string type) => suggestions.DefaultOf(type) is { } model ? WithState([model])[0] : null;

    private List<SuggestedModel> WithState(IReadOnlyList<SuggestedModel> models)
    {
        var here = CachedModel.AllOf(library.Value.Scan.Read(CancellationToken.None))
            .Where(model => model.State is CachedFileState.Verified or CachedFileState.Unverified)
            .ToLookup(model => model.Repo.ToString(), StringComparer.OrdinalIgnoreCase);
        return [.. models.Select(model => model with { IsDownloaded = here[model.RepoId].Any(cached => IsSame(model, cached)) })];
    }

    private static bool IsSame(SuggestedModel model, CachedModel cached)
        => model.FilePath is { } path ? CachedModel.FirstShardOf(path) == cached.Path
            : model.DefaultQuant is not { } quant || cached.Quant?.Text == (QuantLabel.Parse(quant)?.Text ?? quant);
}
