using System.Diagnostics;
using System.Globalization;
using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Repositories;
using Xunit;

namespace NativeHost.ModelCache.Tests.Blobs;

/// <summary>What a download takes of the machine. Times are measured by the benchmark <c>downloads</c>.</summary>
public sealed class BlobCostTests
{
    private const string Variable = "TABAGENT_TEST_COST";
    private const long MostMemory = 120_000_000;

    [Fact]
    public async Task A_download_takes_little_memory_whatever_its_size()
    {
        await using var fixture = await BlobFixture.StartAsync(size: MostMemory * 3 / 2);
        var resolved = await fixture.Transport.Resolve(Patience.Token);

        using var child = ChildTest.Start(
            typeof(BlobCostTests), nameof(Child), Variable, fixture.Root, fixture.File.Content, fixture.File.Size, resolved.Location);
        await child.WaitForExitAsync(Patience.Token);

        Assert.Equal(0, child.ExitCode);
        await fixture.AssertPublishedAsync();
    }

    /// <summary>What the process does that the test above starts: not a test by itself.</summary>
    [Fact(Explicit = true)]
    public async Task Child()
    {
        var words = Environment.GetEnvironmentVariable(Variable)!.Split('|');
        Assert.True(ContentId.TryParse(words[1], out var content));
        var size = long.Parse(words[2], CultureInfo.InvariantCulture);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
        var resolved = new ResolvedFile(new Uri(words[3]), size, content, new string('c', 40), TakesToken: false);
        var transport = new BlobTransport(http, _ => Task.FromResult(resolved), static _ => { });
        var download = new BlobDownload(
            new BlobFiles(words[0], RepoId.Parse("acme/tiny-GGUF"), content),
            new RepoFile("tiny-Q4_K_M.gguf", size, content),
            transport,
            new BlobDownloadOptions { SpareDiskBytes = 0 },
            TimeProvider.System);
        using var own = Process.GetCurrentProcess();
        var idle = own.WorkingSet64;

        await download.RunAsync(null, Patience.Token);

        own.Refresh();
        Assert.InRange(own.PeakWorkingSet64 - idle, long.MinValue, MostMemory);
    }
}
