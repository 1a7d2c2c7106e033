using System.Text.Json;
using NativeHost.Grants;
using Xunit;

namespace NativeHost.Tests.Library;

/// <summary>Models that are loaded by their address in a repository.</summary>
public sealed class RepositoryModelTests : IAsyncLifetime
{
    private const string Event = "modelWorkerLoadingProgress";
    private const string Load = $$"""{"action":"load_model","modelPath":"{{LibraryBed.Repo}}:Q4_K_M"}""";
    private const string Delete = $$"""{"action":"delete_model","model":"{{LibraryBed.Repo}}:Q4_K_M"}""";
    private const string Name = $"{LibraryBed.Repo}/{LibraryBed.File}";

    private LibraryBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await LibraryBed.StartAsync();

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task What_is_not_here_is_downloaded_first_and_then_loaded_without_asking_the_hub()
    {
        await using var dialogue = _bed.Open();
        await dialogue.SayAsync(Load);
        var phases = new List<string>();
        JsonElement frame;
        for (frame = await dialogue.HearAsync(); !frame.TryGetProperty("status", out _); frame = await dialogue.HearAsync())
        {
            Assert.Equal(Event, Text(frame, "type"));
            var phase = $"{Text(frame.GetProperty("payload"), "status")} {Text(frame.GetProperty("payload"), "phase")}";
            if (phases.LastOrDefault() != phase)
            {
                phases.Add(phase);
            }
        }

        Assert.Equal(("workerReady", Name), (Text(frame, "type"), Text(frame.GetProperty("payload"), "modelPath")));
        Assert.Equal(["progress downloading", "initiate loading"], phases.Take(2));
        Assert.Equal("done loading", phases[^1]);

        await _bed.ForgetServedAsync();
        var again = await dialogue.AskAsync($$"""{"action":"load_model","repoId":"{{LibraryBed.Repo}}"}""");
        Assert.Equal(("Model already loaded", 1), (Text(again, "message"), _bed.Loader.Loads));
        await dialogue.AskAsync($$"""{"action":"unload_model","model":"{{LibraryBed.Repo}}"}""");
        Assert.Equal("success", Text(await dialogue.AskAsync($$"""{"action":"load_model","modelPath":"{{Name}}"}"""), "status"));
        Assert.Equal((2, 0), (_bed.Loader.Loads, _bed.Hub.Requests.Count));
    }

    [Theory]
    [InlineData(LibraryBed.Repo)]
    [InlineData($"{LibraryBed.Repo}:q4_k_m")]
    [InlineData(Name)]
    [InlineData($"hf://{Name}")]
    public async Task Loaded_it_is_known_by_every_address_that_means_it(string address)
    {
        await using var dialogue = _bed.Open();
        await dialogue.AskAsync(Load);

        var state = await dialogue.AskAsync($$"""{"action":"get_model_state","modelId":"{{address}}"}""");
        var generated = await dialogue.AskAsync($$"""{"action":"generate","modelPath":"{{address}}","prompt":"x","max_tokens":2}""");
        var unloaded = await dialogue.AskAsync($$"""{"action":"unload_model","modelPath":"{{address}}"}""");

        Assert.Equal(Name, Text(state.GetProperty("payload"), "modelPath"));
        Assert.Equal(("success", Name), (Text(generated, "status"), Text(generated.GetProperty("payload"), "modelPath")));
        Assert.True(unloaded.GetProperty("payload").GetProperty("freed").GetBoolean());
        Assert.Equal("model_not_loaded", Text(await dialogue.AskAsync($$"""{"action":"get_model_state","modelId":"{{address}}"}"""), "code"));
    }

    [Fact]
    public async Task Of_two_quants_that_are_here_the_one_in_memory_is_meant()
    {
        await using var dialogue = _bed.Open();
        await dialogue.AskAsync($$"""{"action":"pull_model","model":"{{LibraryBed.Repo}}:Q4_K_M"}""");
        await dialogue.AskAsync($$"""{"action":"load_model","model":"{{LibraryBed.Repo}}","variant":"Q8_0"}""");

        var state = await dialogue.AskAsync($$"""{"action":"get_model_state","repoId":"{{LibraryBed.Repo}}"}""");

        Assert.Equal($"{LibraryBed.Repo}/big-Q8_0.gguf", Text(state.GetProperty("payload"), "modelPath"));
        Assert.Equal("model_not_loaded", Text(await dialogue.AskAsync($$"""{"action":"get_model_state","model":"{{LibraryBed.Repo}}:Q4_K_M"}"""), "code"));
    }

    [Fact]
    public async Task It_cannot_be_deleted_while_it_is_loaded_nor_without_a_grant()
    {
        await using var dialogue = _bed.Open();
        await dialogue.AskAsync(Load);

        Assert.Equal("grant_required", Text(await dialogue.AskAsync(Delete), "code"));
        await _bed.GiveAsync(LibraryBed.First, GrantKind.DeleteModels);
        Assert.Equal("model_in_use", Text(await dialogue.AskAsync(Delete), "code"));
        Assert.True(Directory.Exists(_bed.Cache));
        await dialogue.AskAsync("""{"action":"unload_model"}""");
        var deleted = await dialogue.AskAsync(Delete);

        Assert.InRange(deleted.GetProperty("payload").GetProperty("freedBytes").GetInt64(), LibraryBed.Size, LibraryBed.Size + 10_000);
        Assert.Equal($"{LibraryBed.Repo}:Q4_K_M", Text(deleted, "model"));
        Assert.Equal("not_cached", Text(await dialogue.AskAsync(Delete), "code"));
    }

    [Fact]
    public async Task What_left_memory_comes_again_and_stays_deletable_in_between()
    {
        await using var dialogue = _bed.Open();
        await _bed.GiveAsync(LibraryBed.First, GrantKind.DeleteModels);
        await dialogue.AskAsync($$"""{"action":"load_model","modelPath":"{{Name}}","keepAliveMinutes":0}""");
        await EvictAsync();

        var generated = await dialogue.AskAsync("""{"action":"generate","prompt":"x","settings":{"max_tokens":1}}""");
        Assert.Equal(("success", 2), (Text(generated, "status"), _bed.Loader.Loads));
        await EvictAsync();
        Assert.Equal("success", Text(await dialogue.AskAsync(Delete), "status"));
        Assert.Equal("not_cached", Text(await dialogue.AskAsync("""{"action":"generate","prompt":"x"}"""), "code"));
    }

    [Fact]
    public async Task Bytes_that_another_program_spoiled_are_found_and_fetched_again()
    {
        await using var dialogue = _bed.Open();
        await dialogue.AskAsync(Load);
        await dialogue.AskAsync("""{"action":"unload_model"}""");
        var blob = Directory.EnumerateFiles(_bed.Cache, "*", SearchOption.AllDirectories).Single(file => Path.GetFileName(file).Length == 64 && new FileInfo(file).Length == LibraryBed.Size);
        File.SetAttributes(blob, FileAttributes.Normal);
        await using (var stream = new FileStream(blob, FileMode.Open))
        {
            stream.Position = LibraryBed.Size / 2;
            stream.WriteByte((byte)~stream.ReadByte());
        }

        await _bed.ForgetServedAsync();
        var loaded = await dialogue.AskAsync(Load);

        Assert.Equal(("success", LibraryBed.Size), (Text(loaded, "status"), _bed.Hub.ServedBytes));
    }

    [Fact]
    public async Task Who_stops_the_load_stops_its_download()
    {
        await using var dialogue = _bed.Open();
        _bed.Hub.TotalRate = 4 * 1024 * 1024;
        await dialogue.SayAsync(Load.Replace("}", ""","id":"l"}""", StringComparison.Ordinal));
        await LibraryBed.HearEventAsync(dialogue, Event, payload => payload.GetProperty("loaded").GetInt64() > 0);
        await dialogue.SayAsync("""{"action":"stop_generation","targetRequestId":"l","id":"s"}""");
        var answers = new[] { await dialogue.HearFinalAsync(), await dialogue.HearFinalAsync() };

        Assert.Equal("cancelled", Text(answers.Single(answer => Text(answer, "requestId") == "l"), "code"));
        var status = await dialogue.AskAsync($$"""{"action":"get_download_status","repoId":"{{LibraryBed.Repo}}"}""");
        Assert.Equal("paused", Text(status.GetProperty("payload"), "status"));
    }

    [Fact]
    public async Task What_cannot_be_had_is_said()
    {
        await using var dialogue = _bed.Open();

        Assert.Equal("repository_not_found", Text(await dialogue.AskAsync("""{"action":"load_model","modelPath":"acme/none-GGUF"}"""), "code"));
        Assert.Equal("auth_required", Text(await dialogue.AskAsync("""{"action":"load_model","modelPath":"acme/gated-GGUF:Q8_0"}"""), "status"));
        Assert.Equal("invalid_request", Text(await dialogue.AskAsync("""{"action":"load_model","modelPath":"acme/tiny-GGUF/../x.gguf"}"""), "code"));
        Assert.Equal("model_not_loaded", Text(await dialogue.AskAsync("""{"action":"generate","modelPath":"acme/none-GGUF","prompt":"x"}"""), "code"));
    }

    private static string Text(JsonElement frame, string name) => frame.GetProperty(name).GetString()!;

    private async Task EvictAsync()
    {
        while (!await _bed.Host.Shelf.EvictLeastRecentAsync())
        {
            await Task.Delay(50, Patience.Token);
        }
    }
}
