using System.Text.Json.Nodes;
using NativeHost.Routing.Later;
using Xunit;

namespace NativeHost.Tests.Protocol;

/// <summary>What clients of every generation ask is answered as it was recorded, and as the schemas say.</summary>
public sealed class TranscriptTests
{
    private const string Remedy = "Where that is meant, the protocol changes: dotnet run scripts/protocol.cs record";

    public static TheoryData<string> Actions => [.. Transcript.All().Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task An_action_is_answered_as_it_was_recorded(string action)
    {
        var check = await Check;
        foreach (var exchange in Transcript.All()[action].Exchanges)
        {
            await using var bed = await TranscriptBed.StartAsync(exchange.With);
            var frames = await bed.ReplayAsync(exchange, frame => AssertRight(FaultOf(check, action, frame), frame));

            // What a schema does not allow, the host does not take.
            var fault = exchange.Route is null ? check.FaultOf(action, "request", exchange.Request) : null;
            Assert.True(fault is null || (string?)frames[^1]["code"] is "invalid_request" or "invalid_settings", fault);
            var (recorded, now) = (TextOf(exchange.Frames), TextOf(frames));
            var at = Enumerable.Range(0, Math.Max(recorded.Length, now.Length)).FirstOrDefault(line => recorded.ElementAtOrDefault(line) != now.ElementAtOrDefault(line), -1);
            Assert.True(
                at < 0,
                $"{exchange.Request.ToJsonString()}\nRecorded: {recorded.ElementAtOrDefault(at)}\nAnswered: {now.ElementAtOrDefault(at)}\n{Remedy}");
        }
    }

    [Fact]
    public async Task Every_action_has_a_transcript_and_every_transcript_an_action()
    {
        var model = await GeneratedFiles.ModelAsync();

        var (actions, recorded) = (model.Actions.Select(action => action.Name).ToHashSet(), Transcript.All().Keys.ToHashSet());
        Assert.True(actions.IsSubsetOf(recorded), $"There is no transcript of {string.Join(", ", actions.Except(recorded))}. Run: dotnet run scripts/protocol.cs record");
        Assert.Empty(recorded.Except(actions));
    }

    [Fact]
    public void Every_route_of_the_later_envelope_is_recorded_with_the_action_that_answers_it()
        => Assert.Equal(
            LaterRoutes.All.Select(route => (route.Action, route.Name)).Order(),
            Transcript.All().Values.SelectMany(transcript => transcript.Exchanges.Where(exchange => exchange.Route is not null)
                .Select(exchange => (transcript.Action, exchange.Route!))).Distinct().Order());

    [Fact]
    public async Task A_field_that_no_document_has_is_found()
    {
        var check = await Check;
        var pong = new JsonObject { ["status"] = "success", ["response"] = "pong", ["version"] = "1.0.0", ["pid"] = 1 };

        Assert.Null(check.FaultOf("ping", "success", pong));
        Assert.NotNull(check.FaultOf("ping", "success", new JsonObject(pong.Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))) { ["more"] = 1 }));
        Assert.NotNull(check.FaultOf("ping", "success", new JsonObject { ["status"] = "success", ["response"] = "pong" }));
    }

    /// <summary>What scripts/protocol.cs runs: an action or a route of which nothing is recorded is asked for by its bare name.</summary>
    [Fact(Explicit = true)]
    public async Task Record()
    {
        Directory.CreateDirectory(Transcript.Folder);
        var transcripts = Transcript.All();
        foreach (var action in (await GeneratedFiles.ModelAsync()).Actions.Select(action => action.Name))
        {
            var known = transcripts.GetValueOrDefault(action)?.Exchanges ?? [new RecordedExchange("tabagent", [], new JsonObject { ["action"] = action }, [], [])];
            var bare = LaterRoutes.All.Where(route => route.Action == action && known.All(exchange => exchange.Route != route.Name))
                .Select(route => new RecordedExchange("later", [], new JsonObject { ["route"] = route.Name, ["request_id"] = route.Name, ["payload"] = null }, [], []));
            var exchanges = new List<RecordedExchange>();
            foreach (var exchange in known.Concat(bare))
            {
                await using var bed = await TranscriptBed.StartAsync(exchange.With);
                exchanges.Add(exchange with { Frames = await bed.ReplayAsync(exchange, _ => { }) });
            }

            await File.WriteAllTextAsync(Path.Combine(Transcript.Folder, $"{action}.json"), new Transcript(action, exchanges).ToString(), Patience.Token);
        }
    }

    // Once for all tests of a run.
    private static readonly Task<SchemaCheck> Check = CheckAsync();

    private static async Task<SchemaCheck> CheckAsync() => new(new JsonSchemas(await GeneratedFiles.ModelAsync(), isClosed: true).Files());

    private static void AssertRight(string? fault, JsonObject frame) => Assert.True(fault is null, $"{frame.ToJsonString()}\n{fault}");

    private static string? FaultOf(SchemaCheck check, string action, JsonObject frame)
        => frame["success"] is { } success ? frame.Select(field => field.Key).SequenceEqual(["request_id", "success", (bool)success ? "data" : "error"]) ? null : "Not the later envelope"
            : check.FaultOf(action, !frame.ContainsKey("status") ? "event" : (string?)frame["status"] == "success" ? "success" : "error", frame);

    private static string[] TextOf(IEnumerable<JsonObject> frames) => [.. frames.SelectMany(frame => JsonLayout.Of(frame).Split('\n'))];
}
