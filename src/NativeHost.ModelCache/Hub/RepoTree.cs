using System.Text.Json;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Hub;

/// <summary>Lists the files of a repository at one commit, page by page.</summary>
/// <remarks>
/// An entry: <c>{"type":"file","oid":git's hash,"size","path","lfs":{"oid":sha256,"size"}}</c>; with <c>lfs</c>, the outer hash is of a pointer and not of
/// the content. All pages have to come from one server and be of the one commit: half a listing, or a mix of two, would be worse than none.
/// </remarks>
internal sealed class RepoTree(HubJson json, HubAddresses addresses)
{
    private const int MaxPages = 1000;
    private const int MaxFiles = 100_000;

    /// <summary>A pebibyte, in bytes. No model comes near it.</summary>
    private const long MaxFileSize = 1L << 50;

    public async Task<RepoListing> ListAsync(RepoId repo, string commit, CancellationToken cancellationToken)
    {
        var files = new OrderedDictionary<string, RepoFile>(StringComparer.Ordinal);
        var seen = new HashSet<Uri>();
        var question = new HubQuestion(addresses.Tree(repo, commit), RateBucket.Api, repo) { Revision = commit };
        while (seen.Add(question.Address))
        {
            if (seen.Count > MaxPages || files.Count > MaxFiles)
            {
                throw new ModelCacheException(CacheFault.HubFailed, $"{repo} has more than {MaxFiles} files, which is more than we list. Choose another repository.");
            }

            var page = await json.GetAsync(question, ReadPage, cancellationToken);
            foreach (var file in page.Value!)
            {
                // What could not be put behind a folder safely is left out.
                if (RepoPath.IsSafe(file.Path) && !files.TryAdd(file.Path, file) && files[file.Path] != file)
                {
                    throw HubErrors.NotAHub(page.Question.Address, $"the file \"{HubWords.Clean(file.Path)}\" twice, with different contents");
                }
            }

            if (page.Next is null)
            {
                return new RepoListing(repo, commit, [.. files.Values]);
            }

            question = page.Question with { Address = NextOf(page.Question.Address, page.Next, commit) };
        }

        throw HubErrors.NotAHub(question.Address, "the same page again and again");
    }

    private static Uri NextOf(Uri page, string next, string commit)
        => Uri.TryCreate(page, next, out var address) && HubOrigin.IsSame(address, page) && address.UserInfo.Length == 0
            && address.AbsolutePath.EndsWith($"/tree/{commit}", StringComparison.Ordinal)
                ? address
                : throw HubErrors.NotAHub(page, "a list of files that goes on at another server or another commit");

    private static List<RepoFile> ReadPage(JsonElement page)
        => page.ValueKind == JsonValueKind.Array
            ? [.. page.EnumerateArray().Where(entry => entry.NeedText("type") == "file").Select(ReadFile)]
            : throw new FormatException("no list of files");

    private static RepoFile ReadFile(JsonElement entry)
    {
        var size = entry.NeedLong("size");
        var content = entry.NeedText("oid");
        if (entry.FieldOrNull("lfs") is { } lfs)
        {
            content = lfs.NeedText("oid");
            if (lfs.NeedLong("size") != size)
            {
                throw new FormatException("a file with two sizes");
            }
        }

        if (size is < 0 or > MaxFileSize)
        {
            throw new FormatException($"a file of {size} bytes");
        }

        // SHA-256 for large files, SHA-1 for those that lie in git itself.
        return ContentId.TryParse(content, out var id) && id.IsSha256 == entry.FieldOrNull("lfs").HasValue
            ? new RepoFile(entry.NeedText("path"), size, id)
            : throw new FormatException("a file without a hash");
    }
}
