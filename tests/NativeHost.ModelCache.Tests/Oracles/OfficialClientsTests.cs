using System.Text.Json.Nodes;
using Xunit;

namespace NativeHost.ModelCache.Tests.Oracles;

/// <summary>The fake hub is a hub to the official clients: each call gives what it would give at the real one.</summary>
public sealed class OfficialClientsTests(OfficialClients clients) : IClassFixture<OfficialClients>
{
    private const string Model = "tiny-Q4_K_M.gguf";

    [Fact]
    public async Task They_list_files_with_sizes_and_hashes()
    {
        var listed = await ValueAsync("listFiles");
        var expected = clients.Tiny.Head.Files.Values.ToDictionary(file => file.Path, StringComparer.Ordinal);

        Assert.Equal(expected.Keys.Append("UD-IQ2_M").Order(StringComparer.Ordinal), listed.AsArray().Select(entry => Text(entry![1])));
        foreach (var entry in listed.AsArray().Where(entry => Text(entry![0]) == "file"))
        {
            var file = expected[Text(entry![1])!];
            Assert.Equal(file.Size, (long)entry[2]!);
            Assert.Equal(file.Oid, Text(entry[3]));
            Assert.Equal(file.IsLfs ? file.Sha256 : null, Text(entry[4]));
            Assert.Equal(file.IsLfs ? file.XetHash : null, Text(entry[5]));
        }
    }

    [Fact]
    public async Task They_list_folders_commits_and_many_pages()
    {
        await AssertValueAsync("listFiles at the top",
            """["file .gitattributes","file README.md","directory UD-IQ2_M","file config.json","file empty.txt","file mmproj-F16.gguf","file tiny-Q4_K_M.gguf","file tiny-Q8_0.gguf"]""");
        await AssertValueAsync("listFiles of a folder", """["UD-IQ2_M/tiny-UD-IQ2_M-00001-of-00002.gguf","UD-IQ2_M/tiny-UD-IQ2_M-00002-of-00002.gguf"]""");
        await AssertValueAsync("listFiles of an older commit", """[".gitattributes","README.md"]""");
        var expanded = await ValueAsync("listFiles expanded");
        var pages = await ValueAsync("listFiles in pages");
        var expandedPages = await ValueAsync("listFiles in expanded pages");

        var older = clients.Tiny.Branches["refs/pr/1"];
        Assert.Equal($"""[".gitattributes","{older.Id}","initial commit"]""", expanded[0]!.ToJsonString());
        Assert.Equal($"""["README.md","{clients.Tiny.Commit}","Upload models"]""", expanded[1]!.ToJsonString());
        Assert.Equal(clients.Many.Head.Files.Keys.Prepend("a b"), pages.AsArray().Select(Text));
        Assert.Equal(clients.Many.Head.Files.Keys, expandedPages.AsArray().Select(Text));
    }

    [Fact]
    public async Task They_describe_paths_and_models()
    {
        var (model, readme) = (clients.Tiny.Head.Files[Model], clients.Tiny.Head.Files["README.md"]);
        var commit = clients.Tiny.Commit;

        await AssertValueAsync("pathsInfo", $"""
            [["file","{Model}",{model.Size},"{model.Oid}","{model.Sha256}","{commit}","safe"],["file","README.md",{readme.Size},"{readme.Oid}",null,"{commit}","safe"]]
            """);
        var info = await ValueAsync("modelInfo");
        Assert.Equal(commit, Text(info["sha"]));
        Assert.Equal(SampleRepos.Tiny, Text(info["name"]));
        Assert.Equal("acme", Text(info["author"]));
        Assert.Equal("text-generation", Text(info["task"]));
        Assert.Equal("2026-01-01T00:00:00.000Z", Text(info["updatedAt"]));
        Assert.False((bool)info["gated"]!);
        Assert.Equal(clients.Tiny.Head.Files.Keys, info["filePaths"]!.AsArray().Select(Text));
        await AssertValueAsync("modelInfo by an old name", "\"acme/tiny-GGUF\"");
        await AssertValueAsync("modelInfo by a legacy name", "\"acme/tiny-GGUF\"");
        await AssertValueAsync("modelInfo of a gate", "\"manual\"");
        await AssertValueAsync("listModels", """["acme/auto-GGUF","acme/gated-GGUF","acme/tiny-GGUF","acme/whole-GGUF"]""");
        await AssertValueAsync("listModels with a token",
            """["acme/auto-GGUF","acme/gated-GGUF","acme/many-GGUF","acme/private-GGUF","acme/tiny-GGUF","acme/whole-GGUF"]""");
        await AssertValueAsync("whoAmI", """["user","alice","read","2026-01-01T00:00:00.000Z"]""");
    }

    [Fact]
    public async Task They_find_out_what_a_download_would_be()
    {
        var large = await ValueAsync("fileDownloadInfo of a large file");
        var small = await ValueAsync("fileDownloadInfo of a small file");
        var model = clients.Tiny.Head.Files[Model];

        // This client follows the redirect and so takes the CDN's name of the content.
        Assert.Equal($"\"{model.XetHash}\"", Text(large["etag"]));
        Assert.Equal(model.Size, (long)large["size"]!);
        Assert.Equal($"\"{clients.Tiny.Head.Files["README.md"].Oid}\"", Text(small["etag"]));
        Assert.Null((await clients.ResultAsync("fileDownloadInfo of a missing file"))["value"]);
        await AssertErrorAsync("fileDownloadInfo of an empty file", 416, "status 416");
        await AssertValueAsync("fileExists", "true");
        await AssertValueAsync("fileExists of a missing file", "false");
    }

    [Fact]
    public async Task They_download_files_whole_and_in_part()
    {
        var model = clients.Tiny.Head.Files[Model];

        await AssertValueAsync("downloadFile", $"\"{model.Sha256}\"");
        await AssertValueAsync("downloadFile in part", "\"GGUF\"");
        Assert.Equal("---\nlicense: apache-2.0\n---\n# Tiny\n", Text(await ValueAsync("downloadFile of a small file")));
        Assert.Equal($"version https://git-lfs.github.com/spec/v1\noid sha256:{model.Sha256}\nsize {model.Size}\n", Text(await ValueAsync("downloadFile of a pointer")));
        await AssertValueAsync("downloadFile with spaces", "\"7\"");
        Assert.Equal("---\nlicense: apache-2.0\n---\n# Tiny, before\n", Text(await ValueAsync("downloadFile of a branch")));
    }

    [Fact]
    public async Task They_fill_a_cache()
    {
        var size = clients.Whole.Head.Files.Values.Sum(file => file.Size);

        await AssertPathAsync("downloadFileToCacheDir", $"/one/models--acme--tiny-GGUF/snapshots/{clients.Tiny.Commit}/{Model}");
        await AssertPathAsync("snapshotDownload", $"/all/models--acme--whole-GGUF/snapshots/{clients.Whole.Commit}");
        await AssertValueAsync("scanCacheDir", $"""[0,["acme/whole-GGUF",{size},2,["{clients.Whole.Commit}"]]]""");
    }

    [Fact]
    public async Task They_read_headers_of_models()
    {
        await AssertValueAsync("gguf", """["llama",4096,512,131072]""");
        await AssertValueAsync("ggufAllShards", "[262144,[0,1]]");
    }

    [Fact]
    public async Task They_are_refused_what_others_may_see()
    {
        var sha256 = clients.Tiny.Head.Files[Model].Sha256;

        await AssertErrorAsync("access to nothing", 401, "Invalid username or password.");
        await AssertErrorAsync("access to nothing with a token", 404, "Repository not found");
        await AssertErrorAsync("access to a private repository", 401, "Invalid username or password.");
        await AssertValueAsync("access to a private repository with a token", "\"granted\"");
        await AssertErrorAsync("access with an unknown token", 401, "Invalid credentials in Authorization header");
        await AssertValueAsync("listFiles behind a gate", "\"README.md\"");
        await AssertErrorAsync("downloadFile behind a gate", 401, "/acme/gated-GGUF/resolve/main/");
        await AssertErrorAsync("downloadFile behind a gate without consent", 403, "/acme/gated-GGUF/resolve/main/");
        await AssertValueAsync("downloadFile behind a gate with consent", $"\"{sha256}\"");
        await AssertErrorAsync("listFiles of a bad revision", 404, "Invalid rev id: nope");
        Assert.Empty(clients.Hub.Leaks);
        Assert.Contains(clients.Hub.Requests, request => request is { Kind: RequestKind.Resolve, HasAuthorization: true });
    }

    private static string? Text(JsonNode? node) => (string?)node;

    private async Task<JsonNode> ValueAsync(string call)
    {
        var result = await clients.ResultAsync(call);
        return result["value"] ?? throw new InvalidOperationException($"{call} gave {result.ToJsonString()}");
    }

    /// <param name="expected">As JSON.</param>
    private async Task AssertValueAsync(string call, string expected)
    {
        var value = await ValueAsync(call);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), value), $"{call}: expected {expected}, got {value.ToJsonString()}");
    }

    private async Task AssertPathAsync(string call, string expected)
        => Assert.Equal(expected, Text(await ValueAsync(call))!.Replace('\\', '/'));

    private async Task AssertErrorAsync(string call, int status, string part)
    {
        var result = await clients.ResultAsync(call);
        Assert.Equal("HubApiError", Text(result["type"]));
        Assert.Equal(status, (int)result["status"]!);
        Assert.Contains(part, Text(result["error"]), StringComparison.Ordinal);
    }
}
