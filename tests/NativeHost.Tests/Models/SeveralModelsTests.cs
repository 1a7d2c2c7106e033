using System.Text.Json;
using NativeHost.Messages;
using Xunit;

namespace NativeHost.Tests.Models;

/// <summary>A caller with several models side by side.</summary>
public sealed class SeveralModelsTests : IAsyncDisposable
{
    private const string Endless = """{"action":"generate","modelPath":"/b.gguf","prompt":"x","settings":{"max_tokens":1000000},"id":"g"}""";
    private static readonly Caller One = new(CallerKind.Extension, "chrome-extension://one/");
    private static readonly Caller Two = new(CallerKind.Extension, "chrome-extension://two/");

    private readonly ManualTime _time = new();
    private readonly TestHost _host;

    public SeveralModelsTests() => _host = new TestHost(new ScriptedLoader(), _time);

    [Fact]
    public async Task The_last_that_was_loaded_is_active_until_another_is_selected()
    {
        await using var port = await OpenWithTwoAsync();
        Assert.Equal("/b.gguf", Current(await port.AskAsync("""{"action":"get_current_model"}""")));

        var selected = await port.AskAsync("""{"action":"select_active_model","model_id":"/a.gguf"}""");

        Assert.Equal(("success", "/a.gguf", "llama_cpp_cpu"), (Text(selected, "status"), Text(selected, "active_model_id"), Text(selected, "backend")));
        Assert.Equal("/a.gguf", Current(await port.AskAsync("""{"action":"get_current_model"}""")));
        var answer = await port.AskAsync("""{"action":"generate","prompt":"x","settings":{"max_tokens":1}}""");
        Assert.Equal("/a.gguf", Text(answer.GetProperty("payload"), "modelPath"));
        await port.AskAsync("""{"action":"set_active_model","modelId":"/b.gguf"}""");
        Assert.Equal("/b.gguf", Current(await port.AskAsync("""{"action":"get_current_model"}""")));
    }

    [Theory]
    [InlineData("""{"action":"select_active_model","model_id":"/never.gguf"}""", "model_not_loaded", "Model not found: /never.gguf")]
    [InlineData("""{"action":"select_active_model","model_id":"owner/repo/x.gguf"}""", "model_not_loaded", "Model not found: owner/repo/x.gguf")]
    [InlineData("""{"action":"set_active_model"}""", "invalid_request", "model_id required")]
    public async Task What_is_not_loaded_cannot_be_selected(string request, string code, string message)
    {
        await using var port = await OpenWithTwoAsync();

        var refused = await port.AskAsync(request);

        Assert.Equal((code, message), (Text(refused, "code"), Text(refused, "message")));
        Assert.NotEmpty(Text(refused.GetProperty("details"), "advice")!);
        Assert.Equal("/b.gguf", Current(await port.AskAsync("""{"action":"get_current_model"}""")));
    }

    [Theory]
    [InlineData("get_model_state")]
    [InlineData("get_params")]
    public async Task While_a_disk_is_searched_for_a_name_other_requests_are_read(string action)
    {
        using var disk = new ManualResetEventSlim();
        await using var host = new TestHost(new ScriptedLoader(), library: () =>
        {
            disk.Wait(Patience.Token);
            throw new IOException("There is none.");
        });
        await using var port = new Dialogue(host, Patience.Token, asBroker: true);
        await port.SayAsync($$"""{"action":"{{action}}","model_id":"owner/name","id":"slow"}""");

        Assert.Equal("pong", Text(await port.AskAsync("""{"action":"ping","id":"quick"}"""), "response"));
        disk.Set();
        Assert.Equal("slow", Text(await port.HearFinalAsync(), "requestId"));
    }

    [Fact]
    public async Task What_another_caller_loaded_can_neither_be_seen_nor_selected()
    {
        await using var port = await OpenWithTwoAsync();
        await using var other = new Dialogue(_host, Patience.Token, caller: Two);

        var list = await other.AskAsync("""{"action":"list_loaded_models"}""");
        var selected = await other.AskAsync("""{"action":"select_active_model","model_id":"/a.gguf"}""");

        Assert.Equal(0, list.GetProperty("total").GetInt32());
        Assert.Equal(JsonValueKind.Null, list.GetProperty("active_model_id").ValueKind);
        Assert.Equal("model_not_loaded", Text(selected, "code"));
        Assert.Empty((await other.AskAsync("""{"action":"get_loaded_models"}""")).GetProperty("payload").GetProperty("models").EnumerateArray());
    }

    [Fact]
    public async Task The_list_says_what_each_takes_and_what_left_memory()
    {
        await using var port = await OpenWithTwoAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        await port.AskAsync("""{"action":"generate","modelPath":"/a.gguf","prompt":"x","settings":{"max_tokens":1}}""");
        _time.Advance(TestHost.KeepAlive - TimeSpan.FromSeconds(30));
        await _host.Shelf.EvictExpiredAsync();

        var list = await port.AskAsync("""{"action":"list_loaded_models"}""");

        var models = list.GetProperty("models").EnumerateArray().ToList();
        Assert.Equal(["/a.gguf", "/b.gguf"], models.Select(model => Text(model, "model_id")));
        Assert.Equal(["loaded", "downloaded"], models.Select(model => Text(model, "state")));
        Assert.Equal(1, models[0].GetProperty("resources").GetProperty("ram_layers").GetInt32());
        Assert.True(models[0].GetProperty("last_used").GetDateTimeOffset() > models[0].GetProperty("loaded_at").GetDateTimeOffset());
        Assert.Equal(JsonValueKind.Null, models[1].GetProperty("resources").ValueKind);
        Assert.Equal((2, "/b.gguf", 1), (list.GetProperty("total").GetInt32(), Text(list, "active_model_id"), list.GetProperty("by_backend").GetProperty("llama_cpp_cpu").GetInt32()));

        // It comes back when it is selected and used.
        await port.AskAsync("""{"action":"select_active_model","model_id":"/b.gguf"}""");
        Assert.Equal("success", Text(await port.AskAsync("""{"action":"generate","prompt":"x","settings":{"max_tokens":1}}"""), "status"));
        var loaded = (await port.AskAsync("""{"action":"get_loaded_models"}""")).GetProperty("payload").GetProperty("models");
        Assert.Equal(["/a.gguf", "/b.gguf"], loaded.EnumerateArray().Select(model => Text(model, "model_id")).Order());
    }

    [Fact]
    public async Task All_are_unloaded_but_what_runs_and_that_as_well_with_force()
    {
        await using var port = await OpenWithTwoAsync();
        await port.SayAsync(Endless);
        while (Text(await port.HearAsync(), "type") != "generationUpdate")
        {
        }

        var first = await AskAboutAsync(port, """{"action":"unload_all_models","id":"u"}""");
        Assert.Equal(["/a.gguf"], Texts(first, "unloadedModels"));
        Assert.Equal(["/b.gguf"], Texts(first, "inUse"));
        Assert.Equal((1, 1), (first.GetProperty("count").GetInt32(), first.GetProperty("loadedCount").GetInt32()));

        var second = await AskAboutAsync(port, """{"action":"unload_all_models","force":true,"id":"u"}""");
        Assert.Equal(["/b.gguf"], Texts(second, "unloadedModels"));
        Assert.Equal(100, second.GetProperty("ramFreed").GetInt64());
        Assert.Empty(_host.Shelf.Models);
        Assert.Equal(JsonValueKind.Null, (await AskAboutAsync(port, """{"action":"get_current_model","id":"u"}""")).GetProperty("currentModel").ValueKind);
    }

    [Fact]
    public async Task What_others_hold_stays_in_memory()
    {
        await using var port = await OpenWithTwoAsync();
        await using var other = new Dialogue(_host, Patience.Token, caller: Two);
        await other.AskAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");

        var payload = (await port.AskAsync("""{"action":"unload_all_models","force":true}""")).GetProperty("payload");

        Assert.Equal(["/a.gguf", "/b.gguf"], Texts(payload, "unloadedModels"));
        Assert.Equal(100, payload.GetProperty("ramFreed").GetInt64());
        Assert.Equal(["/a.gguf"], _host.Shelf.Models.Select(model => model.Path));
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static string? Text(JsonElement frame, string name) => frame.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static IEnumerable<string?> Texts(JsonElement payload, string name) => payload.GetProperty(name).EnumerateArray().Select(item => item.GetString());

    private static string? Current(JsonElement answer) => Text(answer.GetProperty("payload"), "currentModel");

    /// <summary>The payload of the answer to a request with the id u; other frames are passed over.</summary>
    private static async Task<JsonElement> AskAboutAsync(Dialogue port, string request)
    {
        await port.SayAsync(request);
        while (true)
        {
            var frame = await port.HearFinalAsync();
            if (Text(frame, "requestId") == "u")
            {
                return frame.GetProperty("payload");
            }
        }
    }

    private async Task<Dialogue> OpenWithTwoAsync()
    {
        var port = new Dialogue(_host, Patience.Token, caller: One);
        foreach (var name in (string[])["a", "b"])
        {
            Assert.Equal("success", Text(await port.AskAsync($$"""{"action":"load_model","modelPath":"/{{name}}.gguf"}"""), "status"));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        return port;
    }
}
