using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Repositories;
using Xunit;

namespace NativeHost.ModelCache.Tests.Hub;

/// <summary>A client with a home of its own, for one test.</summary>
internal sealed class HubBed : IDisposable
{
    public const string Token = "hf_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh";

    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    public static readonly RepoId Repo = RepoId.Parse("acme/tiny-GGUF");

    private readonly Dictionary<string, string?> _environment;

    /// <param name="server">Null for the network.</param>
    /// <param name="endpoint">Null for the public hub.</param>
    public HubBed(ScriptedServer? server, Uri? endpoint = null, string? token = null, params (string Name, string Value)[] environment)
    {
        _environment = environment.ToDictionary(pair => pair.Name, string? (pair) => pair.Value);
        _environment["HF_ENDPOINT"] = endpoint?.AbsoluteUri;
        Settings = HubSettings.Read(name => _environment.GetValueOrDefault(name), Home, null);
        Tokens = new HubToken(Settings);
        if (token is not null)
        {
            Tokens.Store(token);
        }

        Connection = server is null ? new HubConnection(Settings, Tokens, "1.2.3") : new HubConnection(Settings, Tokens, "1.2.3", server);
        Limits = new RateLimits(LimitsFolder, Settings.Endpoint, Time);
        Client = new HubClient(Connection, Tokens, Limits, Time);
    }

    public string Home { get; } = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public string LimitsFolder => Path.Combine(Home, "limits");

    public InstantTime Time { get; } = new();

    public HubSettings Settings { get; }

    public HubToken Tokens { get; }

    public HubConnection Connection { get; }

    public RateLimits Limits { get; }

    public HubClient Client { get; }

    /// <summary>What an action throws, which may give nothing away.</summary>
    public static async Task<ModelCacheException> FailsAsync(Func<Task> action)
    {
        var failure = await Assert.ThrowsAsync<ModelCacheException>(action);
        var all = $"{failure} {failure.RequestId} {string.Join(' ', failure.Choices)}";
        Assert.DoesNotContain(Token, all, StringComparison.Ordinal);
        Assert.DoesNotContain("Signature=", all, StringComparison.Ordinal);
        return failure;
    }

    public static async Task<CacheFault> FaultAsync(Func<Task> action) => (await FailsAsync(action)).Fault;

    public void Dispose()
    {
        Connection.Dispose();
        if (!Directory.Exists(Home))
        {
            return;
        }

        // Whatever a test did: the token is in its own file and in no other.
        var holders = Directory.EnumerateFiles(Home, "*", SearchOption.AllDirectories)
            .Where(file => file != Settings.TokenPath && File.ReadAllText(file).Contains(Token, StringComparison.Ordinal))
            .ToList();
        Directory.Delete(Home, recursive: true);
        Assert.Empty(holders);
    }
}
