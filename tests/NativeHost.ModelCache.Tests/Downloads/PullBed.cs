using System.Security.Cryptography;
using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Store;
using NativeHost.ModelCache.Variants;
using Xunit;

namespace NativeHost.ModelCache.Tests.Downloads;

/// <summary>All rooms of the model cache on one folder, as a program puts them together. Several on one folder are several programs.</summary>
internal sealed class PullBed : IAsyncDisposable
{
    /// <summary>So that small files have blocks, too.</summary>
    public static readonly BlobDownloadOptions SmallBlocks = new() { BlockSize = 4096, SpareDiskBytes = 0 };

    private readonly HubConnection _connection;

    public PullBed(Uri endpoint, string home, BlobDownloadOptions? options = null, bool isOffline = false, PointerWays ways = PointerWays.All)
    {
        var environment = new Dictionary<string, string?>
        {
            ["HF_ENDPOINT"] = endpoint.AbsoluteUri,
            ["HF_HOME"] = home,
            ["HF_HUB_OFFLINE"] = isOffline ? "1" : null,
        };
        var time = TimeProvider.System;
        var settings = HubSettings.Read(name => environment.GetValueOrDefault(name), home, proxy: null);
        var token = new HubToken(settings);
        _connection = new HubConnection(settings, token, "1.2.3");
        var hub = new HubClient(_connection, token, new RateLimits(Path.Combine(home, "limits"), settings.Endpoint, time), time);
        Cache = new HubCache(settings.CacheFolder, time, ways);
        var catalogue = new Catalogue(Path.Combine(home, "ours"), Cache, time);
        Scan = new CacheScan(Cache, catalogue, time);
        Planner = new PullPlanner(hub, Cache, Scan);
        var foreign = new ForeignModels([new ForeignPlace("Studio", Path.Combine(home, "studio"), ForeignLayout.Files)], Cache.Root);
        Pulls = new ModelPulls(new PullServices(
            hub, _connection, Cache, new LinkIn(Cache, foreign), catalogue, options ?? SmallBlocks, time));
    }

    public HubCache Cache { get; }

    public CacheScan Scan { get; }

    public PullPlanner Planner { get; }

    public ModelPulls Pulls { get; }

    public async Task<PullJob> StartAsync(string address, int priority = 0)
        => Pulls.Start(await Planner.PlanAsync(ModelAddress.Parse(address), freeBytes: null, new FitSettings(), Patience.Token), priority);

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
