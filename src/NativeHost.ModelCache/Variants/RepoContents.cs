using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Variants;

/// <summary>What a repository holds for somebody who wants to run a model of it.</summary>
/// <param name="Repo">The repository.</param>
/// <param name="Commit">40 hexadecimal digits.</param>
/// <param name="Variants">By model, the best quality first.</param>
/// <param name="SideFiles">GGUF files and the like that are no models; in the hub's order.</param>
/// <param name="OtherFormats">Kinds of models in other formats, as words such as "safetensors"; sorted.</param>
public sealed record RepoContents(
    RepoId Repo, string Commit, IReadOnlyList<Variant> Variants, IReadOnlyList<SideFile> SideFiles, IReadOnlyList<string> OtherFormats)
{
    /// <summary>Names of the different models in it. One, mostly.</summary>
    public IReadOnlyList<string> Models { get; } = [.. Variants.Select(variant => variant.Model).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Why there is nothing to run, as sentences for a person; null where there are variants.</summary>
    public string? NothingToRun => Variants.Count > 0 ? null
        : SideFiles.Any(file => file.Kind == SideFileKind.CutPiece)
            ? $"{Repo} has its GGUF files cut into pieces that have to be joined by hand. Look for a newer repository of the model."
        : SideFiles.Count > 0
            ? $"{Repo} has no model in GGUF, only {string.Join(" and ", SideFiles.Select(file => SideFileKinds.DisplayName(file.Kind)).Distinct())}."
        : OtherFormats.Count > 0
            ? $"{Repo} has no GGUF file; its model is in {string.Join(" and ", OtherFormats)}. "
                + "Look for a repository of the same model with GGUF in its name."
        : $"{Repo} holds no model that could be run.";
}
