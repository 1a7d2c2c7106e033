using System.Text.Json;
using NativeHost.Actions.Broker;
using NativeHost.Actions.Models;
using NativeHost.Logging;
using NativeHost.Messages;
using Xunit;

namespace NativeHost.Tests.Models;

/// <summary>Models stay for the next port, leave when nobody wants them or memory is short, and come again when they are asked for.</summary>
public sealed class WarmModelTests : IAsyncDisposable
{
    private const string Load = """{"action":"load_model","modelPath":"/a.gguf"}""";
    private const string Generate = """{"action":"generate","prompt":"x","settings":{"max_tokens":3}}""";
    private static readonly Caller Extension = new(CallerKind.Extension, "chrome-extension://one/");
    private static readonly Caller Stranger = new(CallerKind.Extension, "chrome-extension://two/");
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    private readonly ManualTime _time = new();
    private readonly SemaphoreSlim _tokens = new(1000);
    private readonly ScriptedLoader _loader;
    private readonly TestHost _host;

    public WarmModelTests()
    {
        _loader = new ScriptedLoader { BeforeToken = _ => _tokens.WaitAsync(Timeout) };
        _host = new TestHost(_loader, _time, Grace);
    }

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task A_model_is_there_for_the_next_port_of_anybody_and_its_state_tells_until_when()
    {
        await using (var first = Open(Extension))
        {
            await first.AskAsync(Load);
        }

        await using var second = Open(Stranger);
        var loaded = await second.AskAsync(Load);

        Assert.Equal((1, "Model already loaded"), (_loader.Loads, Text(loaded, "message")));
        Assert.Equal((long)TestHost.KeepAlive.TotalSeconds, loaded.GetProperty("payload").GetProperty("expires").GetInt64());
    }

    [Fact]
    public async Task Without_use_it_leaves_its_holders_are_told_and_the_next_generate_loads_it_again_as_it_was()
    {
        await using var dialogue = Open(Extension);
        await using var stranger = Open(Stranger);
        await dialogue.AskAsync("""{"action":"load_model","modelPath":"/a.gguf","settings":{"n_ctx":128}}""");
        await stranger.AskAsync("""{"action":"ping"}""");
        var options = _host.Shelf.Find("/a.gguf")!.Options;

        _time.Advance(TestHost.KeepAlive - TimeSpan.FromSeconds(1));
        await _host.Shelf.EvictExpiredAsync();
        Assert.NotNull(_host.Shelf.Find("/a.gguf"));
        _time.Advance(TimeSpan.FromSeconds(1));
        await _host.Shelf.EvictExpiredAsync();

        var notice = await dialogue.HearAsync();
        Assert.Equal(("modelUnloaded", "idle"), (Text(notice, "type"), Text(notice.GetProperty("payload"), "reason")));
        Assert.False((await dialogue.AskAsync("""{"action":"get_model_state"}""")).GetProperty("payload").GetProperty("isReady").GetBoolean());
        Assert.Equal("generationComplete", Text(await dialogue.AskAsync(Generate), "type"));
        Assert.Equal((2, options), (_loader.Loads, _host.Shelf.Find("/a.gguf")!.Options));

        // Who did not hold it was not told, and has nothing to load again.
        Assert.Equal("no_model_loaded", Text(await stranger.AskAsync(Generate), "code"));
    }

    [Theory]
    [InlineData("\"keepAliveMinutes\":-1")]
    [InlineData("\"pin\":true")]
    [InlineData("\"pin\":true,\"keepAliveMinutes\":1")]
    public async Task What_is_pinned_stays_when_time_passes_and_when_memory_is_short(string field)
    {
        await using var dialogue = Open(Extension);
        await dialogue.AskAsync($$"""{"action":"load_model","modelPath":"/a.gguf",{{field}}}""");

        _time.Advance(TimeSpan.FromDays(1));
        await _host.Shelf.EvictExpiredAsync();

        Assert.False(await _host.Shelf.EvictLeastRecentAsync());
        Assert.NotNull(_host.Shelf.Find("/a.gguf"));
    }

    [Fact]
    public async Task What_is_expressly_not_pinned_any_more_may_leave()
    {
        await using var dialogue = Open(Extension);
        await dialogue.AskAsync("""{"action":"load_model","modelPath":"/a.gguf","pin":true}""");

        var loaded = await dialogue.AskAsync("""{"action":"load_model","modelPath":"/a.gguf","pin":false}""");

        Assert.Equal((long)TestHost.KeepAlive.TotalSeconds, loaded.GetProperty("payload").GetProperty("expires").GetInt64());
    }

    [Fact]
    public async Task Who_held_a_model_gets_it_again_however_often_it_left()
    {
        await using var first = Open(Extension);
        await using var second = Open(Stranger);
        await first.AskAsync(Load);
        await second.AskAsync(Load);
        for (var i = 0; i < 2; i++)
        {
            _time.Advance(TestHost.KeepAlive);
            await _host.Shelf.EvictExpiredAsync();
            Assert.Equal("success", Text(await first.AskAsync(Generate), "status"));
        }

        _time.Advance(TestHost.KeepAlive);
        await _host.Shelf.EvictExpiredAsync();
        Assert.Equal("success", Text(await second.AskAsync(Generate), "status"));
    }

    [Fact]
    public async Task A_load_that_fits_not_even_alone_costs_nobody_a_model()
    {
        await using var dialogue = Open(Extension);
        await using var stranger = Open(Stranger);
        await dialogue.AskAsync(Load);
        _time.Advance(TimeSpan.FromSeconds(10));
        _loader.Fits = () => false;
        _loader.MissingBytes = 1L << 50;

        Assert.Equal("insufficient_memory", Text(await stranger.AskAsync("""{"action":"load_model","modelPath":"/b.gguf"}"""), "code"));
        Assert.NotNull(_host.Shelf.Find("/a.gguf"));
    }

    [Fact]
    public async Task A_stop_while_the_model_comes_back_is_an_end_and_no_error()
    {
        await using var dialogue = Open(Extension);
        await dialogue.AskAsync(Load);
        _time.Advance(TestHost.KeepAlive);
        await _host.Shelf.EvictExpiredAsync();
        await dialogue.HearAsync();
        _loader.Gate = new TaskCompletionSource();

        await dialogue.SayAsync("""{"action":"generate","prompt":"x","id":"g"}""");
        await dialogue.HearAsync();
        await dialogue.SayAsync("""{"action":"stop_generation","id":"s"}""");
        JsonElement[] finals = [await dialogue.HearFinalAsync(), await dialogue.HearFinalAsync()];

        Assert.Equal("generationStopped", Text(Assert.Single(finals, final => Text(final, "requestId") == "g"), "type"));
    }

    [Fact]
    public async Task The_longest_keep_alive_of_its_holders_counts_and_goes_with_its_holder()
    {
        await using var first = Open(Extension);
        await using var second = Open(Stranger);
        await first.AskAsync("""{"action":"load_model","modelPath":"/a.gguf","keepAliveMinutes":"1"}""");
        await second.AskAsync("""{"action":"load_model","modelPath":"/a.gguf","settings":{"keepAliveMinutes":10}}""");

        _time.Advance(TimeSpan.FromMinutes(9));
        await _host.Shelf.EvictExpiredAsync();
        Assert.NotNull(_host.Shelf.Find("/a.gguf"));

        await second.AskAsync("""{"action":"unload_model"}""");
        await _host.Shelf.EvictExpiredAsync();
        Assert.Null(_host.Shelf.Find("/a.gguf"));
    }

    [Fact]
    public async Task The_least_recently_used_leaves_first_and_what_is_at_work_never()
    {
        await using var dialogue = Open(Extension);
        foreach (var name in "abc")
        {
            await dialogue.AskAsync($$"""{"action":"load_model","modelPath":"/{{name}}.gguf"}""");
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        // The oldest was used last, and the second is at work.
        await dialogue.AskAsync(GenerateOn("a", 1));
        _time.Advance(TimeSpan.FromSeconds(10));
        while (_tokens.CurrentCount > 0)
        {
            await _tokens.WaitAsync(Timeout);
        }

        await dialogue.SayAsync(GenerateOn("b", 2));
        while (_host.Shelf.Find("/b.gguf")!.Running.Count == 0)
        {
            await Task.Delay(1, Timeout);
        }

        Assert.True(await _host.Shelf.EvictLeastRecentAsync());
        Assert.Null(_host.Shelf.Find("/c.gguf"));
        Assert.True(await _host.Shelf.EvictLeastRecentAsync());
        Assert.Null(_host.Shelf.Find("/a.gguf"));
        Assert.False(await _host.Shelf.EvictLeastRecentAsync());
        _tokens.Release(2);
        Assert.Equal("generationComplete", Text(await HearFinalOfGenerationAsync(dialogue), "type"));
    }

    [Fact]
    public async Task Room_is_what_is_free_and_what_those_give_back_that_may_leave()
    {
        await using var host = new TestHost(
            new ScriptedLoader { FileBytes = 100, RamBytes = 160, BeforeToken = _ => new TaskCompletionSource().Task }, _time, Grace);
        await using var dialogue = new Dialogue(host, Timeout, caller: Extension);
        await dialogue.AskAsync("""{"action":"load_model","modelPath":"/pinned.gguf","pin":true}""");
        await dialogue.AskAsync("""{"action":"load_model","modelPath":"/used.gguf"}""");
        await dialogue.SayAsync(GenerateOn("used", 1));
        while (host.Shelf.Find("/used.gguf")!.Running.Count == 0)
        {
            await Task.Delay(1, Timeout);
        }

        Assert.Equal(1000, host.Shelf.RoomBytes(1000));
        await dialogue.SayAsync("""{"action":"load_model","modelPath":"/read.gguf","use_mmap":false}""");
        await dialogue.HearFinalAsync();
        Assert.Equal(1160, host.Shelf.RoomBytes(1000));
        await dialogue.SayAsync("""{"action":"load_model","modelPath":"/mapped.gguf"}""");
        await dialogue.HearFinalAsync();
        Assert.Equal(OperatingSystem.IsLinux() ? 1220 : 1320, host.Shelf.RoomBytes(1000));
    }

    [Fact]
    public void A_process_gives_back_what_no_file_holds()
        => Assert.InRange(ProcessMemory.GivenBackBy(Environment.ProcessId) ?? 0, 1, Environment.WorkingSet + (1 << 30));

    [Fact]
    public async Task A_load_that_does_not_fit_makes_room()
    {
        await using var dialogue = Open(Extension);
        await dialogue.AskAsync(Load);
        _time.Advance(TimeSpan.FromSeconds(10));
        _loader.Fits = () => _host.Shelf.Find("/a.gguf") is null;

        var loaded = await dialogue.AskAsync("""{"action":"load_model","modelPath":"/b.gguf"}""");
        Assert.Equal("workerReady", Text(loaded, "type"));
        Assert.Null(_host.Shelf.Find("/a.gguf"));

        _loader.Fits = () => false;
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("insufficient_memory", Text(await dialogue.AskAsync("""{"action":"load_model","modelPath":"/c.gguf"}"""), "code"));
    }

    [Fact]
    public async Task The_look_every_few_seconds_finds_both_the_expired_and_a_shortage_of_memory()
    {
        var left = 100L;
        await using var dialogue = Open(Extension);
        await dialogue.AskAsync(Load);
        await dialogue.AskAsync("""{"action":"load_model","modelPath":"/b.gguf","keepAliveMinutes":0}""");
        await using var warm = new WarmModels(_host.Shelf, () => left, reserve: 50, HostLog.None);
        warm.Start(_time);

        await _time.AdvanceAsync(WarmModels.Pause, waiting: 1, Timeout);
        await UntilUnloadedAsync("/b.gguf");
        Assert.NotNull(_host.Shelf.Find("/a.gguf"));

        left = 49;
        await _time.AdvanceAsync(WarmModels.Pause, waiting: 1, Timeout);
        await UntilUnloadedAsync("/a.gguf");
    }

    [Theory]
    [InlineData("\"keepAliveMinutes\":-2")]
    [InlineData("\"keepAliveMinutes\":\"soon\"")]
    [InlineData("\"keepAliveMinutes\":600000")]
    [InlineData("\"pin\":\"maybe\"")]
    public async Task A_wrong_time_is_refused_before_the_load(string field)
    {
        await using var dialogue = Open(Extension);

        Assert.Equal("invalid_settings", Text(await dialogue.AskAsync($$"""{"action":"load_model","modelPath":"/a.gguf",{{field}}}"""), "code"));
        Assert.Equal(0, _loader.Loads);
    }

    [Fact]
    public async Task A_one_shot_client_gets_no_frame_but_its_answer()
    {
        await using var dialogue = Open(Extension);
        await dialogue.AskAsync("""{"action":"load_model","modelPath":"/a.gguf","events":false}""");
        _time.Advance(TestHost.KeepAlive);
        await _host.Shelf.EvictExpiredAsync();

        await dialogue.SayAsync("""{"action":"ping","events":false}""");

        Assert.Equal("pong", Text(await dialogue.HearAsync(), "response"));
    }

    [Fact]
    public async Task An_evicted_model_can_be_given_up_and_is_then_no_longer_loaded_again()
    {
        await using var dialogue = Open(Extension);
        await dialogue.AskAsync(Load);
        _time.Advance(TestHost.KeepAlive);
        await _host.Shelf.EvictExpiredAsync();

        var unloaded = await dialogue.AskAsync("""{"action":"unload_model"}""");

        Assert.Equal("success", Text(unloaded, "status"));
        Assert.Equal("no_model_loaded", Text(await dialogue.AskAsync(Generate), "code"));
        Assert.Equal("model_not_loaded", Text(await dialogue.AskAsync(GenerateOn("a", 1)), "code"));
    }

    [Fact]
    public async Task What_all_have_given_up_is_forgotten()
    {
        await using var port = Open(Extension);
        await port.AskAsync(Load);
        var model = _host.Shelf.Find("/a.gguf")!;
        model.Holders[Stranger] = TimeSpan.Zero;
        var evicted = new EvictedModels(StringComparer.Ordinal);
        evicted.Add(model);

        Assert.True(evicted.Forget("/a.gguf", Extension));
        Assert.Equal(["/a.gguf"], evicted.Names);
        Assert.True(evicted.Forget("/a.gguf", Stranger));
        Assert.False(evicted.Forget("/a.gguf", Stranger));
        Assert.Empty(evicted.Names);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _tokens.Dispose();
    }

    private static string GenerateOn(string model, int tokens)
        => $$$"""{"action":"generate","modelPath":"/{{{model}}}.gguf","prompt":"x","settings":{"max_tokens":{{{tokens}}}},"id":"g"}""";

    private static string? Text(JsonElement message, string name) => message.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static async Task<JsonElement> HearFinalOfGenerationAsync(Dialogue dialogue)
    {
        while (true)
        {
            var final = await dialogue.HearFinalAsync();
            if (Text(final, "requestId") == "g")
            {
                return final;
            }
        }
    }

    private async Task UntilUnloadedAsync(string path)
    {
        while (_host.Shelf.Find(path) is not null)
        {
            await Task.Delay(1, Timeout);
        }
    }

    private Dialogue Open(Caller caller) => new(_host, Timeout, caller: caller);
}
