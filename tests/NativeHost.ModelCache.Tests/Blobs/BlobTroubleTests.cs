using NativeHost.ModelCache.Blobs;
using Xunit;

namespace NativeHost.ModelCache.Tests.Blobs;

/// <summary>Trouble that lasts: what is tried, when it is given up, and what is kept then.</summary>
public sealed class BlobTroubleTests
{
    [Fact]
    public async Task Closed_ranges_that_are_refused_become_one_open_stream()
    {
        await using var fixture = await BlobFixture.StartAsync();
        fixture.Hub.Received = request => RefuseRanges(fixture, request, static range => !range.EndsWith('-'));

        await fixture.RunAsync();

        await fixture.AssertPublishedAsync();
        var ranges = fixture.Hub.Requests.Where(request => request.Kind == RequestKind.Cdn).Select(request => request.Range!).ToList();
        var refused = ranges.TakeWhile(range => !range.EndsWith('-')).Count();
        Assert.InRange(refused, 3, 8);
        Assert.All(ranges[refused..], range => Assert.EndsWith("-", range, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_without_ranges_sends_the_whole()
    {
        await using var fixture = await BlobFixture.StartAsync();
        fixture.Hub.Received = request => RefuseRanges(fixture, request, static _ => true);

        await fixture.RunAsync();

        await fixture.AssertPublishedAsync();
        Assert.Null(fixture.Hub.Requests[^1].Range);
    }

    [Fact]
    public async Task A_download_that_is_half_done_goes_on_where_it_was_though_the_server_sends_only_the_whole()
    {
        await using var fixture = await BlobFixture.StartAsync();
        await fixture.StopAtAsync(CrashPoint.BlockRecorded, nth: 10);
        fixture.Hub.Received = request => RefuseRanges(fixture, request, static _ => true);

        await fixture.RunAsync();

        await fixture.AssertPublishedAsync();
    }

    [Fact]
    public async Task A_line_that_breaks_after_every_few_bytes_is_slow_and_sure()
    {
        await using var fixture = await BlobFixture.StartAsync();
        for (var at = 1000; at < BlobFixture.Size; at += 3000)
        {
            fixture.Hub.Faults.Add(Fault.Reset(at));
        }

        await fixture.RunAsync();

        await fixture.AssertPublishedAsync();
        Assert.Equal(34, fixture.Hub.Faults.Happened);
    }

    [Fact]
    public async Task An_answer_that_ends_too_early_is_continued_at_that_byte()
    {
        await using var fixture = await BlobFixture.StartAsync();
        for (var at = 1000; at < BlobFixture.Size; at += 3000)
        {
            fixture.Hub.Faults.Add(Fault.CutOff(at));
        }

        var receipt = await fixture.RunAsync();

        Assert.Equal(34, fixture.Hub.Faults.Happened);
        Assert.Equal(BlobFixture.Size, receipt.ReceivedBytes);
    }

    [Fact]
    public async Task An_address_that_expires_again_and_again_is_asked_for_again_and_again()
    {
        await using var fixture = await BlobFixture.StartAsync();
        var requests = 0;
        fixture.Hub.Received = request =>
        {
            if (request.Kind == RequestKind.Cdn && ++requests % 2 == 0)
            {
                fixture.Hub.ExpireLinks();
            }
        };

        await fixture.RunAsync(fixture.Options with { MaxWorkers = 1 });

        await fixture.AssertPublishedAsync();
        Assert.InRange(fixture.Resolved, 2, 100);
    }

    [Fact]
    public async Task A_server_that_moved_to_another_name_is_believed_after_a_while()
    {
        await using var fixture = await BlobFixture.StartAsync();
        await fixture.StopAtAsync(CrashPoint.BlockRecorded, nth: 10);
        fixture.Hub.Faults.Add(Fault.OtherETag().Always());

        await fixture.RunAsync();

        await fixture.AssertPublishedAsync();
    }

    [Fact]
    public async Task What_nobody_serves_is_given_up_and_what_came_is_kept()
    {
        await using var fixture = await BlobFixture.StartAsync();
        await fixture.StopAtAsync(CrashPoint.BlockRecorded, nth: 10);
        fixture.Hub.Faults.Add(Fault.WithStatus(503).Always());

        var failure = await Assert.ThrowsAsync<ModelCacheException>(
            () => fixture.RunAsync(fixture.Options with { Patience = TimeSpan.FromMilliseconds(100) }));

        Assert.Equal(CacheFault.Network, failure.Fault);
        Assert.Contains("503", failure.Message, StringComparison.Ordinal);
        AssertSaysNoSecret(failure);
        fixture.Hub.Faults.Clear();
        Assert.Equal(BlobFixture.Size - (10 * BlobFixture.BlockSize), (await fixture.RunAsync()).ReceivedBytes);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_given_up()
    {
        await using var fixture = await BlobFixture.StartAsync();
        await fixture.Hub.DisposeAsync();

        var failure = await Assert.ThrowsAsync<ModelCacheException>(
            () => fixture.RunAsync(fixture.Options with { Patience = TimeSpan.FromMilliseconds(100) }));

        Assert.Equal(CacheFault.Network, failure.Fault);
        AssertSaysNoSecret(failure);
    }

    [Fact]
    public async Task What_the_hub_refuses_for_good_is_said_at_once()
    {
        await using var fixture = await BlobFixture.StartAsync();
        var gated = new ModelCacheException(CacheFault.GatedAccept, "Accept the terms.");
        var transport = fixture.Transport with { Resolve = _ => throw gated };
        var download = new BlobDownload(fixture.Files, fixture.File, transport, fixture.Options, TimeProvider.System);

        Assert.Same(gated, await Assert.ThrowsAsync<ModelCacheException>(() => download.RunAsync(null, Patience.Token)));
    }

    [Fact]
    public async Task A_server_that_asks_for_patience_gets_it()
    {
        await using var fixture = await BlobFixture.StartAsync();
        fixture.Hub.Faults.Add(Fault.RateLimited(resetSeconds: 0, hasHtmlBody: true));
        var start = TimeProvider.System.GetTimestamp();

        await fixture.RunAsync(fixture.Options with { MaxWorkers = 1 });

        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(30));
        await fixture.AssertPublishedAsync();
    }

    [Fact]
    public async Task A_server_that_asks_for_patience_for_ever_is_named_with_when_to_come_again()
    {
        await using var fixture = await BlobFixture.StartAsync();
        fixture.Hub.Faults.Add(Fault.RateLimited(retryAfter: "0").Always());

        var failure = await Assert.ThrowsAsync<ModelCacheException>(() => fixture.RunAsync());

        Assert.Equal(CacheFault.RateLimited, failure.Fault);
        Assert.NotNull(failure.RetryAt);
    }

    private static void RefuseRanges(BlobFixture fixture, RecordedRequest request, Func<string, bool> isRefused)
    {
        fixture.Hub.Faults.Clear();
        if (request is { Kind: RequestKind.Cdn, Range: { } range } && isRefused(range))
        {
            fixture.Hub.Faults.Add(Fault.WithStatus(403).Always());
        }
    }

    private static void AssertSaysNoSecret(Exception failure)
    {
        var text = failure.ToString();
        Assert.DoesNotContain(BlobFixture.Token, text, StringComparison.Ordinal);
        Assert.DoesNotContain("Signature", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Expires", text, StringComparison.Ordinal);
    }
}
