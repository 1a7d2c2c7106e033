using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Hub;

/// <summary>The addresses of the hub's API.</summary>
/// <remarks>https://huggingface.co/docs/hub/api. Revisions and the segments of paths are percent-encoded: <c>refs/pr/1</c> is one segment there.</remarks>
internal sealed class HubAddresses(Uri endpoint)
{
    private const int MaxRevisionLength = 255;

    private const int CommitDigits = 40;

    // Else the answer holds the name of every file, which may be thousands.
    private const string Description
        = "expand[]=gated&expand[]=private&expand[]=disabled&expand[]=cardData&expand[]=tags"
        + "&expand[]=downloads&expand[]=likes&expand[]=lastModified&expand[]=gguf";

    private readonly string _base = endpoint.AbsoluteUri.TrimEnd('/');

    public Uri Info(RepoId repo, string revision) => new($"{_base}/api/models/{repo}/revision/{Segment(revision)}?expand[]=sha&{Description}");

    public Uri Commit(RepoId repo, string revision) => new($"{_base}/api/models/{repo}/revision/{Segment(revision)}?expand[]=sha");

    public Uri Tree(RepoId repo, string commit) => new($"{_base}/api/models/{repo}/tree/{commit}?recursive=true&expand=false");

    public Uri File(RepoId repo, string commit, string path)
        => new($"{_base}/{repo}/resolve/{commit}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");

    public Uri Search(string text, int limit)
        => new($"{_base}/api/models?search={Uri.EscapeDataString(text)}&filter=gguf&sort=downloads&direction=-1&limit={limit}&{Description}");

    public Uri WhoAmI() => new($"{_base}/api/whoami-v2");

    public static bool IsCommit(string revision) => revision.Length == CommitDigits && revision.All(char.IsAsciiHexDigitLower);

    // By the rules of git for names of branches and tags. A segment of dots would be taken out of the address, and another thing be asked for.
    private static string Segment(string revision)
        => revision.Length is > 0 and <= MaxRevisionLength
            && revision.Split('/').All(part => part.Length > 0 && part[0] != '.' && part[^1] != '.')
            && !revision.Contains("..", StringComparison.Ordinal)
            && !revision.Any(c => c <= ' ' || c is '\x7f' or '~' or '^' or ':' or '?' or '*' or '[' or '\\')
                ? Uri.EscapeDataString(revision)
                : throw new ModelCacheException(CacheFault.InvalidAddress, $"\"{HubWords.Clean(revision)}\" names no revision; one is a branch, a tag or a commit.");
}
