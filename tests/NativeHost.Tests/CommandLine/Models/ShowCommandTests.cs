using System.Text.Json;
using Xunit;

namespace NativeHost.Tests.CommandLine.Models;

public sealed class ShowCommandTests : IAsyncLifetime
{
    private const string Tiny = SampleRepos.Tiny;
    private const string Story = "acme/story-GGUF";
    private const int StoryBytes = 16 * 1024 * 1024;

    private VerbBed _bed = null!;

    public async ValueTask InitializeAsync()
    {
        _bed = await VerbBed.StartAsync();

        // What follows the last tensor is no part of the model.
        var bytes = new byte[StoryBytes];
        var model = await File.ReadAllBytesAsync(Path.Combine(Repository.Folder, "tests/Golden/demo-model/tabagent-story-f16.gguf"), Patience.Token);
        model.CopyTo(bytes, 0);
        _bed.Hub.AddRepo(Story).AddFile("story-F16.gguf", bytes, isLfs: true);
    }

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task A_repository_is_shown_with_what_pull_would_choose()
    {
        var shown = await _bed.TypeAsync("show", Tiny);

        Assert.Contains("  model       llama, 131,072 parameters, context of 4,096 tokens", shown.Output, StringComparison.Ordinal);
        Assert.Contains("  licence     apache-2.0", shown.Output, StringComparison.Ordinal);
        Assert.Contains("  also there  mmproj-F16.gguf", shown.Output, StringComparison.Ordinal);
        Assert.Equal("*  Q4_K_M    4.9   81 kB   38 MB   yes   -", Assert.Single(shown.Output.Split(Environment.NewLine), line => line.StartsWith("*  ", StringComparison.Ordinal)));
        Assert.Contains($"* is what tabagent pull {Tiny} takes on this machine", shown.Output, StringComparison.Ordinal);
        Assert.Equal(0, _bed.Hub.ServedBytes);
    }

    [Fact]
    public async Task Json_says_the_same_and_what_is_here()
    {
        await _bed.TypeAsync("pull", $"{Tiny}:Q8_0");

        var shown = await _bed.TypeAsync("show", Tiny, "--json");

        Assert.Equal(($"{Tiny}:Q4_K_M", "apache-2.0"), (shown.Json.GetProperty("recommended").GetString(), shown.Json.GetProperty("license").GetString()));
        Assert.Equal(
            [("Q8_0", "verified"), ("Q4_K_M", "none"), ("UD-IQ2_M", "none")],
            shown.Json.GetProperty("quants").EnumerateArray().Select(quant => (quant.GetProperty("label").GetString()!, quant.GetProperty("state").GetString()!)));
        Assert.Equal("", shown.Errors);
    }

    [Fact]
    public async Task A_model_that_is_not_here_is_known_by_its_first_bytes()
    {
        var shown = await _bed.TypeAsync("show", $"{Story}:F16");

        Assert.Contains("  name     TabAgent Story", shown.Output, StringComparison.Ordinal);
        Assert.Contains("  layers   3, 1,024 words", shown.Output, StringComparison.Ordinal);
        Assert.Contains("  chat     has a template for conversations", shown.Output, StringComparison.Ordinal);
        Assert.Contains("  weights  F16, F32", shown.Output, StringComparison.Ordinal);
        Assert.Contains("with a context of 512 tokens", shown.Output, StringComparison.Ordinal);
        Assert.Contains($"  here     no: tabagent pull {Story}:F16", shown.Output, StringComparison.Ordinal);
        Assert.InRange(_bed.Hub.ServedBytes, 1, 2 * 1024 * 1024);
    }

    [Fact]
    public async Task A_model_that_is_here_is_known_without_a_network()
    {
        await _bed.TypeAsync("pull", $"{Story}:F16");
        var before = (await _bed.TypeAsync("show", $"{Story}/story-F16.gguf", "--json")).Json;
        _bed.IsOffline = true;

        var shown = (await _bed.TypeAsync("show", $"{Story}:F16", "--json")).Json;

        Assert.True(shown.GetProperty("offline").GetBoolean());
        Assert.Equal(before.GetProperty("header").GetRawText(), shown.GetProperty("header").GetRawText());
        Assert.Equal(("exact", "verified"), (shown.GetProperty("memoryConfidence").GetString(), shown.GetProperty("state").GetString()));
        Assert.Equal(StoryBytes, (await File.ReadAllBytesAsync(shown.GetProperty("path").GetString()!, Patience.Token)).Length);
        Assert.Contains("could not be asked", (await _bed.TypeAsync("show", Story)).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await _bed.TypeAsync("show", Tiny)).ExitCode);
    }

    [Fact]
    public async Task What_another_tool_has_left_is_shown_without_a_network_and_without_a_listing()
    {
        await _bed.TypeAsync("pull", $"{Story}:F16");
        await using (var library = _bed.NewLibrary())
        {
            Directory.Delete(Path.Combine(library.Cache.Root, "models--acme--story-GGUF", "trees"), recursive: true);
        }

        _bed.IsOffline = true;

        Assert.Equal("TabAgent Story", (await _bed.TypeAsync("show", $"{Story}:F16", "--json")).Json.GetProperty("header").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Of_a_gated_model_is_told_what_can_be_known()
    {
        var shown = await _bed.TypeAsync("show", $"{SampleRepos.Gated}:Q4_K_M", "--json");

        Assert.Equal((0, "manual", JsonValueKind.Null), (shown.ExitCode, shown.Json.GetProperty("gated").GetString(), shown.Json.GetProperty("header").ValueKind));
        Assert.Contains("could not be read", shown.Errors, StringComparison.Ordinal);
        Assert.Equal(64, shown.Json.GetProperty("files")[0].GetProperty("sha256").GetString()!.Length);
    }

    [Fact]
    public async Task What_would_steer_a_terminal_is_not_shown()
    {
        using var writer = new NativeHost.Gguf.GgufWriter("llama");
        writer.Add("general.name", "Evil\e]0;owned\a");
        using var file = new MemoryStream();
        writer.Write(file);
        _bed.Hub.AddRepo("acme/evil-GGUF").AddFile("evil-Q4_K_M.gguf", file.ToArray(), isLfs: true);

        var shown = await _bed.TypeAsync("show", "acme/evil-GGUF:Q4_K_M");

        Assert.Contains("  name     Evil]0;owned", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', shown.Output);
    }
}
