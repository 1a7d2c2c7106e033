using System.Globalization;
using System.Net;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Hub;

/// <summary>Asks where the bytes of a file are.</summary>
/// <remarks>
/// A large file is answered with a redirect to another server, whose headers say what the file is: <c>X-Linked-Size</c> and <c>X-Linked-ETag</c>, its
/// SHA-256. The other server has its own ETag, which is no hash of the content; so it is never asked here. A small file comes from the hub itself,
/// after a redirect to itself, with <c>ETag</c> (what git calls it) and <c>Content-Length</c>.
/// </remarks>
internal sealed class FileResolver(HubRequests requests, HubAddresses addresses, HubSettings settings)
{
    /// <summary>A pebibyte, in bytes. No model comes near it.</summary>
    private const long MaxFileSize = 1L << 50;

    /// <exception cref="ModelCacheException">There is no such file, it may not be had, or the hub cannot say where it is.</exception>
    public async Task<ResolvedFile> ResolveAsync(RepoId repo, string commit, string path, CancellationToken cancellationToken)
    {
        var question = new HubQuestion(addresses.File(repo, commit, path), RateBucket.Resolvers, repo)
        {
            Method = HttpMethod.Head,
            Revision = commit,
            Path = path,
        };
        var promise = new Promise(null, null);
        for (var hops = 0; hops <= Redirects.MaxHops; hops++)
        {
            var (asked, known) = (question, promise);
            var step = await requests.AskAsync(question, (response, _) => Task.FromResult(Read(response, asked, known)), cancellationToken);
            if (step.File is not null)
            {
                return step.File;
            }

            // The next answer need not repeat what this one promised.
            promise = step.Promise;
            question = step.Next is { } next ? question with { Address = next } : question with { Method = HttpMethod.Get, IsProbe = true };
        }

        throw Redirects.TooMany(question.Address);
    }

    private Step Read(HttpResponseMessage response, HubQuestion question, Promise known)
    {
        if (IsHeadRefused(response, question))
        {
            return new Step(null, null, known);
        }

        var promise = new Promise(
            ContentIdOf(HubErrors.Header(response, "X-Linked-ETag")) ?? known.Content,
            SizeOf(HubErrors.Header(response, "X-Linked-Size")) ?? known.Size);
        if (Redirects.IsRedirect(response))
        {
            CheckCommit(response, question);
            var target = Redirects.TargetOf(response, question.Address, settings.Endpoint);
            return HubOrigin.IsSame(target, settings.Endpoint)
                ? new Step(null, target, promise)
                : new Step(FileAt(target, promise, question, takesToken: false), null, promise);
        }

        var isEmpty = question.IsProbe && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable
            && response.Content.Headers.ContentRange?.Length == 0;
        if (!isEmpty && response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
        {
            throw HubErrors.Of(response, question, settings.Endpoint);
        }

        CheckCommit(response, question);
        promise = new Promise(promise.Content ?? ContentIdOf(HubErrors.Header(response, "ETag")), promise.Size ?? LengthOf(response));
        return promise.Size is null && !question.IsProbe
            ? new Step(null, null, promise)
            : new Step(FileAt(question.Address, promise, question, takesToken: true), null, promise);
    }

    // Something on the way may refuse to be asked without a body. What the hub itself refuses, it says.
    private static bool IsHeadRefused(HttpResponseMessage response, HubQuestion question)
        => !question.IsProbe
            && (response.StatusCode is HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented
                || (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden && !HubErrors.IsTheHubsWord(response)));

    private static void CheckCommit(HttpResponseMessage response, HubQuestion question)
    {
        if (HubErrors.Header(response, "X-Repo-Commit") is { } commit && commit != question.Revision)
        {
            throw new ModelCacheException(
                CacheFault.UpstreamChanged,
                $"{question.Address.Host} gives \"{question.Path}\" of another commit of {question.Repo} than the one that was asked for. "
                + "Try again; if it stays so, ask another hub.");
        }
    }

    private static ResolvedFile FileAt(Uri location, Promise promise, HubQuestion question, bool takesToken)
        => promise is { Content: { } content, Size: { } size }
            ? new ResolvedFile(location, size, content, question.Revision!, takesToken)
            : throw HubErrors.NotAHub(question.Address, $"no size or no hash of \"{question.Path}\"");

    private static ContentId? ContentIdOf(string? tag)
    {
        var bare = tag is null ? "" : tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
        return ContentId.TryParse(bare.Trim('"'), out var id) ? id : null;
    }

    private static long? SizeOf(string? text)
        => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size <= MaxFileSize ? size : null;

    // Of what is packed, the length says nothing about the file.
    private static long? LengthOf(HttpResponseMessage response)
    {
        var headers = response.Content.Headers;
        var length = headers.ContentEncoding.Any(encoding => encoding != "identity") ? null
            : response.StatusCode == HttpStatusCode.OK ? headers.ContentLength
            : headers.ContentRange?.Length;
        return length is >= 0 and <= MaxFileSize ? length : null;
    }

    /// <summary>What the answers on the way said about the file so far.</summary>
    private sealed record Promise(ContentId? Content, long? Size);

    /// <summary>What an answer leads to: the file, or another address, or (neither) the same address without HEAD.</summary>
    private sealed record Step(ResolvedFile? File, Uri? Next, Promise Promise);
}
