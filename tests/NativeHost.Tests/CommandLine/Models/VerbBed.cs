using System.CommandLine;
using System.Text.Json;
using NativeHost.CommandLine;
using NativeHost.CommandLine.Models;
using NativeHost.Library;
using NativeHost.Settings;
using NativeHost.Tests.Registration;

namespace NativeHost.Tests.CommandLine.Models;

/// <summary>The verbs about models, typed at a hub and a cache of their own.</summary>
internal sealed class VerbBed : IAsyncDisposable
{
    /// <summary>Two quants of one model, Q4_K_M and Q8_0; the first has 4 MB, the second is in two files.</summary>
    public const string Repo = "acme/big-GGUF";

    public const int Size = 4_000_000;

    private readonly TemporaryFolder _folder = new();

    private VerbBed(FakeHub hub) => Hub = hub;

    public FakeHub Hub { get; }

    /// <summary>The user's own folder.</summary>
    public string Home => _folder.Sub("home");

    /// <summary>The file that a token is kept in.</summary>
    public string TokenFile => Path.Combine(_folder.Path, "hub", "token");

    /// <summary>What is typed in when a token is asked for.</summary>
    public string? Typed { get; set; }

    public bool IsOffline { get; set; }

    public static async Task<VerbBed> StartAsync()
    {
        var hub = await FakeHub.StartAsync();
        SampleRepos.AddTo(hub);
        var repo = hub.AddRepo(Repo);
        repo.AddGenerated("big-Q4_K_M.gguf", Size);
        repo.AddGenerated("big-Q8_0-00001-of-00002.gguf", 300_000, seed: 2);
        repo.AddGenerated("big-Q8_0-00002-of-00002.gguf", 200_000, seed: 3);
        return new VerbBed(hub);
    }

    /// <summary>Another program on the same cache, or the same one again.</summary>
    public ModelLibrary NewLibrary()
    {
        var environment = new Dictionary<string, string?>
        {
            ["HF_ENDPOINT"] = Hub.Endpoint.AbsoluteUri,
            ["HF_HOME"] = _folder.Sub("hub"),
            ["HF_HUB_OFFLINE"] = IsOffline ? "1" : null,
        };
        return new ModelLibrary(name => environment.GetValueOrDefault(name), new LibraryFolders(Home, _folder.Sub("work"), _folder.Sub("packed")), HostSettings.Default, TimeProvider.System);
    }

    /// <summary>Types a verb where stdout is a file.</summary>
    public Task<Typed> TypeAsync(params string[] words) => TypeAsync(words, isLive: false, hasColours: false, printed: null, Patience.Token);

    /// <summary>Types a verb where stdout is a screen.</summary>
    public Task<Typed> TypeAtScreenAsync(params string[] words) => TypeAsync(words, isLive: true, hasColours: true, printed: null, Patience.Token);

    /// <param name="printed">Takes the place of stdout; null for none.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<Typed> TypeAsync(string[] words, bool isLive, bool hasColours, TextWriter? printed, CancellationToken cancellationToken)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var verbs = new LibraryVerbs(printed ?? output, errors, new Screen(printed ?? output, isLive, hasColours), NewLibrary);
        var root = new RootCommand
        {
            PullCommand.Create(verbs),
            ListCommand.Create(verbs, TimeProvider.System),
            ShowCommand.Create(verbs),
            VerifyCommand.Create(verbs),
            RemoveCommand.Create(verbs),
            CollectCommand.Create(verbs),
            SearchCommand.Create(verbs),
            TokenCommand.Create(verbs, _ => Task.FromResult(Typed)),
        };
        var configuration = new InvocationConfiguration { Output = output, Error = errors, EnableDefaultExceptionHandler = false };
        var exitCode = await root.Parse(words).InvokeAsync(configuration, cancellationToken);
        return new Typed(exitCode, output.ToString(), errors.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>What a verb ended with and printed.</summary>
internal sealed record Typed(int ExitCode, string Output, string Errors)
{
    /// <summary>Stdout, which holds one JSON document.</summary>
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Output);
            return document.RootElement.Clone();
        }
    }
}
