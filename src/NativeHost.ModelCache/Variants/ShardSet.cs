using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Variants;

/// <summary>The files of one model, as their names tell that they belong together.</summary>
/// <param name="files">A model in one file, or all files of the same prefix and count.</param>
internal sealed class ShardSet(IEnumerable<(RepoFile File, ShardName? Shard)> files)
{
    /// <summary>A name may count up to 99,999 files; nobody reads more names than this.</summary>
    private const int MostNames = 100;

    private readonly List<(RepoFile File, ShardName? Shard)> _files =
        [.. files.OrderBy(file => file.Shard?.Number ?? 0).ThenBy(file => file.File.Path, StringComparer.Ordinal)];

    /// <summary>In the order of their numbers.</summary>
    public IReadOnlyList<RepoFile> Files => [.. _files.Select(file => file.File)];

    /// <summary>Paths of the shards that are not there; a hundred at most.</summary>
    public IReadOnlyList<string> Missing()
    {
        if (_files[0].Shard is not { } shard)
        {
            return [];
        }

        var there = Numbers();
        return [.. Enumerable.Range(1, shard.Count).Where(number => !there.Contains(number)).Take(MostNames).Select(shard.Sibling)];
    }

    /// <summary>Why these files make no model, as a sentence; null where none is empty and their numbers are exactly the first to the last.</summary>
    public string? Problem()
    {
        if (_files.Find(file => file.File.Size == 0).File is { } empty)
        {
            return $"{empty.Path} is empty.";
        }

        if (_files[0].Shard is not { } shard)
        {
            return null;
        }

        if (_files.Find(file => !file.Shard!.IsInRange).File is { } stray)
        {
            return $"{stray.Path} has a number that is not one of 1 to {shard.Count}.";
        }

        var numbers = Numbers();
        if (numbers.Count < _files.Count)
        {
            return $"Two files of {shard.Prefix} have the same number.";
        }

        return numbers.Count < shard.Count
            ? $"The repository has only {numbers.Count} of the {shard.Count} files of {shard.Prefix}."
            : null;
    }

    private HashSet<int> Numbers() => [.. _files.Select(file => file.Shard!.Number)];
}
