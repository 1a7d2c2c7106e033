using NativeHost.ModelCache.Blobs;
using Xunit;

namespace NativeHost.ModelCache.Tests.Blobs;

/// <summary>Disks that are full, or not to be written.</summary>
public sealed class BlobDiskTests
{
    private const int DiskFullOnUnix = 28;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);

    [Fact]
    public async Task Without_room_nothing_is_begun_and_it_is_said_how_much_is_needed()
    {
        await using var fixture = await BlobFixture.StartAsync();
        var options = fixture.Options with { SpareDiskBytes = 1000, FreeBytes = _ => BlobFixture.Size + BlobFixture.Size / 50 - 1 };

        var failure = await Assert.ThrowsAsync<ModelCacheException>(() => fixture.RunAsync(options));

        Assert.Equal(CacheFault.DiskFull, failure.Fault);
        Assert.Equal(BlobFixture.Size + (BlobFixture.Size / 50), failure.NeededBytes);
        Assert.Equal(BlobFixture.Size + (BlobFixture.Size / 50) - 1, failure.AvailableBytes);
        Assert.Contains("Make room for 0.1 GB and start again", failure.Message, StringComparison.Ordinal);
        Assert.Empty(fixture.Hub.Requests);
        Assert.Empty(Directory.GetFiles(fixture.Files.Folder));
        await fixture.RunAsync(options with { FreeBytes = _ => BlobFixture.Size + BlobFixture.Size / 50 });
    }

    [Theory]
    [InlineData(CrashPoint.BlockWritten)]
    [InlineData(CrashPoint.BlockRecorded)]
    [InlineData(CrashPoint.PartFlushed)]
    public async Task A_disk_that_fills_up_loses_nothing(string point)
    {
        await using var fixture = await BlobFixture.StartAsync();
        var seen = 0;
        var options = fixture.Options with
        {
            MaxWorkers = 1,
            FreeBytes = _ => 1_000_000_000,
            AtPoint = name =>
            {
                if (name == point && (++seen == 8 || point == CrashPoint.PartFlushed))
                {
                    throw new IOException("No space left on device", OperatingSystem.IsWindows() ? DiskFullOnWindows : DiskFullOnUnix);
                }
            },
        };

        var failure = await Assert.ThrowsAsync<ModelCacheException>(() => fixture.RunAsync(options));

        Assert.Equal(CacheFault.DiskFull, failure.Fault);
        Assert.Equal(1_000_000_000, failure.AvailableBytes);
        Assert.InRange(fixture.Hub.ServedBytes, 1, BlobFixture.Size);
        var receipt = await fixture.RunAsync();
        var kept = point switch
        {
            CrashPoint.BlockWritten => 7 * BlobFixture.BlockSize,
            CrashPoint.BlockRecorded => 8 * BlobFixture.BlockSize,
            _ => BlobFixture.Size,
        };
        Assert.Equal(BlobFixture.Size - kept, receipt.ReceivedBytes);
        await fixture.AssertPublishedAsync();
    }

    [Fact]
    public void The_system_says_that_a_disk_is_full_as_we_think()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var full = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write);

        Assert.True(DiskSpace.IsFull(Assert.ThrowsAny<IOException>(() => RandomAccess.Write(full, "x"u8, 0))));
    }

    [Fact]
    public async Task A_part_whose_space_was_set_aside_is_resumed_on_a_full_disk()
    {
        await using var fixture = await BlobFixture.StartAsync();
        await fixture.StopAtAsync(CrashPoint.BlockRecorded, nth: 5);

        await fixture.RunAsync(fixture.Options with { FreeBytes = _ => 0 });

        await fixture.AssertPublishedAsync();
    }

    [Fact]
    public async Task A_cache_that_cannot_be_made_is_named()
    {
        await using var fixture = await BlobFixture.StartAsync();
        await File.WriteAllTextAsync(fixture.Files.RepoFolder, "", Patience.Token);

        var failure = await Assert.ThrowsAsync<ModelCacheException>(() => fixture.RunAsync());

        Assert.Equal(CacheFault.CacheUnusable, failure.Fault);
        Assert.Contains(fixture.Files.RepoFolder, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_that_is_gone_at_the_end_is_named_and_can_be_filled_again()
    {
        await using var fixture = await BlobFixture.StartAsync();

        var failure = await Assert.ThrowsAsync<ModelCacheException>(() => fixture.RunAsync(fixture.Options with
        {
            AtPoint = point =>
            {
                if (point == CrashPoint.Verified)
                {
                    Directory.Delete(fixture.Files.RepoFolder, recursive: true);
                }
            },
        }));

        Assert.Equal(CacheFault.CacheUnusable, failure.Fault);
        await fixture.RunAsync();
        await fixture.AssertPublishedAsync();
    }
}
