using System.Text.Json.Nodes;
using NativeHost.Grants;
using NativeHost.Library;
using NativeHost.Messages;
using NativeHost.Settings;
using NativeHost.Tests.Registration;

namespace NativeHost.Tests.Protocol;

/// <summary>
/// The host that transcripts are recorded with and replayed on: a hub with the sample repositories, an empty cache, models that say "word"
/// over and over, and a client that the user allowed everything.
/// </summary>
internal sealed class TranscriptBed : IAsyncDisposable
{
    private static readonly Caller Extension = new(CallerKind.Extension, "chrome-extension://abcdefghijklmnopabcdefghijklmnop/");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeHub _hub;
    private readonly TestHost _host;

    private TranscriptBed(FakeHub hub)
    {
        _hub = hub;
        _host = new TestHost(new ScriptedLoader(), grace: TimeSpan.FromMinutes(1), configFolder: _folder.Sub("config"), library: NewLibrary);
    }

    public static async Task<TranscriptBed> StartAsync()
    {
        var hub = await FakeHub.StartAsync();
        SampleRepos.AddTo(hub);
        var bed = new TranscriptBed(hub);
        var grants = new GrantStore(bed._folder.Sub("config"), TimeProvider.System);
        foreach (var grant in GrantKinds.All)
        {
            await grants.GiveAsync(Extension.Origin, grant, Patience.Token);
        }

        return bed;
    }

    /// <summary>Asks what was asked, on a port of its own.</summary>
    /// <param name="check">Sees each frame as it came.</param>
    /// <returns>The frames about the recorded request, masked.</returns>
    public async Task<IReadOnlyList<JsonObject>> ReplayAsync(RecordedExchange exchange, Action<JsonObject> check)
    {
        // The command line asks what only a broker answers.
        var isLocal = (string?)exchange.Request["action"] is "broker_status" or "broker_stop";
        _hub.TotalRate = exchange.HoldsDownloads ? 1 : null;
        await using var dialogue = new Dialogue(_host, Patience.Token, caller: isLocal ? Caller.Local : Extension, asBroker: isLocal);
        var last = new JsonObject();
        foreach (var request in exchange.Before)
        {
            last = JsonNode.Parse((await dialogue.AskAsync(Filled(request, last).ToJsonString())).GetRawText())!.AsObject();
        }

        await dialogue.SayAsync(Filled(exchange.Request, last).ToJsonString());
        var frames = new List<JsonObject>();
        do
        {
            frames.Add(JsonNode.Parse((await dialogue.HearAsync()).GetRawText())!.AsObject());
            check(frames[^1]);
        }
        while (!frames[^1].ContainsKey("status") && !frames[^1].ContainsKey("success"));

        return VolatileValues.Mask(frames, new Dictionary<string, string>
        {
            [_hub.Endpoint.AbsoluteUri] = "https://hub.example/",
            [_folder.Path] = "/home/user/tabagent",
            ["\\"] = "/",
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _hub.DisposeAsync();
        _folder.Dispose();
    }

    // "$name" stands for what the last answer has under this name in its payload.
    private static JsonObject Filled(JsonObject request, JsonObject last)
    {
        var filled = request.DeepClone().AsObject();
        foreach (var (name, value) in request)
        {
            if (value is JsonValue text && text.TryGetValue<string>(out var word) && word.StartsWith('$'))
            {
                filled[name] = last["payload"]![word[1..]]!.DeepClone();
            }
        }

        return filled;
    }

    private ModelLibrary NewLibrary()
    {
        var environment = new Dictionary<string, string?> { ["HF_ENDPOINT"] = _hub.Endpoint.AbsoluteUri, ["HF_HOME"] = _folder.Sub("cache") };
        return new ModelLibrary(
            environment.GetValueOrDefault, new LibraryFolders(_folder.Sub("home"), _folder.Sub("work"), _folder.Sub("packed")), HostSettings.Default, TimeProvider.System);
    }
}
