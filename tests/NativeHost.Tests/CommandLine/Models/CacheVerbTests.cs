using System.Security.Cryptography;
using System.Text.Json;
using NativeHost.Hardware.Planning;
using NativeHost.ModelCache.Variants;
using Xunit;

namespace NativeHost.Tests.CommandLine.Models;

/// <summary>list, verify, rm, gc and search.</summary>
public sealed class CacheVerbTests : IAsyncLifetime
{
    private const string Q8 = $"{VerbBed.Repo}:Q8_0";

    private VerbBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await VerbBed.StartAsync();

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task List_tells_what_is_here_how_large_and_when_it_was_used()
    {
        Assert.Contains("There is no model", (await _bed.TypeAsync("list")).Output, StringComparison.Ordinal);
        await _bed.TypeAsync("pull", Q8);
        string root;
        await using (var library = _bed.NewLibrary())
        {
            root = library.Cache.Root;
            var plan = library.Planner.FindHere(ModelAddress.Parse(Q8), freeBytes: null, new PlanSettings())!;
            Assert.Equal("-", Row(await _bed.TypeAsync("list"), Q8)[^1]);
            await library.NoteUseAsync(plan, Patience.Token);
        }

        var list = await _bed.TypeAsync("list");
        var json = (await _bed.TypeAsync("list", "--json")).Json;

        Assert.Equal(["500 kB", "verified", "just now"], Row(list, Q8)[1..]);
        Assert.Matches($"1 model; 5[0-9][0-9] kB in {System.Text.RegularExpressions.Regex.Escape(root)}", list.Output);
        var model = Assert.Single(json.GetProperty("models").EnumerateArray());
        Assert.Equal((root, Q8, 500_000), (json.GetProperty("folder").GetString(), model.GetProperty("model").GetString(), model.GetProperty("bytes").GetInt64()));
        Assert.True(File.Exists(model.GetProperty("path").GetString()));
        Assert.Equal(JsonValueKind.String, model.GetProperty("lastUsed").ValueKind);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("otherPrograms").ValueKind);
    }

    [Fact]
    public async Task A_model_that_lacks_a_file_is_not_whole()
    {
        var path = (await _bed.TypeAsync("pull", Q8, "--json")).Json.GetProperty("path").GetString()!;
        File.Delete(path.Replace("00001-of", "00002-of", StringComparison.Ordinal));

        Assert.Equal("partial, 1 of 2 files", Row(await _bed.TypeAsync("list"), Q8)[2]);
        Assert.Equal("partial", (await _bed.TypeAsync("list", "--json")).Json.GetProperty("models")[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task List_all_tells_of_other_programs_and_of_the_host_before()
    {
        Assert.Contains("have no models here", (await _bed.TypeAsync("list", "--all")).Output, StringComparison.Ordinal);
        var ollama = Path.Combine(_bed.Home, ".ollama", "models");
        var bytes = new byte[3000];
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Directory.CreateDirectory(Path.Combine(ollama, "blobs"));
        await File.WriteAllBytesAsync(Path.Combine(ollama, "blobs", $"sha256-{hash}"), bytes, Patience.Token);
        var old = Path.Combine(_bed.Home, OperatingSystem.IsWindows() ? "AppData/Roaming" : OperatingSystem.IsMacOS() ? "Library/Application Support" : ".local/share", "TabAgent/db/model-cache");
        Directory.CreateDirectory(old);
        await File.WriteAllBytesAsync(Path.Combine(old, "mdbx.dat"), new byte[5000], Patience.Token);

        var all = await _bed.TypeAsync("list", "--all");
        var json = (await _bed.TypeAsync("list", "--all", "--json")).Json;

        Assert.Equal(["Ollama", hash, "3 kB"], Row(all, "Ollama"));
        Assert.Contains("The host before this one left 5 kB", all.Output, StringComparison.Ordinal);
        Assert.Equal("Ollama", Assert.Single(json.GetProperty("otherPrograms").EnumerateArray()).GetProperty("program").GetString());
        Assert.Equal(5000, Assert.Single(json.GetProperty("oldStores").EnumerateArray()).GetProperty("bytes").GetInt64());
    }

    [Fact]
    public async Task Verify_finds_what_was_changed()
    {
        var path = (await _bed.TypeAsync("pull", $"{VerbBed.Repo}:Q4_K_M", "--json")).Json.GetProperty("path").GetString()!;
        var good = await _bed.TypeAsync("verify", VerbBed.Repo);
        Assert.Equal((0, "good      big-Q4_K_M.gguf"), (good.ExitCode, good.Output.TrimEnd()));
        await using (var file = File.OpenWrite(path))
        {
            file.Position = VerbBed.Size / 2;
            file.WriteByte(0xff);
            file.WriteByte(0);
        }

        var bad = await _bed.TypeAsync("verify", VerbBed.Repo, "--json");

        Assert.Equal((1, 1), (bad.ExitCode, bad.Json.GetProperty("bad").GetInt32()));
        Assert.Equal("bad", Assert.Single(bad.Json.GetProperty("contents").EnumerateArray()).GetProperty("state").GetString());
        Assert.Contains("Pull the model again", bad.Errors, StringComparison.Ordinal);
        Assert.Empty((await _bed.TypeAsync("list", "--json")).Json.GetProperty("models").EnumerateArray());
    }

    [Fact]
    public async Task Remove_and_collect_tell_in_json_what_is_free()
    {
        await _bed.TypeAsync("pull", Q8);

        var removed = (await _bed.TypeAsync("rm", Q8, "--json")).Json;
        var again = await _bed.TypeAsync("rm", Q8, "--json");
        var collected = (await _bed.TypeAsync("gc", "--json", "--days", "0", "--dry-run")).Json;

        Assert.Equal((Q8, 2), (removed.GetProperty("model").GetString(), removed.GetProperty("files").GetInt32()));
        Assert.InRange(removed.GetProperty("freedBytes").GetInt64(), 500_000, 501_000);
        Assert.Equal((1, ""), (again.ExitCode, again.Output));
        Assert.True(collected.GetProperty("dryRun").GetBoolean());
        Assert.Empty(collected.GetProperty("files").EnumerateArray());
    }

    [Fact]
    public async Task Search_tells_who_may_download()
    {
        var found = (await _bed.TypeAsync("search", "auto", "--json")).Json;

        var model = Assert.Single(found.GetProperty("models").EnumerateArray());
        Assert.Equal((SampleRepos.AutoGated, "auto", "llama"), (model.GetProperty("repo").GetString(), model.GetProperty("gated").GetString(), model.GetProperty("architecture").GetString()));
        Assert.Equal("gated", Row(await _bed.TypeAsync("search", "auto"), SampleRepos.AutoGated)[^1]);
    }

    /// <summary>The columns of the only line that begins so.</summary>
    private static string[] Row(Typed typed, string begin)
        => Assert.Single(typed.Output.Split(Environment.NewLine), line => line.StartsWith(begin, StringComparison.Ordinal)).Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
