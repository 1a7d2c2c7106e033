using System.Text.Json;
using NativeHost.Grants;
using NativeHost.Library;
using NativeHost.Messages;
using NativeHost.Settings;
using NativeHost.Tests.Registration;

namespace NativeHost.Tests.Library;

/// <summary>A hub and a host with a cache of its own, which extensions talk to.</summary>
internal sealed class LibraryBed : IAsyncDisposable
{
    /// <summary>Of a model that takes several blocks.</summary>
    public const long Size = 24 * 1024 * 1024;

    /// <summary>Two quants of one model, Q4_K_M and Q8_0; the first takes several blocks, the second one.</summary>
    public const string Repo = "acme/big-GGUF";

    public const string File = "big-Q4_K_M.gguf";

    private readonly TemporaryFolder _folder = new();
    private readonly GrantStore _grants;

    private LibraryBed(FakeHub hub, long freeBytes, ScriptedMachine? machine)
    {
        Hub = hub;
        _grants = new GrantStore(_folder.Sub("config"), TimeProvider.System);
        Host = new TestHost(Loader, configFolder: _folder.Sub("config"), library: () => NewLibrary("work"), freeBytes: freeBytes, machine: machine);
    }

    public static Caller First { get; } = new(CallerKind.Extension, "chrome-extension://abcdefghijklmnopabcdefghijklmnop/");

    public static Caller Second { get; } = new(CallerKind.Extension, "{01234567-89ab-cdef-0123-456789abcdef}");

    public FakeHub Hub { get; }

    public ScriptedLoader Loader { get; } = new();

    public TestHost Host { get; }

    /// <summary>Folder of the cache.</summary>
    public string Cache => Path.Combine(_folder.Path, "hub", "hub");

    /// <summary>The file that a token is kept in.</summary>
    public string TokenFile => Path.Combine(_folder.Path, "hub", "token");

    public static async Task<LibraryBed> StartAsync(long freeBytes = long.MaxValue, ScriptedMachine? machine = null)
    {
        var hub = await FakeHub.StartAsync();
        SampleRepos.AddTo(hub);
        var repo = hub.AddRepo(Repo);
        repo.AddGenerated(File, Size);
        repo.AddGenerated("big-Q8_0.gguf", 100_000, seed: 2);
        return new LibraryBed(hub, freeBytes, machine);
    }

    public Dialogue Open(Caller? caller = null) => new(Host, Patience.Token, caller: caller ?? First);

    public Task GiveAsync(Caller caller, GrantKind kind) => _grants.GiveAsync(caller.Origin, kind, Patience.Token);

    /// <summary>Forgets what the hub has sent, when nothing is under way any more that would still be counted, or taken off again.</summary>
    public async Task ForgetServedAsync()
    {
        while (Hub.Transfers > 0)
        {
            await Task.Delay(1, Patience.Token);
        }

        Hub.ClearRecords();
    }

    /// <summary>Another program on the same cache.</summary>
    public ModelLibrary NewLibrary(string work)
    {
        var environment = new Dictionary<string, string?> { ["HF_ENDPOINT"] = Hub.Endpoint.AbsoluteUri, ["HF_HOME"] = Path.Combine(_folder.Path, "hub") };
        return new ModelLibrary(name => environment.GetValueOrDefault(name), new LibraryFolders(_folder.Sub("home"), _folder.Sub(work), _folder.Sub("packed")), HostSettings.Default, TimeProvider.System);
    }

    /// <summary>Hears frames until one of a type comes that fits.</summary>
    public static async Task<JsonElement> HearEventAsync(Dialogue dialogue, string type, Func<JsonElement, bool> fits)
    {
        while (true)
        {
            var frame = await dialogue.HearAsync();
            if (frame.TryGetProperty("status", out _))
            {
                throw new InvalidOperationException($"A final frame came before the event: {frame}");
            }

            if (frame.GetProperty("type").GetString() == type && fits(frame.GetProperty("payload")))
            {
                return frame.GetProperty("payload");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Hub.DisposeAsync();
        _folder.Dispose();
    }
}
