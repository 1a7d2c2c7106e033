using System.Security.Cryptography;
using NativeHost.ModelCache.Blobs;
using Xunit;

namespace NativeHost.ModelCache.Tests.Blobs;

public sealed class BlobDownloadTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(BlobFixture.BlockSize - 1)]
    [InlineData(BlobFixture.BlockSize)]
    [InlineData(BlobFixture.BlockSize + 1)]
    [InlineData(BlobFixture.Size)]
    [InlineData(1_000_000)]
    public async Task A_blob_is_fetched_once_and_published(long size)
    {
        await using var fixture = await BlobFixture.StartAsync(size);

        var receipt = await fixture.RunAsync();

        Assert.Equal(new BlobReceipt(BlobOrigin.Downloaded, size), receipt);
        await fixture.AssertPublishedAsync();
        Assert.Equal(size, fixture.Hub.ServedBytes);
        Assert.Equal(1, fixture.Resolved);
    }

    [Fact]
    public async Task An_empty_blob_needs_no_request()
    {
        await using var fixture = await BlobFixture.StartAsync(0);

        await fixture.RunAsync();

        await fixture.AssertPublishedAsync();
        Assert.Empty(fixture.Hub.Requests);
    }

    [Fact]
    public async Task A_blob_that_is_known_needs_no_request()
    {
        await using var fixture = await BlobFixture.StartAsync();
        await fixture.RunAsync();
        fixture.Hub.ClearRecords();

        var receipt = await fixture.RunAsync();

        Assert.Equal(new BlobReceipt(BlobOrigin.Known, 0), receipt);
        Assert.Empty(fixture.Hub.Requests);
    }

    [Fact]
    public async Task A_blob_that_another_program_put_there_is_verified_and_taken()
    {
        await using var fixture = await BlobFixture.StartAsync();
        Directory.CreateDirectory(fixture.Files.Folder);
        await File.WriteAllBytesAsync(fixture.Files.Blob, fixture.Content(), Patience.Token);

        var receipt = await fixture.RunAsync();

        Assert.Equal(new BlobReceipt(BlobOrigin.Adopted, 0), receipt);
        Assert.False(File.GetAttributes(fixture.Files.Blob).HasFlag(FileAttributes.ReadOnly), "What may be another program's own file was changed.");
        await fixture.AssertPublishedAsync(isOurs: false);
        Assert.Empty(fixture.Hub.Requests);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_blob_that_another_program_put_there_and_that_is_not_what_its_name_says_is_replaced(int tooLong)
    {
        await using var fixture = await BlobFixture.StartAsync();
        Directory.CreateDirectory(fixture.Files.Folder);
        var bytes = fixture.Content();
        bytes[5000] ^= 1;
        await File.WriteAllBytesAsync(fixture.Files.Blob, [.. bytes, .. new byte[tooLong]], Patience.Token);

        var receipt = await fixture.RunAsync();

        Assert.Equal(new BlobReceipt(BlobOrigin.Downloaded, BlobFixture.Size), receipt);
        await fixture.AssertPublishedAsync();
    }

    [Fact]
    public async Task A_small_file_comes_from_the_hub_with_the_token_in_one_stream()
    {
        var bytes = RandomNumberGenerator.GetBytes(3 * BlobFixture.BlockSize);
        await using var fixture = await BlobFixture.StartSmallAsync(bytes);

        await fixture.RunAsync();

        await fixture.AssertPublishedAsync();
        var request = Assert.Single(fixture.Hub.Requests, request => request.Kind == RequestKind.SmallFile);
        Assert.True(request.HasAuthorization);
        Assert.Null(request.Range);
    }

    [Fact]
    public async Task A_small_file_that_breaks_off_begins_anew_and_ends()
    {
        await using var fixture = await BlobFixture.StartSmallAsync(RandomNumberGenerator.GetBytes(3 * BlobFixture.BlockSize));
        fixture.Hub.Faults.Add(Fault.Reset(at: 5000).On(RequestKind.SmallFile).Repeated(2));

        await fixture.RunAsync();

        await fixture.AssertPublishedAsync();
    }

    [Fact]
    public async Task More_requests_run_while_that_makes_it_faster()
    {
        await using var fixture = await BlobFixture.StartAsync(2_000_000);
        fixture.Hub.Rate = 500_000;

        await fixture.RunAsync(fixture.Options with { WidthInterval = TimeSpan.FromMilliseconds(100) });

        await fixture.AssertPublishedAsync();
        Assert.InRange(fixture.Hub.MostTransfers, 3, 8);
    }

    [Fact]
    public async Task A_file_that_changed_under_its_name_is_not_taken()
    {
        await using var fixture = await BlobFixture.StartAsync();
        fixture.Remote.LinkedSize = BlobFixture.Size + 1;

        var failure = await Assert.ThrowsAsync<ModelCacheException>(() => fixture.RunAsync());

        Assert.Equal(CacheFault.UpstreamChanged, failure.Fault);
        Assert.Equal(0, fixture.Hub.ServedBytes);
    }
}
