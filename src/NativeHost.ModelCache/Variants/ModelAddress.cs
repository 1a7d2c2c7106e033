using System.Text.RegularExpressions;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Variants;

/// <summary>What a person writes to name a model on a hub.</summary>
/// <param name="Repo">The repository.</param>
/// <param name="Revision">A branch, tag, commit or <c>refs/pr/1</c>; null for the main branch.</param>
/// <param name="Quant">What stands behind the colon: a quantization's label or a file's name; null for a choice of ours.</param>
/// <param name="File">Path of one file in the repository; null where none is named. Never there together with <paramref name="Quant"/>.</param>
/// <remarks>
/// <code>
/// address  := prefix? owner "/" name revision? ( ":" quant | "/" file )? revision?
/// prefix   := "hf:" | "hf://" | "hf.co/" | "huggingface.co/" | the same with "https://"
/// revision := "@" word ( "/" word )*
/// </code>
/// There is one revision at most; in front it has slashes only where it begins with <c>refs/</c>. The file ends in .gguf.
/// Pages of the hub are read too: /owner/name, and behind it /tree/, /blob/, /resolve/ or /raw/ with revision and path.
/// </remarks>
public sealed partial record ModelAddress(RepoId Repo, string? Revision, string? Quant, string? File)
{
    private const string Prefix = "hf:";

    private const int MaxLength = 2048;

    /// <summary>What a stranger's text may show of itself in a message.</summary>
    private const int MaxShown = 120;

    /// <summary>What Ollama calls the usual choice.</summary>
    private const string NoChoice = "latest";

    /// <summary>Reads an address, or tells that the text means something else.</summary>
    /// <param name="hub">A hub of the user's own, whose pages are read as well.</param>
    /// <returns>
    /// Null for what is no address but the path or the name of a file or a model: an absolute path, one that begins with a dot, a
    /// name without a slash, and <c>folder/file.gguf</c>, which names no repository.
    /// </returns>
    /// <exception cref="ModelCacheException">It is meant as an address and is wrong.</exception>
    public static ModelAddress? Read(string text, Uri? hub = null)
    {
        var address = text.Trim();
        ModelCacheException WrongBecause(string reason) => Invalid(address, reason);
        if (address.Length > MaxLength)
        {
            throw WrongBecause("it is too long");
        }

        if (address.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return ReadShort(address[Prefix.Length..].TrimStart('/'), WrongBecause);
        }

        if (HubPage.TryStrip(address, hub, out var rest))
        {
            return HubPage.Read(rest, WrongBecause);
        }

        if (IsLocal(address))
        {
            return null;
        }

        return Scheme().IsMatch(address) ? throw WrongBecause("only addresses of the hub are read") : ReadShort(address, WrongBecause);
    }

    /// <summary>Reads an address where nothing else can be meant.</summary>
    /// <exception cref="ModelCacheException">The text is none.</exception>
    public static ModelAddress Parse(string text, Uri? hub = null)
        => Read(text, hub) ?? throw Invalid(text.Trim(), "it names no repository");

    /// <summary>The address as it is written shortest.</summary>
    public override string ToString()
        => $"{Repo}{(Quant is null ? "" : $":{Quant}")}{(File is null ? "" : $"/{File}")}{(Revision is null ? "" : $"@{Revision}")}";

    /// <summary>Reads the form that is no page.</summary>
    /// <param name="text">Without a prefix.</param>
    /// <param name="wrongBecause">Makes the error out of a reason.</param>
    internal static ModelAddress ReadShort(string text, Func<string, ModelCacheException> wrongBecause)
    {
        var match = Shape().Match(text);
        if (!match.Success)
        {
            throw wrongBecause("it begins with no owner/name of a repository");
        }

        if (match.Groups["revision"].Captures.Count > 1)
        {
            throw wrongBecause("it names two revisions");
        }

        string? Part(string name) => match.Groups[name] is { Success: true } part ? part.Value : null;
        return From(match.Groups["repo"].Value, Part("revision"), Part("quant"), Part("file"), wrongBecause);
    }

    /// <summary>Checks the parts that a text was taken apart into.</summary>
    internal static ModelAddress From(string repo, string? revision, string? quant, string? file, Func<string, ModelCacheException> wrongBecause)
    {
        if (!RepoId.TryParse(repo, out var id))
        {
            throw wrongBecause("it begins with no owner/name of a repository");
        }

        if (revision is not null && !IsRevision(revision))
        {
            throw wrongBecause("what it names as the revision cannot be one");
        }

        if (quant is not null && !RepoPath.IsSafe(quant))
        {
            throw wrongBecause("no quantization stands behind the colon");
        }

        if (file is not null && !(GgufName.IsGguf(file) && RepoPath.IsSafe(file)))
        {
            throw wrongBecause("what follows the repository is not the path of a .gguf file");
        }

        return new ModelAddress(id, revision, string.Equals(quant, NoChoice, StringComparison.OrdinalIgnoreCase) ? null : quant, file);
    }

    /// <summary>It becomes a part of a path as well, in the cache.</summary>
    private static bool IsRevision(string text)
        => Revisions().IsMatch(text) && !text.Contains("..", StringComparison.Ordinal) && RepoPath.IsSafe(text);

    /// <summary>Whether it can only mean something on this machine.</summary>
    private static bool IsLocal(string text)
        => text.Length == 0
            || text[0] is '/' or '\\' or '.' or '~'
            || text.Contains('\\', StringComparison.Ordinal)
            || !text.Contains('/', StringComparison.Ordinal)
            || text.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
            || Drive().IsMatch(text)
            || (GgufName.IsGguf(text) && text.Count(c => c == '/') == 1 && !text.Contains(':', StringComparison.Ordinal));

    /// <summary>Queries and what stands before an @ may hold secrets, and people paste tokens where they do not belong.</summary>
    private static ModelCacheException Invalid(string text, string reason)
    {
        var shown = Secrets().Replace(text.Split('?', '#')[0], "…");
        shown = new string([.. shown.Where(c => !char.IsControl(c))]);
        shown = shown.Length > MaxShown ? $"{shown[..MaxShown]}…" : shown;
        return new ModelCacheException(
            CacheFault.InvalidAddress, $"\"{shown}\" is no address of a model: {reason}. Write owner/name, owner/name:Q4_K_M or owner/name/file.gguf.");
    }

    [GeneratedRegex(
        """
        \A(?<repo>[^/@:]+/[^/@:]+)
        (?:@(?<revision>refs/[^/@:]+/[^/@:]+|[^/@:]+))?
        (?: :(?<quant>[^@:]*) | /(?<file>.+?\.gguf|[^@]+) )?
        (?:@(?<revision>[^@:]+))?\z
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture
            | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Shape();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_./+-]{0,199}\z")]
    private static partial Regex Revisions();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9+.-]*://")]
    private static partial Regex Scheme();

    [GeneratedRegex(@"\A[A-Za-z]:(?:/|\z)")]
    private static partial Regex Drive();

    [GeneratedRegex(@"hf_[A-Za-z0-9]{8,}|(?<=://)[^/@]*(?=@)")]
    private static partial Regex Secrets();
}
