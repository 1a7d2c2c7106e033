using System.Text.Json.Nodes;
using NativeHost.Grants;
using NativeHost.Library;
using NativeHost.Messages;
using NativeHost.Settings;
using NativeHost.Tests.Commands;
using NativeHost.Tests.LmStudio;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Protocol;

/// <summary>
/// The host that transcripts are recorded with and replayed on: a hub with the sample repositories, an empty cache, models that say "word"
/// over and over, and a client that the user allowed everything.
/// </summary>
internal sealed class TranscriptBed : IAsyncDisposable
{
    /// <summary>The hub sends next to nothing, so that downloads stay where they are.</summary>
    private const string HeldDownloads = "heldDownloads";

    /// <summary>LM Studio is installed, and its server runs until it is stopped.</summary>
    private const string LmStudio = "lmStudio";

    /// <summary>The user allowed a command: <c>hello</c> and a word.</summary>
    private const string Command = "command";

    private static readonly Caller Extension = new(CallerKind.Extension, "chrome-extension://abcdefghijklmnopabcdefghijklmnop/");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeHub _hub;
    private readonly FakeLmStudio? _studio;
    private readonly TestHost _host;

    private TranscriptBed(FakeHub hub, FakeLmStudio? studio)
    {
        (_hub, _studio) = (hub, studio);
        _host = new TestHost(
            new ScriptedLoader(),
            grace: TimeSpan.FromMinutes(1),
            configFolder: _folder.Sub("config"),
            library: NewLibrary,
            userFolder: studio?.UserFolder,
            lmStudio: studio?.Endpoint);
    }

    /// <param name="with">What there is beside the hub and the machine.</param>
    public static async Task<TranscriptBed> StartAsync(IReadOnlyList<string> with)
    {
        var studio = with.Contains(LmStudio) ? NewLmStudio() : null;
        var hub = await FakeHub.StartAsync();
        SampleRepos.AddTo(hub);
        var bed = new TranscriptBed(hub, studio);
        hub.TotalRate = with.Contains(HeldDownloads) ? 1 : null;
        if (with.Contains(Command))
        {
            Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no echo to run.");
            bed._folder.Write("""{"commands":[{"name":"hello","program":"/bin/echo","arguments":[{"like":"*"}],"origins":["*"]}]}""", "config", "settings.json");
        }

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

        var texts = new Dictionary<string, string>
        {
            [_hub.Endpoint.AbsoluteUri] = "https://hub.example/",
            [_folder.Path] = "/home/user/tabagent",
            ["\\"] = "/",
        };
        if (_studio is not null)
        {
            texts[_studio.UserFolder] = "/home/user";
            texts[_studio.Endpoint.GetLeftPart(UriPartial.Authority)] = "http://127.0.0.1:1234";
        }

        return VolatileValues.Mask(frames, texts);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        if (_studio is not null)
        {
            await _studio.DisposeAsync();
        }

        await _hub.DisposeAsync();
        _folder.Dispose();
    }

    private static FakeLmStudio NewLmStudio()
    {
        var studio = new FakeLmStudio();
        studio.Install();
        RecordingProgram.WaitUntilItStarts(studio.Tool);
        studio.Answer = path => studio.ToolCalls.Contains("server stop") ? FakeLmStudio.Status(500)
            : FakeLmStudio.Status(200, path == "/api/v0/models" ? """{"data":[{"id":"qwen/qwen3-4b","type":"llm","state":"loaded"}]}""" : "{}");
        return studio;
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
