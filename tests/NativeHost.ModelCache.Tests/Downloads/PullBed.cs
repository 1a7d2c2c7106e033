using System.Security.Cryptography;
using NativeHost.Hardware.Planning;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Store;
using NativeHost.ModelCache.Variants;
using Xunit;

namespace NativeHost.ModelCache.Tests.Downloads;

/// <summary>All rooms of the model cache on one folder, as a program puts them together. Several on one folder are several programs.</summary>
internal sealed class PullBed : IAsyncDisposable
{
    private readonly HubConnection _connection;

    public PullBed(Uri endpoint, string home, PullSetup? setup = null)
    {
        var with = setup ?? new PullSetup();
        var environment = new Dictionary<string, string?>
        {
            ["HF_ENDPOINT"] = endpoint.AbsoluteUri,
            ["HF_HOME"] = home,
            ["HF_HUB_OFFLINE"] = with.IsOffline ? "1" : null,
            ["HF_TOKEN"] = with.Token,
        };
        var settings = HubSettings.Read(name => environment.GetValueOrDefault(name), home, with.Proxy);
        var token = new HubToken(settings);
        _connection = new HubConnection(settings, token, with.Version);
        var hub = new HubClient(_connection, token, new RateLimits(Path.Combine(home, "limits"), settings.Endpoint, with.HubTime), with.HubTime);
        Cache = new HubCache(settings.CacheFolder, with.Time, with.Ways);
        var catalogue = new Catalogue(Path.Combine(home, "ours"), Cache, with.Time);
        Scan = new CacheScan(Cache, catalogue, with.Time);
        Planner = new PullPlanner(hub, Cache, Scan);
        var foreign = new ForeignModels([new ForeignPlace("Studio", Path.Combine(home, "studio"), ForeignLayout.Files)], Cache.Root);
        var services = new PullServices(hub, _connection, Cache, new LinkIn(Cache, foreign), catalogue, with.Blobs, with.Time);
        Pulls = new ModelPulls(services);
        Headers = new ModelHeaders(services);
    }

    public HubCache Cache { get; }

    public CacheScan Scan { get; }

    public PullPlanner Planner { get; }

    public ModelPulls Pulls { get; }

    public ModelHeaders Headers { get; }

    public Task<PullPlan> PlanAsync(string address) => Planner.PlanAsync(ModelAddress.Parse(address), freeBytes: null, new PlanSettings(), Patience.Token);

    public async Task<PullJob> StartAsync(string address, int priority = 0) => Pulls.Start(await PlanAsync(address), priority);

    public async Task<PullStatus> PullAsync(string address) => await (await StartAsync(address)).EndAsync(Patience.Token);

    /// <summary>Each blob is what its name says.</summary>
    public void AssertSound()
    {
        foreach (var blob in Directory.Exists(Cache.Root) ? Directory.EnumerateFiles(Cache.Root, "*", SearchOption.AllDirectories) : [])
        {
            if (Path.GetFileName(blob) is { Length: 64 } name)
            {
                Assert.Equal(name, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(blob))));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Pulls.DisposeAsync();
        _connection.Dispose();
    }
}
