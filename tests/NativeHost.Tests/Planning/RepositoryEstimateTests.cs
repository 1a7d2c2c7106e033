using System.Text.Json;
using NativeHost.Gguf;
using NativeHost.Tests.Library;
using Xunit;

namespace NativeHost.Tests.Planning;

/// <summary>Estimates of models that are named by their repository, whether they are here or not.</summary>
public sealed class RepositoryEstimateTests : IAsyncLifetime
{
    private const string Repo = "acme/sketch-GGUF";
    private const string Q8 = "sketch-Q8_0.gguf";
    private const string Q4 = "sketch-Q4_0.gguf";
    private const long Mebibyte = 1024 * 1024;

    private long _freeBytes = 8L << 30;
    private LibraryBed _bed = null!;

    public async ValueTask InitializeAsync()
    {
        var machine = new ScriptedMachine { Change = look => look with { Memory = look.Memory with { Value = look.Memory.Value! with { Available = _freeBytes } } } };
        _bed = await LibraryBed.StartAsync(machine: machine);
        var repo = _bed.Hub.AddRepo(Repo);
        repo.AddFile(Q8, Sketch(GgufTensorType.Q8), isLfs: true);
        repo.AddFile(Q4, Sketch(2), isLfs: true);
    }

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task A_model_at_the_hub_is_estimated_by_its_header_and_so_it_is_when_it_is_here()
    {
        await using var dialogue = _bed.Open();

        var before = await dialogue.AskAsync($$"""{"action":"estimate_model_size","repoId":"{{Repo}}","quant":"Q8_0"}""");

        Assert.Equal(($"{Repo}/{Q8}", "exact"), (Text(before, "model_path"), Text(before, "confidence")));
        await dialogue.AskAsync($$"""{"action":"load_model","modelPath":"{{Repo}}:Q8_0"}""");
        await dialogue.AskAsync($$"""{"action":"unload_model","model":"{{Repo}}"}""");
        await _bed.ForgetServedAsync();
        var after = await dialogue.AskAsync($$"""{"action":"estimate_model_size","model_path":"{{Repo}}:Q8_0"}""");
        Assert.Equal(before.GetRawText(), after.GetRawText());
        Assert.Empty(_bed.Hub.Requests);
    }

    [Fact]
    public async Task Where_a_quant_does_not_fit_a_smaller_one_is_offered()
    {
        await using var dialogue = _bed.Open();
        var ask = $$"""{"action":"estimate_model_size","repoId":"{{Repo}}","quant":"Q8_0","n_ctx":1024}""";
        var needed = (await dialogue.AskAsync(ask)).GetProperty("memory").EnumerateObject().Sum(part => part.Value.GetProperty("ram_bytes").GetInt64());
        _freeBytes = needed - Mebibyte;

        var answer = await dialogue.AskAsync(ask);

        Assert.False(answer.GetProperty("can_load").GetBoolean());
        var quant = answer.GetProperty("alternatives").EnumerateArray().Last();
        Assert.Equal(
            ("smaller_quant", $"{Repo}/{Q4}", "Q4_0", 1024, "unknown"),
            (Text(quant, "kind"), Text(quant, "model"), Text(quant, "quant"), quant.GetProperty("context_tokens").GetInt32(), Text(quant, "confidence")));
        Assert.InRange(quant.GetProperty("ram_mb").GetInt64(), 1, _freeBytes / Mebibyte);
        Assert.False(quant.TryGetProperty("vram_mb", out _));

        // The same where it is here, by what the hub said the last time.
        _freeBytes = 8L << 30;
        await dialogue.AskAsync($$"""{"action":"load_model","modelPath":"{{Repo}}:Q8_0"}""");
        await dialogue.AskAsync($$"""{"action":"unload_model","model":"{{Repo}}"}""");
        _freeBytes = needed - Mebibyte;
        Assert.Equal(answer.GetProperty("alternatives").GetRawText(), (await dialogue.AskAsync(ask)).GetProperty("alternatives").GetRawText());
    }

    [Fact]
    public async Task Of_a_model_whose_header_cannot_be_read_the_size_is_known()
    {
        await using var dialogue = _bed.Open();

        var answer = await dialogue.AskAsync("""{"action":"estimate_model_size","repoId":"acme/gated-GGUF:Q8_0"}""");

        Assert.Equal(("success", "unknown"), (Text(answer, "status"), Text(answer, "confidence")));
        Assert.NotEmpty(Text(answer, "problem"));
        Assert.False(answer.TryGetProperty("architecture", out _));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("estimate").GetProperty("layer_count").ValueKind);
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("speed").GetProperty("tokens_per_second").ValueKind);
    }

    [Fact]
    public async Task Whether_a_model_can_be_loaded_is_told_by_its_header_and_beside_a_size_only_where_it_is_here()
    {
        await using var dialogue = _bed.Open();
        var named = $$"""{"action":"check_model_feasibility","repoId":"{{Repo}}","quant":"Q8_0"}""";
        var sized = $$"""{"action":"check_model_feasibility","repoId":"{{Repo}}","quant":"Q8_0","modelSizeMb":5000}""";

        var bySize = (await dialogue.AskAsync(sized)).GetProperty("payload");
        Assert.Equal((5000, "unknown", false), (bySize.GetProperty("model_size_mb").GetInt64(), Text(bySize, "confidence"), bySize.TryGetProperty("planned", out _)));
        Assert.Empty(_bed.Hub.Requests);

        var atHub = (await dialogue.AskAsync(named)).GetProperty("payload");
        Assert.Equal(("exact", $"{Repo}/{Q8}"), (Text(atHub, "confidence"), Text(atHub.GetProperty("planned"), "model_path")));
        await dialogue.AskAsync($$"""{"action":"load_model","modelPath":"{{Repo}}:Q8_0"}""");
        await dialogue.AskAsync($$"""{"action":"unload_model","model":"{{Repo}}"}""");
        await _bed.ForgetServedAsync();
        foreach (var ask in new[] { named, sized })
        {
            Assert.Equal(atHub.GetRawText(), (await dialogue.AskAsync(ask)).GetProperty("payload").GetRawText());
        }

        Assert.Empty(_bed.Hub.Requests);
    }

    [Fact]
    public async Task What_there_is_not_is_an_error()
    {
        await using var dialogue = _bed.Open();

        Assert.Equal("quant_not_found", Text(await dialogue.AskAsync($$"""{"action":"estimate_model_size","repoId":"{{Repo}}:Q2_K"}"""), "code"));
        Assert.Equal("error", Text(await dialogue.AskAsync("""{"action":"estimate_model_size","repoId":"acme/nothing-GGUF"}"""), "status"));
    }

    private static byte[] Sketch(uint typeId)
    {
        using var file = new MemoryStream();
        ModelSketch.Write(file, "llama", new SketchSize { Layers = 2, FeedForward = 1024, TypeId = typeId });
        return file.ToArray();
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;
}
