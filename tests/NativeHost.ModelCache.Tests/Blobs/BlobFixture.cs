using System.Security.Cryptography;
using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Repositories;
using Xunit;

namespace NativeHost.ModelCache.Tests.Blobs;

/// <summary>A hub with one file, an empty cache, and downloads from the one into the other. After each test every blob hashes to its name.</summary>
internal sealed class BlobFixture : IAsyncDisposable
{
    public const int BlockSize = 4096;
    public const int Size = (25 * BlockSize) + 123;
    public const string Token = "hf_secretOfTheTestsAndOfNobodyElse12345";

    private const string RepoName = "acme/tiny-GGUF";
    private const string FileName = "tiny-Q4_K_M.gguf";

    private readonly ScratchFolder _folder = new();
    private int _resolved;

    private BlobFixture(FakeHub hub, FakeFile file)
    {
        (Hub, Remote) = (hub, file);
        hub.AddToken(Token);
        Assert.True(ContentId.TryParse(file.BlobName, out var content));
        File = new RepoFile(file.Path, file.Size, content);
        Files = new BlobFiles(_folder.Path, RepoId.Parse(RepoName), content);
        Transport = new BlobTransport(
            new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan },
            ResolveAsync,
            request => request.Headers.Authorization = new("Bearer", Token));
    }

    public FakeHub Hub { get; }

    public FakeFile Remote { get; }

    public RepoFile File { get; init; }

    public BlobFiles Files { get; init; }

    public BlobTransport Transport { get; init; }

    /// <summary>How often an address was asked for.</summary>
    public int Resolved => Volatile.Read(ref _resolved);

    public BlobDownloadOptions Options { get; init; } = new()
    {
        BlockSize = BlockSize,
        SpareDiskBytes = 0,
        ShortestPause = TimeSpan.FromMilliseconds(1),
        LongestPause = TimeSpan.FromMilliseconds(20),
        WatchInterval = TimeSpan.FromMilliseconds(10),
        WidthInterval = TimeSpan.FromMilliseconds(5),
        LongestSilence = TimeSpan.FromSeconds(1),
        Patience = TimeSpan.FromSeconds(10),
    };

    public string Root => _folder.Path;

    public static async Task<BlobFixture> StartAsync(long size = Size)
    {
        var hub = await FakeHub.StartAsync();
        return new BlobFixture(hub, hub.AddRepo(RepoName).AddGenerated(FileName, size));
    }

    public static async Task<BlobFixture> StartSmallAsync(ReadOnlyMemory<byte> bytes)
    {
        var hub = await FakeHub.StartAsync();
        return new BlobFixture(hub, hub.AddRepo(RepoName).AddFile("config.json", bytes));
    }

    public Task<BlobReceipt> RunAsync(
        BlobDownloadOptions? options = null, IProgress<BlobProgress>? progress = null, CancellationToken? cancellationToken = null)
        => new BlobDownload(Files, File, Transport, options ?? Options, TimeProvider.System).RunAsync(progress, cancellationToken ?? Patience.Token);

    /// <summary>Runs until it is cancelled at a named point, as a process that is killed there leaves the disk.</summary>
    public async Task StopAtAsync(string point, int nth = 1)
    {
        using var stop = new CancellationTokenSource();
        var seen = 0;
        var options = Options with
        {
            MaxWorkers = 1,
            AtPoint = name =>
            {
                if (name == point && Interlocked.Increment(ref seen) >= nth)
                {
                    stop.Cancel();
                    throw new OperationCanceledException(stop.Token);
                }
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(options, cancellationToken: stop.Token));
        Assert.Equal(nth, seen);
    }

    /// <summary>The blob is there and right, known to be, and alone.</summary>
    /// <param name="isOurs">Whether it was downloaded, and so is protected.</param>
    public async Task AssertPublishedAsync(bool isOurs = true)
    {
        Assert.Equal(Remote.Size, new FileInfo(Files.Blob).Length);
        Assert.True(await ContentHash.MatchesAsync(Files.Blob, File.Size, File.Content, onRead: null, Patience.Token));
        Assert.True(BlobStamp.IsGood(Files));
        Assert.Equal([Files.Blob, Files.Stamp], Directory.GetFiles(Files.Folder).Where(file => file != Files.Quarantine).Order(StringComparer.Ordinal));
        if (isOurs && !OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead, System.IO.File.GetUnixFileMode(Files.Blob));
        }
    }

    public byte[] Content()
    {
        var bytes = new byte[Remote.Size];
        Remote.Content.Read(0, bytes);
        return bytes;
    }

    public async ValueTask DisposeAsync()
    {
        Transport.Http.Dispose();
        await Hub.DisposeAsync();
        using (_folder)
        {
            foreach (var blob in Directory.GetFiles(Root, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file).Length == 64))
            {
                Assert.Equal(Path.GetFileName(blob), Convert.ToHexStringLower(SHA256.HashData(await System.IO.File.ReadAllBytesAsync(blob, Patience.Token))));
            }

            Assert.Empty(Hub.Leaks);
        }
    }

    private async Task<ResolvedFile> ResolveAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _resolved);
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(Hub.Endpoint, $"{RepoName}/resolve/main/{File.Path}"));
        using var answer = await Transport.Http.SendAsync(request, cancellationToken);
        if (answer.Headers.Location is not { } location)
        {
            throw new ModelCacheException(CacheFault.Network, $"The hub answered {(int)answer.StatusCode}.");
        }

        var commit = answer.Headers.GetValues("X-Repo-Commit").Single();
        return location.IsAbsoluteUri
            ? new ResolvedFile(location, long.Parse(answer.Headers.GetValues("X-Linked-Size").Single()), File.Content, commit, TakesToken: false)
            : new ResolvedFile(new Uri(Hub.Endpoint, location), File.Size, File.Content, commit, TakesToken: true);
    }
}
