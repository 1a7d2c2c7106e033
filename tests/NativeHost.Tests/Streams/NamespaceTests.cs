using System.Text.Json;
using NativeHost.Actions.Streams;
using NativeHost.Inference.Generation;
using NativeHost.Messages;
using NativeHost.Workers;
using Xunit;

namespace NativeHost.Tests.Streams;

/// <summary>Profiles of one extension that hold a secret each are callers of their own.</summary>
public sealed class NamespaceTests
{
    private static readonly Caller Extension = new(CallerKind.Extension, "chrome-extension://one/");

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task Settings_active_models_and_streams_of_one_profile_are_not_the_others()
    {
        await using var host = new TestHost(new ScriptedLoader(), grace: TimeSpan.FromMinutes(1));
        await using var port = new Dialogue(host, Timeout, caller: Extension);
        await port.AskAsync("""{"action":"load_model","modelPath":"/a.gguf","namespace":"work"}""");
        await port.AskAsync("""{"action":"set_params","params":{"temperature":0.1},"namespace":"work"}""");
        var answer = await port.AskAsync("""{"action":"generate","prompt":"x","settings":{"max_tokens":2},"namespace":"work"}""");
        var streamId = answer.GetProperty("payload").GetProperty("streamId").GetString();

        foreach (var other in new[] { "", ""","namespace":"home" """, ""","namespace":"Work" """ })
        {
            Assert.Equal("no_model_loaded", Text(await port.AskAsync($$"""{"action":"generate","prompt":"x"{{other}}}"""), "code"));
            Assert.Equal(
                0.7, (await port.AskAsync($$"""{"action":"get_params"{{other}}}""")).GetProperty("params").GetProperty("temperature").GetDouble(), 3);
            Assert.Equal("stream_not_found", Text(await port.AskAsync($$"""{"action":"resume_stream","streamId":"{{streamId}}"{{other}}}"""), "code"));
        }

        var own = await port.AskAsync($$"""{"namespace":"work","action":"resume_stream","streamId":"{{streamId}}"}""");
        Assert.Equal("generationComplete", Text(own, "type"));
    }

    [Fact]
    public async Task Engines_are_told_whose_a_generation_is()
    {
        var loader = new ScriptedLoader();
        await using var host = new TestHost(loader);
        await using var port = new Dialogue(host, Timeout, caller: Extension);
        await using var other = new Dialogue(host, Timeout, caller: new Caller(CallerKind.Extension, "chrome-extension://two/"));
        await port.AskAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");
        const string Ask = """{"action":"generate","modelPath":"/a.gguf","prompt":"x","settings":{"max_tokens":2}""";
        foreach (var (client, rest) in new[] { (port, "}"), (port, "}"), (port, ""","namespace":"work"}"""), (other, "}") })
        {
            await client.AskAsync(Ask + rest);
        }

        string?[] owners = [.. loader.Requests.Select(request => ThroughWorker(request).Owner)];
        Assert.Equal(owners[0], owners[1]);
        Assert.Equal(3, owners.OfType<string>().Distinct().Count());

        static GenerationRequest ThroughWorker(GenerationRequest request)
        {
            var json = JsonSerializer.Serialize(new WorkerRequest(WorkerOperation.Generate, 1) { Generation = request }, WorkerJson.Default.WorkerRequest);
            return JsonSerializer.Deserialize(json, WorkerJson.Default.WorkerRequest)!.Generation!;
        }
    }

    [Fact]
    public async Task What_is_no_namespace_is_refused()
    {
        await using var port = new Dialogue(new ScriptedLoader(), Timeout);

        var refusal = await port.AskAsync("""{"namespace":5,"action":"ping","id":"n"}""");
        Assert.Equal(("invalid_request", "n"), (Text(refusal, "code"), Text(refusal, "requestId")));
        Assert.Equal("invalid_request", Text(await port.AskAsync($$"""{"action":"ping","namespace":"{{new string('n', 129)}}"}"""), "code"));
    }

    [Fact]
    public async Task An_extension_may_use_256_of_them()
    {
        await using var host = new TestHost(new ScriptedLoader());
        await using var port = new Dialogue(host, Timeout, caller: Extension);
        for (var i = 0; i < 256; i++)
        {
            Assert.Equal("success", Text(await port.AskAsync($$"""{"action":"get_params","namespace":"{{i}}"}"""), "status"));
        }

        Assert.Equal("too_many_requests", Text(await port.AskAsync("""{"action":"get_params","namespace":"256"}"""), "code"));
        Assert.Equal("success", Text(await port.AskAsync("""{"action":"get_params","namespace":"7"}"""), "status"));
        Assert.Equal("success", Text(await port.AskAsync("""{"action":"get_params"}"""), "status"));
    }

    [Fact]
    public async Task Who_waits_is_told_its_place()
    {
        var tokens = new TaskCompletionSource();
        await using var host = new TestHost(new ScriptedLoader { BeforeToken = _ => tokens.Task }, limits: new CallerLimits(4, 1, int.MaxValue));
        await using var port = new Dialogue(host, Timeout, caller: Extension);
        await port.AskAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");
        await port.SayAsync("""{"action":"generate","prompt":"x","settings":{"max_tokens":2},"id":"first"}""");
        while (Text(await port.HearAsync(), "type") != "generationUpdate")
        {
        }

        await port.SayAsync("""{"action":"generate","prompt":"x","settings":{"max_tokens":2},"id":"second"}""");
        var place = await port.HearAsync();
        var refusal = await port.AskAsync("""{"action":"generate","prompt":"x","id":"third"}""");
        var list = await port.AskAsync("""{"action":"list_streams"}""");
        tokens.SetResult();

        Assert.Equal(("generationQueued", "second"), (Text(place, "type"), Text(place, "requestId")));
        Assert.Equal((1, 1), (place.GetProperty("payload").GetProperty("position").GetInt32(), place.GetProperty("payload").GetProperty("seq").GetInt32()));
        Assert.Equal(("too_many_requests", "third"), (Text(refusal, "code"), Text(refusal, "requestId")));
        Assert.Equal(["running", "queued"], list.GetProperty("payload").GetProperty("streams").EnumerateArray().Select(stream => Text(stream, "state")));
        string?[] ended = [Text(await port.HearFinalAsync(), "requestId"), Text(await port.HearFinalAsync(), "requestId")];
        Assert.Equal(["first", "second"], ended.Order());
    }

    private static string? Text(JsonElement message, string name) => message.TryGetProperty(name, out var value) ? value.GetString() : null;
}
