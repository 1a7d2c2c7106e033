using System.Text.Json;
using NativeHost.Actions.Models;
using NativeHost.Inference;
using NativeHost.Messages;
using NativeHost.Routing;
using Xunit;

namespace NativeHost.Tests.Models;

/// <summary>What callers of one model may do to each other, and what they may not.</summary>
public sealed class SharedModelTests : IAsyncDisposable
{
    private const string Load = """{"action":"load_model","modelPath":"/a.gguf"}""";
    private const string Unload = """{"action":"unload_model","modelPath":"/a.gguf","id":"u"}""";
    private const string Endless = """{"action":"generate","modelPath":"/a.gguf","prompt":"x","settings":{"max_tokens":1000000},"id":"g"}""";
    private static readonly Caller One = new(CallerKind.Extension, "chrome-extension://one/");
    private static readonly Caller Two = new(CallerKind.Extension, "chrome-extension://two/");

    private readonly ScriptedLoader _loader = new();
    private readonly TestHost _host;

    public SharedModelTests() => _host = new TestHost(_loader);

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task A_forced_unload_stops_what_runs_and_what_waits()
    {
        await using var first = Open(One);
        await using var second = Open(One);
        await first.AskAsync(Load);
        await first.SayAsync(Endless);
        await HearAsync(first, "generationUpdate");
        await second.SayAsync(Endless);
        await HearAsync(second, "generationQueued");

        await second.SayAsync("""{"action":"unload_model","modelPath":"/a.gguf","force":true,"id":"u"}""");
        JsonElement[] finals = [await second.HearFinalAsync(), await second.HearFinalAsync(), await first.HearFinalAsync()];

        Assert.All(finals, final => Assert.Equal("success", Text(final, "status")));
        Assert.Equal(2, finals.Count(final => Text(final, "type") == "generationStopped"));
        Assert.Empty(_host.Shelf.Models);
    }

    [Fact]
    public async Task The_last_holders_unload_does_not_stop_anothers_answer()
    {
        await using var holder = Open(One);
        await using var user = Open(Two);
        await holder.AskAsync(Load);
        await user.SayAsync(Endless);
        await HearAsync(user, "generationUpdate");

        var unloaded = await holder.AskAsync(Unload);
        await HearAsync(user, "generationUpdate");
        await user.SayAsync("""{"action":"stop_generation"}""");

        Assert.Equal((true, false), Payload(unloaded));
        await user.HearFinalAsync();
        await user.HearFinalAsync();
        Assert.Equal((false, true), Payload(await user.AskAsync(Unload)));
    }

    [Fact]
    public async Task A_load_with_other_options_does_not_pass_for_the_one_that_is_under_way()
    {
        await using var first = Open(One);
        await using var second = Open(Two);
        _loader.Gate = new TaskCompletionSource();
        await first.SayAsync("""{"action":"load_model","modelPath":"/a.gguf","n_ctx":128}""");
        while (_loader.Loads == 0)
        {
            // It is told before it begins.
            await Task.Delay(1, Timeout);
        }

        await second.SayAsync("""{"action":"load_model","modelPath":"/a.gguf","n_ctx":256}""");
        await HearAsync(second, "modelWorkerLoadingProgress");
        _loader.Gate.SetResult();

        Assert.Equal("success", Text(await first.HearFinalAsync(), "status"));
        Assert.Equal("model_in_use", Text(await second.HearFinalAsync(), "code"));
        Assert.Equal(1, _loader.Loads);
    }

    [Fact]
    public async Task Who_leaves_a_load_that_another_waits_for_does_not_hold_the_model()
    {
        _loader.Gate = new TaskCompletionSource();
        using var leaving = new CancellationTokenSource();
        var starting = LoadAsync(One, System.Threading.Timeout.InfiniteTimeSpan, leaving.Token);
        var joining = LoadAsync(Two, kept: null, Timeout);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        _loader.Gate.SetResult();
        var (model, _) = await joining;

        Assert.Equal((1, Two), (_loader.Loads, Assert.Single(model.Holders.Keys)));
        Assert.Equal((true, true), await _host.Shelf.UnloadAsync(model, Two, force: false, mayTakeFromOthers: false));
    }

    [Fact]
    public async Task What_others_do_with_a_model_is_not_told()
    {
        await using var holder = Open(One);
        await using var other = Open(Two);
        await holder.AskAsync(Load);
        await holder.AskAsync("""{"action":"generate","prompt":"x","settings":{"max_tokens":3}}""");
        const string Ask = """{"action":"get_model_state","modelPath":"/a.gguf"}""";

        var own = (await holder.AskAsync(Ask)).GetProperty("payload");
        var others = (await other.AskAsync(Ask)).GetProperty("payload");
        await other.AskAsync(Load);
        var joined = (await other.AskAsync("""{"action":"get_loaded_models"}""")).GetProperty("payload").GetProperty("models")[0];

        string[] figures = ["time_to_first_token", "tokens_per_second", "input_tokens", "output_tokens", "total_time"];
        string[] use = ["pid", "loaded_at", "expires"];
        Assert.Equal([.. figures, .. use], figures.Concat(use).Where(name => own.TryGetProperty(name, out _)));
        Assert.DoesNotContain(figures.Concat(use), name => others.TryGetProperty(name, out _));
        Assert.Equal(use, figures.Concat(use).Where(name => joined.TryGetProperty(name, out _)));
    }

    [Fact]
    public async Task An_extension_may_have_two_of_the_largest_messages_open_over_all_its_ports()
    {
        await using var first = Open(One);
        await using var second = Open(One);
        await using var other = Open(Two);
        await first.AskAsync(Load);
        await first.SayAsync(Endless);
        await HearAsync(first, "generationUpdate");
        var half = $$"""{"action":"generate","modelPath":"/a.gguf","prompt":"{{new string('x', (int)(OpenWork.MostBytes / 2) - 1000)}}","id":""";
        await first.SayAsync(half + "1}");
        await second.SayAsync(half + "2}");

        await second.SayAsync("""{"action":"ping","padding":""" + $"\"{new string('x', 10_000)}\",\"id\":3}}");
        JsonElement refused;
        do
        {
            refused = await second.HearAsync();
        }
        while (Text(refused, "status") is null);

        Assert.Equal(("3", "too_many_requests"), (refused.GetProperty("requestId").GetRawText(), Text(refused, "code")));
        Assert.Equal("pong", Text(await other.AskAsync("""{"action":"ping"}"""), "response"));
        await second.SayAsync("""{"action":"stop_generation"}""");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static (bool WasLoaded, bool Freed) Payload(JsonElement final)
        => (final.GetProperty("payload").GetProperty("wasLoaded").GetBoolean(), final.GetProperty("payload").GetProperty("freed").GetBoolean());

    private static string? Text(JsonElement message, string name) => message.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static async Task HearAsync(Dialogue dialogue, string type)
    {
        while (Text(await dialogue.HearAsync(), "type") != type)
        {
        }
    }

    private Task<(LoadedModel Model, bool WasLoaded)> LoadAsync(Caller caller, TimeSpan? kept, CancellationToken cancellationToken)
        => _host.Shelf.LoadAsync("/a.gguf", new ModelLoadOptions(), kept, caller, new Progress<float>(), cancellationToken);

    private Dialogue Open(Caller caller) => new(_host, Timeout, caller: caller);
}
