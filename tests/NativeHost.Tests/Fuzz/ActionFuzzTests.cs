using System.Text.Json;
using NativeHost.Routing.Later;
using Xunit;

namespace NativeHost.Tests.Fuzz;

/// <summary>Whatever a client sends, it gets one final frame for it, with a code where something is wrong, and the host goes on.</summary>
/// <remarks>A short form always; 2,000 requests of each action in the long one.</remarks>
public sealed class ActionFuzzTests : IAsyncDisposable
{
    private const int Batch = 100;

    /// <summary>Below the number that a port may have open.</summary>
    private const int Burst = 10_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly TestHost _host;

    public ActionFuzzTests() => _host = new TestHost(new ScriptedLoader { MostTokens = 3 }, configFolder: _folder.FullName);

    private static int Requests => LongRun.Rounds(200, 2000);

    public static TheoryData<string> Actions
    {
        get
        {
            // A host only to be asked what it answers.
            var host = new TestHost(new ScriptedLoader());
            return [.. host.Routes.Select(route => route.Action)];
        }
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task Each_mutated_request_of_an_action_gets_one_final_frame(string action)
    {
        var route = _host.Routes.Single(route => route.Action == action);
        var mutator = new RequestMutator(StableHash(action));
        await using var port = new Dialogue(_host, Patience.Token);
        for (var sent = 0; sent < Requests; sent += Batch)
        {
            await AskAllAsync(port, [.. Enumerable.Range(sent, Batch).Select(number => mutator.Next(action, route.Messages.Request, $"f{number}"))]);
        }
    }

    [Fact]
    public async Task Each_mutated_request_in_the_later_envelope_gets_one_final_frame()
    {
        var mutator = new RequestMutator(11);
        await using var port = new Dialogue(_host, Patience.Token);
        foreach (var route in LaterRoutes.All.OrderBy(route => route.Name, StringComparer.Ordinal))
        {
            // Where the head is broken as well, it is what becomes of the envelope that is tried.
            var requestType = _host.Routes.First(known => known.Action == route.Action).Messages.Request;
            string[] requests =
            [
                .. Enumerable.Range(0, Requests / 2).Select(number =>
                    $$"""{"route":"{{route.Name}}","request_id":"f{{number}}","payload":{{(number % 2 == 0 ? mutator.NextOfLater() : mutator.Next(route.Action, requestType, "x"))}}}"""),
            ];
            foreach (var batch in requests.Chunk(Batch))
            {
                await AskAllAsync(port, batch);
            }
        }
    }

    [Fact]
    public async Task Ten_thousand_requests_at_once_get_an_answer_each()
    {
        await using var port = new Dialogue(_host, Patience.Token);
        await port.AskAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");
        string[] kinds = ["\"ping\"", "\"get_params\"", "\"get_model_state\"", "\"list_loaded_models\"", "\"generate\",\"prompt\":\"x\"", "\"none\""];
        var sending = Task.Run(async () =>
        {
            for (var number = 0; number < Burst; number++)
            {
                await port.SayAsync($$"""{"action":{{kinds[number % kinds.Length]}},"id":{{number}}}""");
            }
        }, Patience.Token);

        var answered = new HashSet<int>();
        while (answered.Count < Burst)
        {
            var final = await port.HearFinalAsync();
            Assert.True(answered.Add(final.GetProperty("requestId").GetInt32()), final.ToString());
        }

        await sending;
        Assert.Equal("pong", (await port.AskAsync("""{"action":"ping"}""")).GetProperty("response").GetString());
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static bool IsFinal(JsonElement frame) => frame.TryGetProperty("status", out _) || frame.TryGetProperty("success", out _);

    private static void AssertComplete(JsonElement frame)
    {
        if (frame.TryGetProperty("success", out var success))
        {
            Assert.True(success.GetBoolean() ? frame.GetProperty("data").ValueKind == JsonValueKind.Object : IsError(frame.GetProperty("error")), frame.ToString());
        }
        else if (frame.GetProperty("status").GetString() != "success")
        {
            Assert.True(frame.GetProperty("status").GetString() is "error" or "auth_required" && IsError(frame), frame.ToString());
        }

        // What nobody foresaw is a fault of the host's, and nobody knows its types.
        static bool IsError(JsonElement error)
            => error.GetProperty("code").GetString() is { Length: > 0 } and not ("internal" or "INTERNAL_ERROR")
                && error.GetProperty("message").GetString() is { Length: > 0 } message
                && !message.Contains("System.", StringComparison.Ordinal) && !message.Contains("NativeHost.", StringComparison.Ordinal);
    }

    /// <summary>The hash of a text differs from run to run; this one does not.</summary>
    private static int StableHash(string text) => text.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter));

    /// <summary>Sends requests at once, and takes their answers: as many as there were requests, each with what a final frame has.</summary>
    private static async Task AskAllAsync(Dialogue port, string[] requests)
    {
        var sending = Task.Run(async () =>
        {
            foreach (var request in requests)
            {
                await port.SayAsync(request);
            }
        }, Patience.Token);
        var ids = new HashSet<string>();
        for (var answers = 0; answers < requests.Length;)
        {
            var frame = await port.HearAsync();
            if (IsFinal(frame))
            {
                answers++;
                AssertComplete(frame);
                var id = frame.TryGetProperty("requestId", out var usual) || frame.TryGetProperty("request_id", out usual) ? usual.ToString() : "";

                // Other ids are what a mutation made of a request's own.
                Assert.True(id is not ['f', >= '0' and <= '9', ..] || ids.Add(id), $"{id} was answered twice.");
            }
        }

        await sending;
        await port.SayAsync("""{"action":"ping","id":"still there"}""");
        while (true)
        {
            var frame = await port.HearAsync();
            if (IsFinal(frame))
            {
                Assert.Equal("still there", frame.GetProperty("requestId").GetString());
                break;
            }
        }
    }
}
