using System.Globalization;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Store;
using NativeHost.ModelCache.Tests.Downloads;
using Xunit;

namespace NativeHost.ModelCache.Tests.Matrix;

/// <summary>Repositories, names and clocks that are not as most are, under whole pulls.</summary>
public sealed class OddPullTests : IAsyncLifetime
{
    private const string Repo = "acme/odd-GGUF";
    private const int Size = 100_000;

    private readonly string _outside = Directory.CreateTempSubdirectory("odd-").FullName;
    private FakeHub _hub = null!;

    private string Home => Path.Combine(_outside, "a home", "größe");

    public async ValueTask InitializeAsync() => _hub = await FakeHub.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        var complaints = new CacheInvariants(_outside, "Signature=").Check();
        Directory.Delete(_outside, recursive: true);
        Assert.Empty(complaints);
    }

    [Theory]
    [InlineData("a b/größe ü – モデル 🦙/tiny model-Q4_K_M.gguf")]
    [InlineData("100%/#1&=+tiny-Q4_K_M.gguf")]
    [InlineData("a/b/c/d/e/f/g/h/tiny-Q4_K_M.gguf")]
    public async Task Names_of_all_kinds_are_pulled_and_found(string path)
    {
        _hub.AddRepo(Repo).AddGenerated(path, Size);
        await using var bed = new PullBed(_hub.Endpoint, Home);

        Assert.Equal(PullState.Completed, (await bed.PullAsync(Repo)).State);
        var file = bed.Scan.Read(Patience.Token).Repositories.Single().Revisions.Single().Files.Single();
        Assert.Equal((path, CachedFileState.Verified), (file.Path, file.State));
        Assert.Equal(Size, (await File.ReadAllBytesAsync(bed.Cache.PathOf(RepoId.Parse(Repo), _hub.AddRepo(Repo).Commit, path), Patience.Token)).Length);
    }

    [Fact]
    public async Task Names_that_lead_out_are_not_pulled_and_nothing_is_written_outside()
    {
        var repo = _hub.AddRepo(Repo);
        repo.AddGenerated("good-Q8_0.gguf", Size, seed: 1);
        foreach (var path in new[] { "../../../../../evil-Q4_K_M.gguf", "a/../../../../evil-Q5_K_M.gguf", "/evil-Q6_K.gguf", @"..\..\evil-Q3_K_M.gguf", "C:evil-Q2_K.gguf" })
        {
            repo.AddGenerated(path, Size, seed: 2);
        }

        await using var bed = new PullBed(_hub.Endpoint, Home);
        var (contents, _) = await bed.Planner.ScanAsync(RepoId.Parse(Repo), revision: null, Patience.Token);
        Assert.Equal(["good-Q8_0.gguf"], contents.Variants.SelectMany(variant => variant.Files).Select(file => file.Path));
        Assert.Equal(PullState.Completed, (await bed.PullAsync(Repo)).State);
        foreach (var quant in new[] { "Q4_K_M", "Q5_K_M", "Q6_K", "Q3_K_M", "Q2_K" })
        {
            await Assert.ThrowsAsync<ModelCacheException>(() => bed.PullAsync($"{Repo}:{quant}"));
        }

        Assert.DoesNotContain(Directory.EnumerateFiles(_outside, "*", SearchOption.AllDirectories), file => file.Contains("evil", StringComparison.Ordinal));
        Assert.All(Directory.EnumerateFiles(_outside, "*", SearchOption.AllDirectories), file => Assert.StartsWith(Home, file, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("acme/..")]
    [InlineData("acme/../../evil")]
    [InlineData("acme/a--b")]
    public async Task Names_of_repositories_that_lead_out_are_refused_before_anything_is_asked(string repo)
    {
        await using var bed = new PullBed(_hub.Endpoint, Home);

        Assert.Equal(CacheFault.InvalidAddress, (await Assert.ThrowsAsync<ModelCacheException>(() => bed.PullAsync($"hf:{repo}"))).Fault);
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public async Task A_repository_of_thousands_of_files_is_pulled_from_and_listed()
    {
        var repo = _hub.AddRepo(Repo);
        for (var number = 0; number < 3000; number++)
        {
            repo.AddFile(string.Create(CultureInfo.InvariantCulture, $"part {number % 7}/notes-{number}.txt"), $"{number}");
        }

        repo.AddGenerated("z/many-Q4_K_M.gguf", Size);
        await using var bed = new PullBed(_hub.Endpoint, Home);

        Assert.Equal(PullState.Completed, (await bed.PullAsync(Repo)).State);
        Assert.Equal(4, _hub.Requests.Count(request => request.Kind == RequestKind.Tree));
        Assert.Equal(3001, bed.Cache.ReadListing(RepoId.Parse(Repo), repo.Commit)!.Files.Count);
        Assert.Equal("z/many-Q4_K_M.gguf", bed.Scan.Read(Patience.Token).Repositories.Single().Revisions.Single().Files.Single().Path);
    }

    [Fact]
    public async Task A_clock_that_jumps_by_days_disturbs_nothing()
    {
        _hub.AddRepo(Repo).AddGenerated("tiny-Q4_K_M.gguf", Size);
        _hub.Faults.Add(Fault.Reset().Repeated(3));
        var clock = new JumpingTime();
        await using var bed = new PullBed(_hub.Endpoint, Home, new PullSetup { Time = clock, HubTime = clock });

        Assert.Equal(PullState.Completed, (await bed.PullAsync(Repo)).State);
        Assert.Equal(CachedFileState.Verified, bed.Scan.Read(Patience.Token).Repositories.Single().Revisions.Single().Files.Single().State);
        new GarbageCollector(bed.Cache, clock).Collect(TimeSpan.FromDays(30), Patience.Token);
        Assert.Equal((PullState.Completed, 0), ((await bed.PullAsync(Repo)).State, (await bed.PullAsync(Repo)).ReceivedBytes));
    }

    /// <summary>Counts on evenly, and says another date each time.</summary>
    private sealed class JumpingTime : TimeProvider
    {
        private readonly Random _random = new(1);

        public override DateTimeOffset GetUtcNow()
        {
            lock (_random)
            {
                return System.GetUtcNow() + TimeSpan.FromHours(_random.Next(-2000, 2000));
            }
        }
    }
}
