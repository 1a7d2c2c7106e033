using NativeHost.ModelCache;
using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Store;

namespace NativeHost.Library;

/// <summary>The models on this machine and the hub that they come from: the rooms of the model cache, put together as the user's environment says.</summary>
/// <remarks>Safe to use from any thread; several processes may use the same folders at once.</remarks>
internal sealed class ModelLibrary : IAsyncDisposable
{
    private readonly HubConnection _connection;

    /// <param name="variable">Gives an environment variable, or null.</param>
    /// <param name="userFolder">The user's own folder.</param>
    /// <param name="workFolder">Where what can be made again is kept, outside the cache.</param>
    /// <exception cref="ModelCacheException">The environment asks for what cannot be.</exception>
    public ModelLibrary(Func<string, string?> variable, string userFolder, string workFolder, TimeProvider time)
    {
        Settings = HubSettings.Read(variable, userFolder, proxy: null);
        Token = new HubToken(Settings);
        _connection = new HubConnection(Settings, Token, HostVersion.Text);
        Hub = new HubClient(_connection, Token, new RateLimits(workFolder, Settings.Endpoint, time), time);
        Cache = new HubCache(Settings.CacheFolder, time, variable("HF_HUB_DISABLE_SYMLINKS") is null or "" or "0");
        var catalogue = new Catalogue(workFolder, Cache, time);
        Scan = new CacheScan(Cache, catalogue, time);
        Planner = new PullPlanner(Hub, Cache, Scan);
        var foreign = new ForeignModels(ForeignPlace.Usual(variable, userFolder, SystemOfThisMachine()), Cache.Root);
        Pulls = new ModelPulls(new PullServices(Hub, _connection, Cache, new LinkIn(Cache, foreign), catalogue, new BlobDownloadOptions(), time));
        Verification = new Verification(Cache, time);
        Deletion = new Deletion(Cache);
        Garbage = new GarbageCollector(Cache, time);
    }

    public HubSettings Settings { get; }

    public HubToken Token { get; }

    public HubClient Hub { get; }

    public HubCache Cache { get; }

    public CacheScan Scan { get; }

    public PullPlanner Planner { get; }

    public ModelPulls Pulls { get; }

    public Verification Verification { get; }

    public Deletion Deletion { get; }

    public GarbageCollector Garbage { get; }

    /// <summary>The library of the user who runs this process.</summary>
    /// <inheritdoc cref="ModelLibrary(Func{string, string?}, string, string, TimeProvider)"/>
    public static ModelLibrary OfThisUser()
        => new(
            Environment.GetEnvironmentVariable,
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify),
            Path.Combine(AppFolders.Cache(), "model-cache"),
            TimeProvider.System);

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
