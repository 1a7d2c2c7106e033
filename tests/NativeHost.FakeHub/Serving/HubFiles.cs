using System.Globalization;

namespace NativeHost.Testing;

/// <summary>Where the hub says the bytes of a file are, and the bytes of the small ones.</summary>
internal static class HubFiles
{
    /// <summary>A large file redirects to the CDN, with the content's name beside it; a small one to another path of the hub.</summary>
    public static async Task ResolveAsync(Exchange exchange)
    {
        if (await FindAsync(exchange) is not { } file)
        {
            return;
        }

        var route = exchange.Route;
        if (IsKnown(exchange, file))
        {
            exchange.Response.StatusCode = 304;
        }
        else if (file.IsLfs)
        {
            await RedirectToCdnAsync(exchange, file);
        }
        else
        {
            var escaped = string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString));
            var commit = exchange.Response.Headers["X-Repo-Commit"].ToString();
            var original = Uri.EscapeDataString($"/{route.Repo}/resolve/{route.Revision}/{file.Path}");
            exchange.Response.StatusCode = 307;
            exchange.Response.Headers.Location = $"/api/resolve-cache/models/{route.Repo}/{commit}/{escaped}?{original}=&etag=%22{file.Oid}%22";
            await exchange.SendTextAsync($"Temporary Redirect. Redirecting to {exchange.Response.Headers.Location}");
        }
    }

    public static async Task SmallFileAsync(Exchange exchange)
    {
        if (await FindAsync(exchange) is not { } file)
        {
            return;
        }

        if (IsKnown(exchange, file))
        {
            exchange.Response.StatusCode = 304;
            return;
        }

        var name = file.Path.Split('/')[^1];
        exchange.Response.ContentType = "text/plain; charset=utf-8";
        exchange.Response.Headers.ContentDisposition = $"inline; filename*=UTF-8''{Uri.EscapeDataString(name)}";
        await FileAnswer.SendAsync(exchange, file.Content, $"\"{file.Oid}\"", mayCompress: true);
    }

    /// <summary>The file as git has it: the pointer instead of a large one.</summary>
    public static async Task RawAsync(Exchange exchange)
    {
        if (await FindAsync(exchange) is { } file)
        {
            exchange.Response.ContentType = "text/plain; charset=utf-8";
            await FileAnswer.SendAsync(exchange, file.IsLfs ? new BytesContent(file.Content.LfsPointer()) : file.Content, $"\"{file.Oid}\"", mayCompress: true);
        }
    }

    private static async Task<FakeFile?> FindAsync(Exchange exchange)
    {
        if (await HubAccess.FindRepoAsync(exchange, forContent: true) is not { } repo || await HubAccess.FindCommitAsync(exchange, repo) is not { } commit)
        {
            return null;
        }

        exchange.Response.Headers["X-Repo-Commit"] = commit.Id;
        if (commit.Files.TryGetValue(exchange.Route.Path, out var file))
        {
            return file;
        }

        await exchange.RefuseAsync(404, "EntryNotFound", "Entry not found");
        return null;
    }

    private static bool IsKnown(Exchange exchange, FakeFile file)
    {
        exchange.Response.Headers.ETag = $"\"{file.BlobName}\"";
        return exchange.Context.Request.Headers.IfNoneMatch.ToString().Split(',').Any(tag => tag.Trim() == $"\"{file.BlobName}\"");
    }

    private static Task RedirectToCdnAsync(Exchange exchange, FakeFile file)
    {
        var headers = exchange.Response.Headers;
        var api = $"{exchange.Hub.Endpoint}api/models/{exchange.Route.Repo}/xet-read-token/{headers["X-Repo-Commit"]}";
        headers.Remove("ETag");
        headers["X-Linked-Size"] = (file.LinkedSize ?? file.Size).ToString(CultureInfo.InvariantCulture);
        headers["X-Linked-Etag"] = $"\"{file.LinkedSha256 ?? file.Sha256}\"";
        headers["X-Xet-Hash"] = file.XetHash;
        headers.Link = $"<{api}>; rel=\"xet-auth\", <{exchange.Hub.CdnEndpoint}v1/reconstructions/{file.XetHash}>; rel=\"xet-reconstruction-info\"";
        headers.AcceptRanges = "bytes";
        headers.CacheControl = "no-store";
        headers.Location = exchange.Hub.Links.Sign(file).AbsoluteUri;
        exchange.Response.StatusCode = 302;
        return exchange.SendTextAsync($"Found. Redirecting to {headers.Location}");
    }
}
