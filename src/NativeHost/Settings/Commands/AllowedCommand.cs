namespace NativeHost.Settings.Commands;

/// <summary>One thing that the user lets extensions have run: a program, and what each of its arguments may be.</summary>
/// <param name="Name">What it may be called by, beside its path; null for the path alone. Several entries may have one name.</param>
/// <param name="Program">Absolute path of the program.</param>
/// <param name="Arguments">What each argument may be; there are as many as that, no more and no fewer.</param>
/// <param name="Origins">The callers that may ask for it; null for every extension that is registered.</param>
/// <param name="WorkingFolder">Absolute path of the folder that it runs in; null for the user's own.</param>
/// <param name="TimeLimit">After this time it is killed.</param>
internal sealed record AllowedCommand(
    string? Name,
    string Program,
    IReadOnlyList<ArgumentPattern> Arguments,
    IReadOnlyList<string>? Origins,
    string? WorkingFolder,
    TimeSpan TimeLimit)
{
    private static StringComparison PathComparison
        => OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>Whether an extension is one that may ask for it.</summary>
    public bool IsFor(string origin) => Origins is null || Origins.Contains(origin, StringComparer.Ordinal);

    /// <summary>Whether these words are this command.</summary>
    /// <param name="words">The program, by its path or its name, then its arguments.</param>
    public bool Allows(IReadOnlyList<string> words)
    {
        if (words.Count != Arguments.Count + 1 || !(words[0] == Name || string.Equals(words[0], Program, PathComparison)))
        {
            return false;
        }

        for (var index = 0; index < Arguments.Count; index++)
        {
            if (!Arguments[index].Allows(words[index + 1]))
            {
                return false;
            }
        }

        return true;
    }
}
