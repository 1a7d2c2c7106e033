using NativeHost.ModelCache.Blobs;
using Xunit;

namespace NativeHost.ModelCache.Tests.Blobs;

/// <summary>Wrong bytes are never published, and cost no more than they must.</summary>
public sealed class BlobRepairTests
{
    [Fact]
    public async Task What_the_disk_changed_after_it_was_received_is_fetched_again_alone()
    {
        await using var fixture = await BlobFixture.StartAsync();
        var isChanged = 0;

        var receipt = await fixture.RunAsync(fixture.Options with
        {
            AtPoint = point =>
            {
                if (point == CrashPoint.BlockWritten && Interlocked.Exchange(ref isChanged, 1) == 0)
                {
                    // The first block was just written by one of the two workers; the other one has not come to its end.
                    Corrupt(fixture.Files.Part, 10);
                    Corrupt(fixture.Files.Part, (BlobFixture.Size / 8 / BlobFixture.BlockSize * BlobFixture.BlockSize) + 10);
                }
            },
        });

        await fixture.AssertPublishedAsync();
        Assert.InRange(receipt.ReceivedBytes, BlobFixture.Size + 1, BlobFixture.Size + (2 * BlobFixture.BlockSize));
    }

    [Fact]
    public async Task Several_bits_that_flip_on_the_way_are_found_by_asking_again()
    {
        await using var fixture = await BlobFixture.StartAsync();
        fixture.Hub.Faults.Add(Fault.FlippedBit(at: 100));
        fixture.Hub.Faults.Add(Fault.FlippedBit(at: 50_000));
        fixture.Hub.Faults.Add(Fault.FlippedBit(at: BlobFixture.Size - 1));

        var receipt = await fixture.RunAsync();

        Assert.Equal(3, fixture.Hub.Faults.Happened);
        await fixture.AssertPublishedAsync();
        Assert.InRange(receipt.ReceivedBytes, 2 * BlobFixture.Size, (2 * BlobFixture.Size) + (6 * BlobFixture.BlockSize));
    }

    [Fact]
    public async Task A_line_that_flips_a_bit_in_each_seventh_answer_is_outvoted()
    {
        await using var fixture = await BlobFixture.StartAsync();
        fixture.Hub.Faults.Add(Fault.FlippedBit().EachNth(7));

        await fixture.RunAsync(fixture.Options with { MaxWorkers = 1 });

        Assert.InRange(fixture.Hub.Faults.Happened, 5, 12);

        await fixture.AssertPublishedAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(BlobFixture.BlockSize - 1)]
    [InlineData(BlobFixture.BlockSize)]
    [InlineData(BlobFixture.Size / 2)]
    [InlineData(BlobFixture.Size - 1)]
    public async Task A_bit_that_always_flips_is_never_published(int at)
    {
        await using var fixture = await BlobFixture.StartAsync();
        fixture.Hub.Faults.Add(Fault.FlippedBit(at).Always());

        var failure = await Assert.ThrowsAsync<ModelCacheException>(() => fixture.RunAsync());

        Assert.Equal(CacheFault.HashMismatch, failure.Fault);
        Assert.Contains("the same each time", failure.Message, StringComparison.Ordinal);
        Assert.Equal([fixture.Files.Quarantine], Directory.GetFiles(fixture.Files.Folder));
        Assert.Equal(BlobFixture.Size, new FileInfo(fixture.Files.Quarantine).Length);
        Assert.InRange(fixture.Hub.ServedBytes, 3 * BlobFixture.Size, 3 * BlobFixture.Size);

        fixture.Hub.Faults.Clear();
        await fixture.RunAsync();
        await fixture.AssertPublishedAsync();
    }

    [Fact]
    public async Task Bytes_that_are_others_each_time_are_named_in_the_error()
    {
        await using var fixture = await BlobFixture.StartAsync();
        var at = (5 * BlobFixture.BlockSize) + 1;
        for (var offset = 0; offset < 40; offset++)
        {
            fixture.Hub.Faults.Add(Fault.FlippedBit(at + offset));
        }

        var failure = await Assert.ThrowsAsync<ModelCacheException>(() => fixture.RunAsync());

        Assert.Equal(CacheFault.HashMismatch, failure.Fault);
        Assert.Contains("at byte 20480", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(fixture.Files.Blob));
    }

    [Fact]
    public async Task A_small_file_is_repaired_too()
    {
        await using var fixture = await BlobFixture.StartSmallAsync(new byte[20_000]);
        fixture.Hub.Faults.Add(Fault.FlippedBit(at: 7000).On(RequestKind.SmallFile));

        await fixture.RunAsync();

        await fixture.AssertPublishedAsync();
    }

    [Fact]
    public async Task Killed_while_it_repairs_it_repairs_the_next_time()
    {
        await using var fixture = await BlobFixture.StartAsync();
        fixture.Hub.Faults.Add(Fault.FlippedBit(at: 50_000));
        await fixture.StopAtAsync(CrashPoint.BlockRecorded, nth: 30);

        await fixture.RunAsync();

        Assert.Equal(1, fixture.Hub.Faults.Happened);
        await fixture.AssertPublishedAsync();
    }

    private static void Corrupt(string path, long at)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var bytes = new byte[1];
        RandomAccess.Read(file, bytes, at);
        bytes[0] ^= 1;
        RandomAccess.Write(file, bytes, at);
    }
}
