using System.Text.Json.Nodes;

namespace NativeHost.ModelCache.Tests.Oracles;

/// <summary>The official client at work in a cache, each time as a process of its own.</summary>
internal sealed class OfficialCache(FakeHub hub, string root)
{
    /// <summary>All that it finds: <c>{"warnings": […], "repos": [{"name", "size", "revisions": [{"commit", "references", "size", "files": [{"path", "size"}]}]}]}</c>.</summary>
    public Task<JsonNode> ScanAsync() => RunAsync("scan");

    /// <summary>Downloads a file unless it is there.</summary>
    /// <param name="revision">Of a branch it takes for the commit the last one that changed the file.</param>
    /// <returns>Its path.</returns>
    public async Task<string> FileAsync(string repo, string path, string revision) => (string)(await RunAsync("file", repo, path, revision))!;

    /// <summary>Downloads all files of a revision that are not there.</summary>
    /// <returns>Path of their folder.</returns>
    public async Task<string> SnapshotAsync(string repo, string revision) => (string)(await RunAsync("snapshot", repo, revision))!;

    private async Task<JsonNode> RunAsync(params string[] words)
        => JsonNode.Parse(await OfficialPackages.RunScriptAsync("official-cache.mjs", [hub.Endpoint.AbsoluteUri.TrimEnd('/'), root, .. words]))!;
}
