namespace NativeHost.ModelCache.Variants;

/// <summary>Reads the addresses of a hub's pages and files, as people copy them out of a browser.</summary>
internal static class HubPage
{
    private const string FileInQuery = "show_file_info=";

    private static readonly string[] Hosts = ["huggingface.co", "www.huggingface.co", "hf.co"];

    /// <summary>First words of pages of other things.</summary>
    private static readonly string[] NoModels =
    [
        "datasets", "spaces", "collections", "papers", "docs", "blog", "settings", "api", "organizations", "models", "posts", "join", "login", "search",
    ];

    /// <summary>Takes off what says that a text is an address of the hub.</summary>
    /// <param name="hub">The user's own; null where there is none.</param>
    /// <param name="rest">What follows, without a slash in front; or the text itself.</param>
    public static bool TryStrip(string text, Uri? hub, out string rest)
    {
        rest = text;
        var schemeEnd = text.IndexOf("://", StringComparison.Ordinal);
        var hasScheme = schemeEnd > 0 && text[..schemeEnd].ToUpperInvariant() is "HTTP" or "HTTPS";
        var start = hasScheme ? schemeEnd + 3 : 0;
        var slash = text.IndexOf('/', start);
        var authority = slash < 0 ? text[start..] : text[start..slash];
        if (!Hosts.Contains(authority, StringComparer.OrdinalIgnoreCase)
            && !(hub is not null && authority.Equals(hub.Authority, StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }

        rest = slash < 0 ? "" : text[slash..].Trim('/');
        return true;
    }

    /// <summary>Reads what follows the host: a page, or an address in its short form.</summary>
    /// <param name="wrongBecause">Makes the error out of a reason.</param>
    public static ModelAddress Read(string text, Func<string, ModelCacheException> wrongBecause)
    {
        var queryStart = text.IndexOfAny(['?', '#']);
        var path = (queryStart < 0 ? text : text[..queryStart]).TrimEnd('/');
        var query = queryStart < 0 ? "" : text[queryStart..];
        var segments = path.Split('/');
        if (NoModels.Contains(segments[0], StringComparer.OrdinalIgnoreCase))
        {
            throw wrongBecause("that is no page of a model");
        }

        var repo = string.Join('/', segments.Take(2));
        var page = segments.Length > 2 ? segments[2] : "";
        if (page is "tree" or "blob" or "resolve" or "raw")
        {
            return OfFiles(repo, page, segments[3..], query, wrongBecause);
        }

        return page is "discussions" or "commits" or "commit"
            ? ModelAddress.From(repo, null, null, null, wrongBecause)
            : FileOf(query) is { } file && segments.Length == 2
                ? ModelAddress.From(repo, null, null, file, wrongBecause)
                : ModelAddress.ReadShort(Uri.UnescapeDataString(path), wrongBecause);
    }

    /// <summary>A page of a folder, or a file: revision, then path.</summary>
    private static ModelAddress OfFiles(string repo, string page, string[] segments, string query, Func<string, ModelCacheException> wrongBecause)
    {
        // A revision with slashes is one segment, escaped; but not everybody who makes such addresses knows.
        var ofRevision = segments is ["refs", _, _, ..] ? 3 : Math.Min(1, segments.Length);
        var revision = ofRevision == 0 ? null : Uri.UnescapeDataString(string.Join('/', segments[..ofRevision]));
        var path = Uri.UnescapeDataString(string.Join('/', segments[ofRevision..]));
        if (page != "tree")
        {
            return ModelAddress.From(repo, revision, null, path, wrongBecause);
        }

        if (FileOf(query) is { } file)
        {
            return ModelAddress.From(repo, revision, null, file, wrongBecause);
        }

        var label = QuantLabel.OfPath(path);
        return path.Length == 0 || label is not null
            ? ModelAddress.From(repo, revision, label?.Text, null, wrongBecause)
            : throw wrongBecause("that folder is named after no quantization; name a file in it");
    }

    /// <summary>The file whose description lies over a page.</summary>
    private static string? FileOf(string query)
    {
        var value = query.TrimStart('?').Split('&', '#').FirstOrDefault(part => part.StartsWith(FileInQuery, StringComparison.Ordinal));
        return value is null ? null : Uri.UnescapeDataString(value[FileInQuery.Length..]);
    }
}
