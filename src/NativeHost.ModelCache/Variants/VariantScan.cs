using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Variants;

/// <summary>Sorts the files of a repository into the variants that a person can choose.</summary>
public static class VariantScan
{
    /// <param name="listing">All files.</param>
    /// <param name="cachedBytes">Bytes of a file that are on this machine; all of them only where the file is whole and verified.</param>
    public static RepoContents Of(RepoListing listing, Func<RepoFile, long> cachedBytes)
    {
        var sideFiles = new List<SideFile>();
        var models = new List<(RepoFile File, GgufName Name)>();
        var otherFormats = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in listing.Files)
        {
            if (SideFileKinds.Of(file.Path) is { } kind)
            {
                sideFiles.Add(new SideFile(file, kind));
            }
            else if (GgufName.IsGguf(file.Path))
            {
                models.Add((file, GgufName.Of(file.Path)));
            }
            else if (OtherFormats.Of(file.Path) is { } format)
            {
                otherFormats.Add(format);
            }
        }

        var projectors = new Projectors(sideFiles.Where(file => file.Kind == SideFileKind.Projector).Select(file => file.File));

        // Two splits of one model into different counts are two sets, each whole or not.
        var variants = models
            .GroupBy(model => model.Name.Shard is { } shard ? (shard.Prefix, shard.Count) : (model.File.Path, -1))
            .Select(set => VariantOf([.. set], projectors, cachedBytes))
            .OrderBy(variant => variant.Model, StringComparer.OrdinalIgnoreCase)
            .ThenBy(variant => variant.Label?.Rank ?? int.MaxValue)
            .ThenBy(variant => variant.Files[0].Path, StringComparer.Ordinal);
        return new RepoContents(listing.Repo, listing.Commit, [.. variants], sideFiles, [.. otherFormats]);
    }

    private static Variant VariantOf(List<(RepoFile File, GgufName Name)> files, Projectors projectors, Func<RepoFile, long> cachedBytes)
    {
        var set = new ShardSet(files.Select(file => (file.File, file.Name.Shard)));
        var name = files[0].Name;
        return new Variant
        {
            Model = name.Model,
            Label = name.Label,
            Files = set.Files,
            Problem = set.Problem(),
            MissingShards = set.Missing(),
            TotalBytes = Sum(set.Files, file => file.Size),
            CachedBytes = Sum(set.Files, file => Math.Clamp(cachedBytes(file), 0, file.Size)),
            Projector = projectors.For(set.Files[0].Path, name),
        };
    }

    /// <summary>Sizes are a stranger's: what no disk holds must not become a small number.</summary>
    private static long Sum(IReadOnlyList<RepoFile> files, Func<RepoFile, long> bytes)
        => (long)Int128.Min(files.Aggregate(Int128.Zero, (sum, file) => sum + bytes(file)), long.MaxValue);
}
