namespace NativeHost.Testing;

/// <summary>A request's path, taken apart.</summary>
/// <param name="Repo">owner/name; empty where none is named.</param>
/// <param name="Revision">Unescaped; <c>HEAD</c> where none is named.</param>
/// <param name="Path">Of a file or folder in the repository, unescaped; of a control request, what follows its prefix.</param>
internal sealed record Route(RequestKind Kind, string Repo = "", string Revision = "HEAD", string Path = "")
{
    /// <param name="path">As sent, with escapes, so that an escaped slash does not part segments.</param>
    public static Route Of(Origin origin, string path)
    {
        var segments = path.Split('/')[1..].Select(Uri.UnescapeDataString).ToArray();
        if (segments is ["__fake", .. var control])
        {
            return new(RequestKind.Control, Path: Join(control));
        }

        if (origin == Origin.Cdn)
        {
            return segments is ["xet-bridge-us", _, var hash] ? new(RequestKind.Cdn, Path: hash) : new(RequestKind.Unknown);
        }

        return segments switch
        {
            ["api", "whoami-v2"] => new(RequestKind.WhoAmI),
            ["api", "models"] => new(RequestKind.Search),
            ["api", "models", var owner, var name] => new(RequestKind.Info, $"{owner}/{name}"),
            ["api", "models", var owner, var name, "revision", .. { Length: > 0 } revision] => new(RequestKind.Info, $"{owner}/{name}", Join(revision)),
            ["api", "models", var owner, var name, "refs"] => new(RequestKind.Refs, $"{owner}/{name}"),
            ["api", "models", var owner, var name, "tree", var revision, .. var folder] => new(RequestKind.Tree, $"{owner}/{name}", revision, Join(folder)),
            ["api", "models", var owner, var name, "paths-info", var revision] => new(RequestKind.PathsInfo, $"{owner}/{name}", revision),
            ["api", "models", var owner, var name, "xet-read-token", var revision] => new(RequestKind.XetToken, $"{owner}/{name}", revision),
            ["api", "resolve-cache", "models", var owner, var name, var revision, .. var file] => new(RequestKind.SmallFile, $"{owner}/{name}", revision, Join(file)),
            ["v2", var owner, var name, "manifests", var tag] => new(RequestKind.Manifest, $"{owner}/{name}", Path: tag),
            [var owner, var name, "resolve", var revision, .. var file] => new(RequestKind.Resolve, $"{owner}/{name}", revision, Join(file)),
            [var owner, var name, "raw", var revision, .. var file] => new(RequestKind.Raw, $"{owner}/{name}", revision, Join(file)),
            _ => new(RequestKind.Unknown),
        };
    }

    private static string Join(string[] segments) => string.Join('/', segments);
}
