using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace NativeHost.ModelCache.Repositories;

/// <summary>The name of a repository: owner and name.</summary>
/// <remarks>Safe as a part of a path and of a URL: letters, digits, dots, dashes and underscores only.</remarks>
public sealed partial record RepoId
{
    private const int MaxLength = 96;

    private RepoId(string owner, string name) => (Owner, Name) = (owner, name);

    public string Owner { get; }

    public string Name { get; }

    /// <summary>Its folder in a hub cache.</summary>
    public string FolderName => $"models--{Owner}--{Name}";

    public static bool TryParse(string? text, [NotNullWhen(true)] out RepoId? id)
    {
        id = null;
        if (text is null || text.Length > MaxLength || !Shape().IsMatch(text) || text.Contains("--", StringComparison.Ordinal) || text.Contains("..", StringComparison.Ordinal))
        {
            return false;
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        id = new RepoId(text[..slash], text[(slash + 1)..]);
        return true;
    }

    /// <exception cref="ModelCacheException">The text names no repository.</exception>
    public static RepoId Parse(string text)
        => TryParse(text, out var id) ? id : throw new ModelCacheException(CacheFault.InvalidAddress, $"\"{text}\" names no repository; one is owner/name.");

    public override string ToString() => $"{Owner}/{Name}";

    // A segment begins and ends with a letter, a digit or an underscore. \z, because $ would let a line's end pass.
    [GeneratedRegex(@"\A[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?/[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\z")]
    private static partial Regex Shape();
}
