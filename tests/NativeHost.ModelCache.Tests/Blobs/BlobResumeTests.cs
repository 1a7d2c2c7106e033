using NativeHost.ModelCache.Blobs;
using Xunit;

namespace NativeHost.ModelCache.Tests.Blobs;

/// <summary>After its owner is gone a download goes on with what the disk really holds.</summary>
public sealed class BlobResumeTests
{
    /// <summary>Blocks that were recorded when the owner died.</summary>
    private const int Recorded = 10;

    private const long RecordedBytes = Recorded * (long)BlobFixture.BlockSize;

    public static TheoryData<string> Points => [.. CrashPoint.All.Except([CrashPoint.Quarantined])];

    [Fact]
    public async Task Only_what_is_missing_is_fetched()
    {
        await using var fixture = await StoppedAsync();

        var receipt = await fixture.RunAsync();

        Assert.Equal(BlobFixture.Size - RecordedBytes, receipt.ReceivedBytes);
        await fixture.AssertPublishedAsync();
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Wherever_it_dies_the_next_one_ends_it(string point)
    {
        await using var fixture = await BlobFixture.StartAsync();
        await fixture.StopAtAsync(point);
        fixture.Hub.ClearRecords();

        await fixture.RunAsync();

        await fixture.AssertPublishedAsync();
        if (point is not (CrashPoint.PartCreated or CrashPoint.BlockWritten or CrashPoint.BlockRecorded))
        {
            Assert.Empty(fixture.Hub.Requests);
        }
    }

    [Fact]
    public async Task A_journal_that_is_cut_anywhere_costs_the_blocks_whose_records_are_lost()
    {
        await using var fixture = await StoppedAsync();
        var journal = await File.ReadAllBytesAsync(fixture.Files.Journal, Patience.Token);
        var part = await File.ReadAllBytesAsync(fixture.Files.Part, Patience.Token);
        for (var length = 0; length < journal.Length; length += 13)
        {
            DeleteBlob(fixture);
            await File.WriteAllBytesAsync(fixture.Files.Journal, journal[..length], Patience.Token);
            await File.WriteAllBytesAsync(fixture.Files.Part, part, Patience.Token);

            var receipt = await fixture.RunAsync();

            var kept = Math.Max(0, length - JournalFormat.HeaderBytes) / JournalFormat.RecordBytes;
            Assert.Equal(BlobFixture.Size - ((long)kept * BlobFixture.BlockSize), receipt.ReceivedBytes);
            await fixture.AssertPublishedAsync();
            length += length < JournalFormat.HeaderBytes - 100 ? 1000 : 0;
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(4095, 2)]
    [InlineData(3 * 4096, 4096)]
    [InlineData((5 * 4096) - 10, 20)]
    public async Task Bytes_that_the_disk_lost_are_fetched_again_and_no_others(int at, int count)
    {
        await using var fixture = await StoppedAsync();
        var part = await File.ReadAllBytesAsync(fixture.Files.Part, Patience.Token);
        part.AsSpan(at, count).Clear();
        await File.WriteAllBytesAsync(fixture.Files.Part, part, Patience.Token);

        var receipt = await fixture.RunAsync();

        var lost = ((at + count - 1) / BlobFixture.BlockSize) - (at / BlobFixture.BlockSize) + 1;
        Assert.Equal(BlobFixture.Size - RecordedBytes + ((long)lost * BlobFixture.BlockSize), receipt.ReceivedBytes);
        await fixture.AssertPublishedAsync();
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 10)]
    [InlineData(3 * 4096, 7)]
    [InlineData((4 * 4096) - 1, 7)]
    public async Task A_part_that_became_shorter_loses_what_is_cut_off(long length, int lost)
    {
        await using var fixture = await StoppedAsync();
        SetLength(fixture.Files.Part, length);

        var receipt = await fixture.RunAsync();

        Assert.Equal(BlobFixture.Size - RecordedBytes + ((long)lost * BlobFixture.BlockSize), receipt.ReceivedBytes);
        await fixture.AssertPublishedAsync();
    }

    [Fact]
    public async Task A_part_that_became_longer_is_cut()
    {
        await using var fixture = await StoppedAsync();
        SetLength(fixture.Files.Part, BlobFixture.Size + 5000);

        var receipt = await fixture.RunAsync();

        Assert.Equal(BlobFixture.Size - RecordedBytes, receipt.ReceivedBytes);
        await fixture.AssertPublishedAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_part_or_a_journal_alone_is_worth_nothing(bool keepsPart)
    {
        await using var fixture = await StoppedAsync();
        File.Delete(keepsPart ? fixture.Files.Journal : fixture.Files.Part);

        var receipt = await fixture.RunAsync();

        Assert.Equal(BlobFixture.Size, receipt.ReceivedBytes);
        await fixture.AssertPublishedAsync();
    }

    [Fact]
    public async Task Files_of_another_blob_are_worth_nothing()
    {
        await using var fixture = await StoppedAsync();
        await using var other = await BlobFixture.StartAsync(BlobFixture.Size + 1);
        Directory.CreateDirectory(other.Files.Folder);
        File.Copy(fixture.Files.Part, other.Files.Part);
        File.Copy(fixture.Files.Journal, other.Files.Journal);

        var receipt = await other.RunAsync();

        Assert.Equal(BlobFixture.Size + 1, receipt.ReceivedBytes);
        await other.AssertPublishedAsync();
    }

    [Fact]
    public async Task Bytes_of_another_file_in_the_part_are_found_out_block_by_block()
    {
        await using var fixture = await StoppedAsync();
        await File.WriteAllBytesAsync(fixture.Files.Part, new byte[BlobFixture.Size], Patience.Token);

        var receipt = await fixture.RunAsync();

        Assert.Equal(BlobFixture.Size, receipt.ReceivedBytes);
        await fixture.AssertPublishedAsync();
    }

    [Fact]
    public async Task A_stamp_of_a_blob_that_is_gone_or_another_now_is_not_believed()
    {
        await using var fixture = await BlobFixture.StartAsync();
        await fixture.RunAsync();
        DeleteBlob(fixture, keepsStamp: true);

        Assert.Equal(BlobOrigin.Downloaded, (await fixture.RunAsync()).Origin);

        DeleteBlob(fixture, keepsStamp: true);
        await File.WriteAllBytesAsync(fixture.Files.Blob, new byte[BlobFixture.Size], Patience.Token);

        Assert.Equal(BlobOrigin.Downloaded, (await fixture.RunAsync()).Origin);
        await fixture.AssertPublishedAsync();
    }

    [Fact]
    public async Task Stopped_twenty_times_it_comes_to_its_end_with_hardly_more_bytes()
    {
        await using var fixture = await BlobFixture.StartAsync(100 * BlobFixture.BlockSize);
        for (var nth = 0; nth < 20; nth++)
        {
            await fixture.StopAtAsync(CrashPoint.BlockRecorded, nth: 3);
        }

        var receipt = await fixture.RunAsync();

        Assert.Equal(40 * BlobFixture.BlockSize, receipt.ReceivedBytes);
        await fixture.AssertPublishedAsync();
    }

    [Fact]
    public async Task Discarded_it_leaves_nothing()
    {
        await using var fixture = await StoppedAsync();

        Assert.True(BlobDownload.Discard(fixture.Files));

        Assert.Empty(Directory.GetFiles(fixture.Files.Folder));
        Assert.Equal(BlobFixture.Size, (await fixture.RunAsync()).ReceivedBytes);
    }

    [Fact]
    public async Task While_it_runs_it_cannot_be_discarded()
    {
        await using var fixture = await BlobFixture.StartAsync();
        bool? isDiscarded = null;

        await fixture.RunAsync(fixture.Options with
        {
            AtPoint = point => isDiscarded = point == CrashPoint.Verified ? BlobDownload.Discard(fixture.Files) : isDiscarded,
        });

        Assert.False(isDiscarded);
        await fixture.AssertPublishedAsync();
    }

    private static async Task<BlobFixture> StoppedAsync()
    {
        var fixture = await BlobFixture.StartAsync();
        await fixture.StopAtAsync(CrashPoint.BlockRecorded, Recorded);
        return fixture;
    }

    private static void DeleteBlob(BlobFixture fixture, bool keepsStamp = false)
    {
        File.Delete(fixture.Files.Blob);
        if (!keepsStamp)
        {
            File.Delete(fixture.Files.Stamp);
        }
    }

    private static void SetLength(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open);
        file.SetLength(length);
    }
}
