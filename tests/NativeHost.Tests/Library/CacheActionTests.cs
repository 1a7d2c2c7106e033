using System.Text.Json;
using NativeHost.Grants;
using Xunit;

namespace NativeHost.Tests.Library;

/// <summary>What clients ask about models on the disk, at the hub, and in the list of suggestions.</summary>
public sealed class CacheActionTests : IAsyncLifetime
{
    private LibraryBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await LibraryBed.StartAsync();

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task A_repository_is_told_quant_by_quant_with_what_is_here_of_each()
    {
        await using var dialogue = _bed.Open();
        await dialogue.AskAsync("""{"action":"pull_model","model":"acme/tiny-GGUF:Q8_0"}""");

        var payload = (await dialogue.AskAsync("""{"action":"scan_repo","repoId":"acme/tiny-GGUF"}""")).GetProperty("payload");

        var quants = payload.GetProperty("quants").EnumerateArray().ToDictionary(quant => Text(quant, "label"));
        Assert.Equal(["Q8_0", "Q4_K_M", "UD-IQ2_M"], quants.Keys.OrderByDescending(label => quants[label].GetProperty("bits").GetDouble()));
        Assert.Equal(("cached", "available"), (Text(quants["Q8_0"], "status"), Text(quants["Q4_K_M"], "status")));
        Assert.Equal((2, "mmproj-F16.gguf"), (quants["UD-IQ2_M"].GetProperty("shards").GetInt32(), Text(quants["UD-IQ2_M"], "projector")));
        Assert.Equal(64, Text(quants["Q8_0"].GetProperty("files")[0], "sha256").Length);
        Assert.Equal("apache-2.0", Text(payload, "license"));
        Assert.Equal("success", Text(await dialogue.AskAsync($$"""{"action":"load_model","modelPath":"{{Text(quants["Q8_0"], "address")}}"}"""), "status"));
    }

    [Fact]
    public async Task What_is_downloaded_is_listed_in_pages()
    {
        await using var dialogue = _bed.Open();
        await dialogue.AskAsync("""{"action":"pull_model","model":"acme/tiny-GGUF:Q8_0"}""");
        await dialogue.AskAsync("""{"action":"pull_model","model":"acme/tiny-GGUF:UD-IQ2_M"}""");

        var all = (await dialogue.AskAsync("""{"action":"get_downloaded_models"}""")).GetProperty("payload");
        var second = (await dialogue.AskAsync("""{"action":"get_downloaded_models","offset":1,"limit":1}""")).GetProperty("payload");

        Assert.Equal(["acme/tiny-GGUF:UD-IQ2_M", "acme/tiny-GGUF:Q8_0"], all.GetProperty("models").EnumerateArray().Select(model => Text(model, "id")));
        Assert.All(all.GetProperty("models").EnumerateArray(), model => Assert.True(model.GetProperty("downloaded").GetBoolean()));
        Assert.Equal(("acme/tiny-GGUF:Q8_0", 1, 2), (Text(second.GetProperty("models")[0], "id"), second.GetProperty("models").GetArrayLength(), second.GetProperty("total").GetInt32()));
        Assert.Equal("verified", Text(second.GetProperty("models")[0], "state"));
        Assert.Equal(_bed.Cache, Text(all, "cacheFolder"));
        Assert.Equal("invalid_request", Text(await dialogue.AskAsync("""{"action":"get_downloaded_models","limit":0}"""), "code"));
    }

    [Fact]
    public async Task Verification_finds_what_is_spoiled_and_puts_it_aside()
    {
        await using var dialogue = _bed.Open();
        await dialogue.AskAsync("""{"action":"pull_model","model":"acme/tiny-GGUF:Q8_0"}""");
        const string Verify = """{"action":"verify_model","model":"acme/tiny-GGUF"}""";
        var good = (await dialogue.AskAsync(Verify)).GetProperty("payload");
        Assert.Equal((1, 0, "good"), (good.GetProperty("good").GetInt32(), good.GetProperty("bad").GetInt32(), Text(good.GetProperty("files")[0], "state")));

        var blob = Directory.EnumerateFiles(_bed.Cache, "*", SearchOption.AllDirectories).Single(file => Path.GetFileName(file).Length == 64);
        File.SetAttributes(blob, FileAttributes.Normal);
        await File.WriteAllBytesAsync(blob, new byte[new FileInfo(blob).Length], Patience.Token);
        var bad = (await dialogue.AskAsync(Verify)).GetProperty("payload");

        Assert.Equal((0, 1, "tiny-Q8_0.gguf"), (bad.GetProperty("good").GetInt32(), bad.GetProperty("bad").GetInt32(), Text(bad.GetProperty("files")[0], "fileName")));
        Assert.Equal("not_cached", Text(await dialogue.AskAsync("""{"action":"verify_model","model":"acme/none-GGUF"}"""), "code"));
    }

    [Fact]
    public async Task Garbage_goes_with_the_grant_and_is_only_told_without()
    {
        await using var dialogue = _bed.Open();
        await dialogue.AskAsync("""{"action":"pull_model","model":"acme/tiny-GGUF:Q8_0"}""");
        var orphan = Path.Combine(_bed.Cache, "models--acme--tiny-GGUF", "blobs", new string('a', 64));
        await File.WriteAllTextAsync(orphan, "nobody's", Patience.Token);

        var told = (await dialogue.AskAsync("""{"action":"gc_models","dryRun":true,"olderThanDays":0}""")).GetProperty("payload");
        Assert.Equal(("orphan_blob", true), (Text(told.GetProperty("files")[0], "kind"), File.Exists(orphan)));
        Assert.Equal("grant_required", Text(await dialogue.AskAsync("""{"action":"gc_models","olderThanDays":0}"""), "code"));
        await _bed.GiveAsync(LibraryBed.First, GrantKind.DeleteModels);
        Assert.Equal(8, (await dialogue.AskAsync("""{"action":"gc_models","olderThanDays":0}""")).GetProperty("payload").GetProperty("freedBytes").GetInt64());
        Assert.False(File.Exists(orphan));
        Assert.Equal("invalid_request", Text(await dialogue.AskAsync("""{"action":"gc_models","olderThanDays":-1}"""), "code"));
    }

    [Fact]
    public async Task The_token_is_kept_with_the_grant_is_used_and_never_told()
    {
        await using var dialogue = _bed.Open();
        const string Set = $$"""{"action":"set_hf_token","token":"{{SampleRepos.Token}}"}""";
        Assert.False((await dialogue.AskAsync("""{"action":"get_hf_token_status"}""")).GetProperty("hasToken").GetBoolean());
        Assert.Equal("grant_required", Text(await dialogue.AskAsync(Set), "code"));
        await _bed.GiveAsync(LibraryBed.First, GrantKind.HubToken);

        Assert.Equal("token_invalid", Text(await dialogue.AskAsync("""{"action":"set_hf_token","token":"no token"}"""), "code"));
        Assert.Equal("Token is required", Text(await dialogue.AskAsync("""{"action":"set_hf_token"}"""), "message"));
        var set = await dialogue.AskAsync(Set);
        var status = await dialogue.AskAsync("""{"action":"get_hf_token_status","check":true}""");
        Assert.Equal(("success", "file", "alice"), (Text(set, "status"), Text(set, "source"), Text(status, "userName")));
        Assert.Equal(SampleRepos.Token, await File.ReadAllTextAsync(_bed.TokenFile, Patience.Token));
        Assert.Equal("success", Text(await dialogue.AskAsync($$"""{"action":"pull_model","model":"{{SampleRepos.Gated}}:Q8_0"}"""), "status"));
        Assert.DoesNotContain(SampleRepos.Token, set.ToString() + status, StringComparison.Ordinal);
        Assert.Empty(_bed.Hub.Leaks);

        Assert.Equal("HuggingFace token removed", Text(await dialogue.AskAsync("""{"action":"clear_hf_token"}"""), "message"));
        Assert.False((await dialogue.AskAsync("""{"action":"get_hf_token_status"}""")).GetProperty("hasToken").GetBoolean());
    }

    [Fact]
    public async Task The_list_of_models_has_what_is_added_and_knows_what_is_here()
    {
        await using var dialogue = _bed.Open();
        const string Mine = """
            {"action":"add_model_to_list","model":{"id":"tiny","name":"Tiny","repo_id":"acme/tiny-GGUF","model_type":"gguf","size_gb":0.1,"default_quant":"q8_0","suggested":true}}
            """;
        Assert.Equal("Model added to list", Text(await dialogue.AskAsync(Mine), "message"));
        await dialogue.AskAsync("""{"action":"pull_model","model":"acme/tiny-GGUF:Q8_0"}""");

        var all = (await dialogue.AskAsync("""{"action":"get_available_models"}""")).GetProperty("payload").GetProperty("models").EnumerateArray().ToList();
        var tiny = all.Single(model => Text(model, "id") == "tiny");
        Assert.True(tiny.GetProperty("downloaded").GetBoolean());
        Assert.Single(all, model => model.GetProperty("downloaded").GetBoolean());

        var typed = (await dialogue.AskAsync("""{"action":"get_models_by_type","type":"GGUF"}""")).GetProperty("payload");
        Assert.Equal("GGUF", Text(typed, "modelType"));
        Assert.All(typed.GetProperty("models").EnumerateArray(), model => Assert.Equal("gguf", Text(model, "model_type")));
        var usual = (await dialogue.AskAsync("""{"action":"get_default_model","modelType":"gguf"}""")).GetProperty("payload").GetProperty("defaultModel");
        Assert.InRange(usual.GetProperty("size_gb").GetDouble(), 0.1, 6);
        var registered = await dialogue.AskAsync("""{"action":"get_registered_models"}""");
        Assert.Equal(all.Count, registered.GetProperty("total").GetInt32());
        Assert.Equal("acme/tiny-GGUF:q8_0", Text(registered.GetProperty("models").GetProperty("Tiny"), "checkpoint"));
    }

    [Theory]
    [InlineData("""{"action":"get_models_by_type"}""", "invalid_request", "modelType or type is required")]
    [InlineData("""{"action":"get_default_model","type":"mediapipe"}""", "model_not_found", "No default model found for type 'mediapipe'")]
    [InlineData("""{"action":"add_model_to_list"}""", "invalid_request", "model object is required")]
    [InlineData("""{"action":"add_model_to_list","model":{"id":"x"}}""", "invalid_request", "Invalid model format")]
    [InlineData("""{"action":"add_model_to_list","model":{"id":"x","name":"x","repo_id":"../x","model_type":"gguf","size_gb":1}}""", "invalid_request", "Invalid model format")]
    public async Task What_is_wrong_is_said(string request, string code, string message)
    {
        await using var dialogue = _bed.Open();

        var answer = await dialogue.AskAsync(request);

        Assert.Equal(code, Text(answer, "code"));
        Assert.StartsWith(message, Text(answer, "message"), StringComparison.Ordinal);
    }

    private static string Text(JsonElement frame, string name) => frame.GetProperty(name).GetString()!;
}
