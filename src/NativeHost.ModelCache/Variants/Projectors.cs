using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Variants;

/// <summary>The vision projectors of a repository, and which of them goes with which model.</summary>
/// <remarks>
/// As llama.cpp does: the one that shares the most folders with the model, and of these the one whose bits are closest to the model's. Between
/// the two rules, where a repository has several models, one that is named after the model is preferred.
/// </remarks>
internal sealed class Projectors(IEnumerable<RepoFile> files)
{
    /// <summary>Of a file whose name tells no label: half precision is usual.</summary>
    private const double UsualBits = 16;

    private readonly List<Projector> _projectors = [.. files.Select(Describe)];

    /// <param name="path">Of a model.</param>
    /// <param name="name">What the path says.</param>
    /// <returns>Null where there is none.</returns>
    public RepoFile? For(string path, GgufName name)
    {
        var folders = path.Split('/')[..^1];
        var model = name.Model.Split('/')[^1];
        var bits = name.Label?.BitsPerWeight ?? UsualBits;
        return _projectors
            .OrderByDescending(projector => projector.Folders.Zip(folders).TakeWhile(pair => pair.First == pair.Second).Count())
            .ThenByDescending(projector => projector.Model.Length > 0 && projector.Model.Equals(model, StringComparison.OrdinalIgnoreCase))
            .ThenBy(projector => Math.Abs(projector.Bits - bits))
            .FirstOrDefault()?.File;
    }

    private static Projector Describe(RepoFile file)
    {
        var name = GgufName.Of(file.Path);
        var model = name.Model.Split('/')[^1].Replace("mmproj", "", StringComparison.OrdinalIgnoreCase).Trim('-', '_', '.');
        return new Projector(file, file.Path.Split('/')[..^1], model, name.Label?.BitsPerWeight ?? UsualBits);
    }

    /// <param name="File">In the repository.</param>
    /// <param name="Folders">That it lies in, from the outside.</param>
    /// <param name="Model">That it is named after; may be empty.</param>
    /// <param name="Bits">Of a weight.</param>
    private sealed record Projector(RepoFile File, string[] Folders, string Model, double Bits);
}
