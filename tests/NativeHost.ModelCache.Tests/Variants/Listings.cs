using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Variants;

namespace NativeHost.ModelCache.Tests.Variants;

/// <summary>Repositories made of the names and sizes of their files.</summary>
internal static class Listings
{
    public const long MiB = 1024 * 1024;

    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    /// <param name="repo">Its name.</param>
    /// <param name="files">Each a path, or a path, a space and its size in MiB; 1 MiB without.</param>
    public static RepoListing Of(string repo, params string[] files) => new(RepoId.Parse(repo), Commit, [.. files.Select(FileOf)]);

    public static RepoContents Scan(string repo, params string[] files) => VariantScan.Of(Of(repo, files), _ => 0);

    private static RepoFile FileOf(string text)
    {
        var space = text.LastIndexOf(' ');
        var path = space < 0 ? text : text[..space];
        var size = space < 0 ? 1 : long.Parse(text[(space + 1)..], CultureInfo.InvariantCulture);
        return new RepoFile(path, size * MiB, ContentOf(path));
    }

    private static ContentId ContentOf(string path)
        => ContentId.TryParse(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(path))), out var id) ? id : throw new InvalidOperationException();
}
