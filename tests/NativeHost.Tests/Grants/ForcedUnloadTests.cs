using System.Text.Json;
using NativeHost.Grants;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Grants;

/// <summary>Two extensions at one host: what one of them may do to the other's model.</summary>
public sealed class ForcedUnloadTests : IAsyncDisposable
{
    private const string Load = """{"action":"load_model","modelPath":"/a.gguf"}""";
    private const string ForceUnload = """{"action":"unload_model","modelPath":"/a.gguf","force":true,"id":"u"}""";
    private const string Endless = """{"action":"generate","modelPath":"/a.gguf","prompt":"x","settings":{"max_tokens":1000000},"id":"g"}""";

    private static readonly Caller First = new(CallerKind.Extension, "chrome-extension://abcdefghijklmnopabcdefghijklmnop/");
    private static readonly Caller Second = new(CallerKind.Extension, "{01234567-89ab-cdef-0123-456789abcdef}");

    private readonly TemporaryFolder _config = new();
    private readonly GrantStore _store;
    private readonly TestHost _host;

    public ForcedUnloadTests()
    {
        _store = new GrantStore(_config.Path, TimeProvider.System);
        _host = new TestHost(new ScriptedLoader(), configFolder: _config.Path);
    }

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task A_model_that_another_holds_is_refused_and_free_after_the_grant_and_held_again_after_its_end()
    {
        await using var first = Open(First);
        await using var second = Open(Second);
        await first.AskAsync(Load);
        await second.AskAsync(Load);

        var refusal = await second.AskAsync(ForceUnload);
        var state = await first.AskAsync("""{"action":"get_model_state"}""");
        await _store.GiveAsync(Second.Origin, GrantKind.UnloadOthers, Timeout);
        var unloaded = await second.AskAsync(ForceUnload);
        await _store.RevokeAsync(Second.Origin, null, Timeout);
        await first.AskAsync(Load);
        var refusedAgain = await second.AskAsync(ForceUnload);

        Assert.Equal(("error", "grant_required"), (Text(refusal, "status"), Text(refusal, "code")));
        Assert.True(state.GetProperty("payload").GetProperty("isReady").GetBoolean());
        Assert.True(unloaded.GetProperty("payload").GetProperty("freed").GetBoolean());
        Assert.Equal("grant_required", Text(refusedAgain, "code"));
    }

    [Fact]
    public async Task The_refusal_says_what_to_show_and_what_to_type()
    {
        await using var first = Open(First);
        await using var second = Open(Second);
        await second.AskAsync(Load);

        var refusal = await first.AskAsync(ForceUnload);
        await first.AskAsync(Load);
        var quoted = await second.AskAsync(ForceUnload);

        const string Command = "tabagent grants give chrome-extension://abcdefghijklmnopabcdefghijklmnop/ unload_others";
        var details = refusal.GetProperty("details");
        Assert.Equal(
            ("unload_others", First.Origin, Command), (Text(details, "grant"), Text(details, "origin"), Text(details, "command")));
        Assert.Equal(
            $"{First.Origin} needs your permission to unload a model that others hold or use. To give it, type in a terminal: {Command}",
            Text(refusal, "message"));
        Assert.Equal(
            $"tabagent grants give \"{Second.Origin}\" unload_others", Text(quoted.GetProperty("details"), "command"));
    }

    [Fact]
    public async Task A_generation_of_another_is_not_stopped_even_where_only_the_asker_holds_the_model()
    {
        await using var first = Open(First);
        await using var second = Open(Second);
        await first.AskAsync(Load);
        await second.SayAsync(Endless);
        await HearUpdateAsync(second);

        var refusal = await first.AskAsync(ForceUnload);
        await HearUpdateAsync(second);
        await _store.GiveAsync(First.Origin, GrantKind.UnloadOthers, Timeout);
        await first.SayAsync(ForceUnload);
        var stopped = await second.HearFinalAsync();

        Assert.Equal("grant_required", Text(refusal, "code"));
        Assert.Equal("generationStopped", Text(stopped, "type"));
        Assert.Equal("success", Text(await first.HearFinalAsync(), "status"));
    }

    [Fact]
    public async Task What_the_asker_alone_holds_and_runs_needs_no_grant()
    {
        await using var first = Open(First);
        await using var second = Open(Second);
        await first.AskAsync(Load);
        await second.AskAsync(Load);
        await second.AskAsync("""{"action":"unload_model"}""");
        await first.SayAsync(Endless);
        await HearUpdateAsync(first);

        await first.SayAsync(ForceUnload);
        JsonElement[] finals = [await first.HearFinalAsync(), await first.HearFinalAsync()];

        Assert.All(finals, final => Assert.Equal("success", Text(final, "status")));
    }

    [Fact]
    public async Task What_is_not_forced_needs_no_grant()
    {
        await using var first = Open(First);
        await using var second = Open(Second);
        await first.AskAsync(Load);
        await second.AskAsync(Load);

        var unloaded = await second.AskAsync("""{"action":"unload_model"}""");

        Assert.False(unloaded.GetProperty("payload").GetProperty("freed").GetBoolean());
    }

    [Fact]
    public async Task The_user_at_the_machine_needs_no_grant()
    {
        await using var first = Open(First);
        await using var user = Open(Caller.Local);
        await first.AskAsync(Load);

        var unloaded = await user.AskAsync(ForceUnload);

        Assert.True(unloaded.GetProperty("payload").GetProperty("freed").GetBoolean());
    }

    [Fact]
    public async Task A_grant_of_one_caller_is_none_of_another()
    {
        await using var first = Open(First);
        await using var second = Open(Second);
        await first.AskAsync(Load);
        await _store.GiveAsync(First.Origin, GrantKind.UnloadOthers, Timeout);

        Assert.Equal("grant_required", Text(await second.AskAsync(ForceUnload), "code"));
    }

    [Fact]
    public void A_damaged_file_gives_no_grants_and_the_log_has_a_warning()
    {
        _config.Write("{", "grants.json");
        var lines = new List<string>();
        var log = LogInto(lines);
        var grants = new CallerGrants(_store, log);

        Assert.False(grants.Has(First, GrantKind.UnloadOthers));
        Assert.True(grants.Has(Caller.Local, GrantKind.UnloadOthers));
        log.Dispose();

        Assert.StartsWith("Warning: No caller has grants: ", Assert.Single(lines), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _config.Dispose();
    }

    private static HostLog LogInto(List<string> lines)
        => new(
            Serilog.Events.LogEventLevel.Information,
            new LogQueue(() => new Serilog.LoggerConfiguration().WriteTo.Sink(new ListSink(lines)).CreateLogger()));

    private static async Task HearUpdateAsync(Dialogue dialogue)
    {
        while (Text(await dialogue.HearAsync(), "type") != "generationUpdate")
        {
        }
    }

    private static string? Text(JsonElement message, string name)
        => message.TryGetProperty(name, out var value) ? value.GetString() : null;

    private Dialogue Open(Caller caller) => new(_host, Timeout, caller: caller);

    private sealed class ListSink(List<string> lines) : Serilog.Core.ILogEventSink
    {
        public void Emit(Serilog.Events.LogEvent logEvent)
            => lines.Add($"{logEvent.Level}: {logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture)}");
    }
}
