using System.Text.Json.Nodes;

namespace NativeHost.Tests.Protocol;

/// <summary>Recorded exchanges of one action: what a client asked, and every frame that it got about it.</summary>
/// <remarks>
/// One file for each action in tests/Golden/transcripts. A person writes <c>client</c>, <c>before</c> and <c>request</c>; <c>frames</c> are
/// recorded, with what differs from run to run masked.
/// </remarks>
internal sealed record Transcript(string Action, IReadOnlyList<RecordedExchange> Exchanges)
{
    public static string Folder { get; } = Path.Combine(Repository.Folder, "tests", "Golden", "transcripts");

    /// <summary>All of them, by action.</summary>
    public static IReadOnlyDictionary<string, Transcript> All()
        => !Directory.Exists(Folder) ? new Dictionary<string, Transcript>()
            : Directory.EnumerateFiles(Folder, "*.json").Select(Read).ToDictionary(transcript => transcript.Action);

    public static Transcript Read(string file)
    {
        var exchanges = JsonNode.Parse(File.ReadAllText(file))!.AsArray();
        return new Transcript(Path.GetFileNameWithoutExtension(file), [.. exchanges.Select(exchange => RecordedExchange.Of(exchange!.AsObject()))]);
    }

    /// <summary>The file's text.</summary>
    public override string ToString() => JsonLayout.Of(new JsonArray([.. Exchanges.Select(exchange => exchange.ToJson())])) + "\n";
}

/// <summary>One request and what came of it.</summary>
/// <param name="Client">Which generation of clients asks so.</param>
/// <param name="Before">Requests that are answered before, so that the recorded one finds what it is about; <c>$name</c> in one stands for a field of the answer before.</param>
/// <param name="With">What there is beside the hub and the machine: constants of <see cref="TranscriptBed"/>.</param>
/// <param name="Frames">Events in their order, and the final frame as the last.</param>
internal sealed record RecordedExchange(string Client, IReadOnlyList<JsonObject> Before, JsonObject Request, IReadOnlyList<JsonObject> Frames, IReadOnlyList<string> With)
{
    /// <summary>The route that is asked for in the later envelope; null in the usual one.</summary>
    public string? Route => (string?)Request["route"];

    public JsonObject? Final => Frames.Count > 0 ? Frames[^1] : null;

    public bool IsSuccess => (string?)Final?["status"] == "success";

    public static RecordedExchange Of(JsonObject json)
        => new((string)json["client"]!, ObjectsOf(json["before"]), json["request"]!.DeepClone().AsObject(), ObjectsOf(json["frames"]), [.. json["with"]?.AsArray().Select(word => (string)word!) ?? []]);

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["client"] = Client };
        if (Before.Count > 0)
        {
            json["before"] = ArrayOf(Before);
        }

        if (With.Count > 0)
        {
            json["with"] = new JsonArray([.. With.Select(word => JsonValue.Create(word))]);
        }

        json["request"] = Request.DeepClone();
        json["frames"] = ArrayOf(Frames);
        return json;
    }

    private static JsonArray ArrayOf(IEnumerable<JsonObject> objects) => new([.. objects.Select(item => item.DeepClone())]);

    private static IReadOnlyList<JsonObject> ObjectsOf(JsonNode? array) => [.. array?.AsArray().Select(item => item!.DeepClone().AsObject()) ?? []];
}
