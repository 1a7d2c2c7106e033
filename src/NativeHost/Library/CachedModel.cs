using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Store;
using NativeHost.ModelCache.Variants;

namespace NativeHost.Library;

/// <summary>One model in the cache: one file of a repository at one commit, or the shards of one.</summary>
/// <param name="Quant">Null where no name tells.</param>
/// <param name="Path">Of the file to load, in the repository.</param>
/// <param name="State">Of its worst file; of a model that lacks files, partial at best.</param>
internal sealed record CachedModel(
    RepoId Repo, QuantLabel? Quant, string Commit, IReadOnlyList<string> References, string Path, IReadOnlyList<CachedFile> Files, CachedFileState State)
{
    /// <summary>Bytes when it is whole.</summary>
    public long Bytes => Files.Sum(file => file.Size);

    public long BytesHere => Files.Sum(file => file.BytesHere);

    /// <summary>Files of which it consists, here or not.</summary>
    public int FileCount => FileCountOf(Path);

    /// <summary>What a person writes to mean it.</summary>
    public string Address => Quant is { } quant ? $"{Repo}:{quant.Text}" : $"{Repo}/{Path}";

    /// <summary>The models among the files in the cache, by name.</summary>
    public static IEnumerable<CachedModel> AllOf(CacheContents contents)
        => contents.Repositories.SelectMany(AllOf).OrderBy(model => model.Repo.ToString(), StringComparer.OrdinalIgnoreCase).ThenBy(model => model.Path, StringComparer.Ordinal);

    public static IEnumerable<CachedModel> AllOf(CachedRepository repository)
        => from revision in repository.Revisions
           from model in revision.Files.Where(file => file.Path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)).GroupBy(file => FirstShardOf(file.Path))
           select new CachedModel(
               repository.Repo, QuantLabel.OfPath(model.Key), revision.Commit, revision.References, model.Key, [.. model], StateOf(model.Key, [.. model]));

    private static CachedFileState StateOf(string path, List<CachedFile> files)
        => files.Max(file => file.State) is var worst && worst < CachedFileState.Partial && files.Count < FileCountOf(path) ? CachedFileState.Partial : worst;

    private static int FileCountOf(string path) => ShardName.Parse(path)?.Count ?? 1;

    /// <summary>Whether an address means it.</summary>
    public bool IsMeantBy(ModelAddress address)
        => address.Repo == Repo
            && (address.Revision is not { } revision || revision == Commit || References.Contains(revision))
            && (address.File is { } file ? FirstShardOf(file) == Path
                : address.Quant is not { } quant || Quant?.Text.Equals(quant, StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>The file by which the model that a file belongs to is loaded.</summary>
    public static string FirstShardOf(string path) => ShardName.Parse(path)?.Sibling(1) ?? path;
}
