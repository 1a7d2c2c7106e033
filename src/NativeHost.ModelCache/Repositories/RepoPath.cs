namespace NativeHost.ModelCache.Repositories;

/// <summary>Rules for the paths of files in a repository, which are a stranger's and become paths on this disk.</summary>
public static class RepoPath
{
    private const int MaxLength = 1024;

    private static readonly string[] ReservedOnWindows =
    [
        "con", "prn", "aux", "nul",
        "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
        "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
    ];

    /// <summary>Whether a path stays below the folder that it is put behind, and can be there on every system.</summary>
    public static bool IsSafe(string path)
        => path.Length is > 0 and <= MaxLength
            && path.Split('/').All(IsSafeSegment)
            && !path.Any(c => c < ' ' || c == '\x7f' || c is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|');

    private static bool IsSafeSegment(string segment)
        => segment.Length > 0
            && segment is not ("." or "..")
            && segment[^1] is not ('.' or ' ')
            && !ReservedOnWindows.Contains(segment.Split('.')[0], StringComparer.OrdinalIgnoreCase);
}
