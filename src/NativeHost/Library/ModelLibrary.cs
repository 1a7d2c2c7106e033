using NativeHost.BitNet;
using NativeHost.Hardware.Planning;
using NativeHost.ModelCache;
using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Store;
using NativeHost.ModelCache.Variants;
using NativeHost.Planning;
using NativeHost.Settings;

namespace NativeHost.Library;

/// <summary>The models on this machine and the hub that they come from: the rooms of the model cache, put together as the user's environment says.</summary>
/// <remarks>Safe to use from any thread; several processes may use the same folders at once.</remarks>
internal sealed class ModelLibrary : IAsyncDisposable
{
    private readonly HubConnection _connection;
    private readonly KeptWeights _kept;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<string> _oldStores;

    /// <param name="variable">Gives an environment variable, or null.</param>
    /// <param name="chosen">What the user chose about downloads.</param>
    /// <exception cref="ModelCacheException">The environment or the user asks for what cannot be.</exception>
    public ModelLibrary(Func<string, string?> variable, LibraryFolders folders, HostSettings chosen, TimeProvider time)
    {
        _time = time;
        Settings = HubSettings.Read(variable, folders.User, chosen.Proxy);
        Token = new HubToken(Settings);
        _connection = new HubConnection(Settings, Token, HostVersion.Text);
        Hub = new HubClient(_connection, Token, new RateLimits(folders.Work, Settings.Endpoint, time), time);
        Cache = new HubCache(Settings.CacheFolder, time, Settings.UsesSymbolicLinks);
        Catalogue = new Catalogue(folders.Work, Cache, time);
        Scan = new CacheScan(Cache, Catalogue, time);
        Planner = new PullPlanner(Hub, Cache, Scan);
        Bandwidth = new BandwidthLimit(time) { BytesPerSecond = chosen.DownloadMegabytesPerSecond > 0 ? (long)(chosen.DownloadMegabytesPerSecond * 1e6) : null };
        Downloading = new BlobDownloadOptions { Bandwidth = Bandwidth };
        Foreign = new ForeignModels(ForeignPlace.Usual(variable, folders.User, SystemOfThisMachine()), Cache.Root);
        _oldStores = OldChunkStore.UsualFolders(variable, folders.User, AppContext.BaseDirectory, SystemOfThisMachine());
        var services = new PullServices(Hub, _connection, Cache, new LinkIn(Cache, Foreign), Catalogue, Downloading, time);
        Pulls = new ModelPulls(services);
        Headers = new ModelHeaders(services);
        Verification = new Verification(Cache, time);
        _kept = new KeptWeights(folders.Packed, time);
        Deletion = new Deletion(Cache);
        Garbage = new GarbageCollector(Cache, time);
    }

    public HubSettings Settings { get; }

    public HubToken Token { get; }

    public HubClient Hub { get; }

    public HubCache Cache { get; }

    public Catalogue Catalogue { get; }

    public CacheScan Scan { get; }

    /// <summary>What other programs have.</summary>
    public ForeignModels Foreign { get; }

    public PullPlanner Planner { get; }

    /// <summary>What all downloads of this process together may take.</summary>
    public BandwidthLimit Bandwidth { get; }

    /// <summary>How all of them are made.</summary>
    public BlobDownloadOptions Downloading { get; }

    public ModelPulls Pulls { get; }

    public ModelHeaders Headers { get; }

    public Verification Verification { get; }

    public Deletion Deletion { get; }

    public GarbageCollector Garbage { get; }

    /// <summary>The library of the user who runs this process.</summary>
    /// <param name="chosen">What the user chose about downloads.</param>
    /// <exception cref="ModelCacheException">The environment or the user asks for what cannot be.</exception>
    public static ModelLibrary OfThisUser(HostSettings chosen)
        => new(
            Environment.GetEnvironmentVariable,
            new LibraryFolders(
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify),
                Path.Combine(AppFolders.Cache(), "model-cache"),
                AppFolders.PackedWeights()),
            chosen,
            TimeProvider.System);

    /// <summary>What a pull of an address would fetch: where it leaves the quant open, one that fits into memory.</summary>
    /// <param name="roomBytes">Memory that a model may take.</param>
    /// <exception cref="ModelCacheException">There is no such model, none fits, or the hub does not tell.</exception>
    public Task<PullPlan> PlanPullAsync(ModelAddress address, long roomBytes, CancellationToken cancellationToken)
        => Planner.PlanAsync(
            address,
            roomBytes,
            new PlanSettings(),
            cancellationToken,
            contents => VariantNeeds.FindAsync(Headers, contents, address, roomBytes, cancellationToken));

    /// <summary>Deletes what an address means, and what was made of it.</summary>
    /// <inheritdoc cref="ModelRemoval.Remove"/>
    public DeletionReport Remove(ModelAddress address)
    {
        var report = ModelRemoval.Remove(this, address);
        _kept.RemoveStale();
        return report;
    }

    /// <summary>Reads all bytes of a repository and what was made of it; the latter is made again where it is damaged.</summary>
    /// <inheritdoc cref="Verification.VerifyAsync"/>
    public async Task<IReadOnlyList<VerifiedContent>> VerifyAsync(RepoId repo, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var found = await Verification.VerifyAsync(repo, progress, cancellationToken);
        await Task.Run(() => _kept.RemoveDamaged(Path.Combine(Cache.Root, repo.FolderName), cancellationToken), cancellationToken);
        return found;
    }

    /// <summary>Remembers that a model was used now, unless that cannot be written.</summary>
    public async Task NoteUseAsync(PullPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            var now = _time.GetUtcNow();
            await Catalogue.NoteAsync(new ModelKey(plan.Repo, plan.Variant.Label?.Text), note => note with { LastUsed = now }, cancellationToken);
        }
        catch (ModelCacheException)
        {
            // A disk that is full keeps nobody from using what is there.
        }
    }

    /// <summary>What the host before this one left on this machine.</summary>
    public IReadOnlyList<OldChunkStore> FindOldStores() => OldChunkStore.Find(_oldStores);

    /// <summary>Deletes, in the background, what the system still held when it was to be deleted before.</summary>
    public void FinishDeletions()
        => _ = Task.Run(() =>
        {
            try
            {
                Deletion.FinishEarlier();
            }
            catch (ModelCacheException)
            {
                // A cache that cannot be read is told to who asks for it.
            }
        });

    public async ValueTask DisposeAsync()
    {
        await Pulls.DisposeAsync();
        _connection.Dispose();
    }

    private static ForeignSystem SystemOfThisMachine()
        => OperatingSystem.IsWindows() ? ForeignSystem.Windows : OperatingSystem.IsMacOS() ? ForeignSystem.MacOS : ForeignSystem.Linux;
}
