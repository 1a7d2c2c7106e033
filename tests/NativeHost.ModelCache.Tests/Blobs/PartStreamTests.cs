using NativeHost.ModelCache.Blobs;
using Xunit;

namespace NativeHost.ModelCache.Tests.Blobs;

public sealed class PartStreamTests
{
    private static readonly BlobDownloadOptions Options = new();

    [Fact]
    public async Task As_many_bytes_as_were_asked_for_are_right()
    {
        using var stream = Over(10, 10);

        Assert.Equal(6, await stream.ReadAsync(new byte[6], Patience.Token));
        Assert.Equal(4, await stream.ReadAsync(new byte[6], Patience.Token));
        Assert.Equal(0, stream.RemainingBytes);
    }

    [Fact]
    public async Task Fewer_are_not()
    {
        using var stream = Over(9, 10);
        await stream.ReadAsync(new byte[9], Patience.Token);

        var failure = await Assert.ThrowsAsync<TransferException>(async () => await stream.ReadAsync(new byte[6], Patience.Token));

        Assert.Equal(TransferTrouble.Broken, failure.Trouble);
    }

    [Fact]
    public async Task More_are_not_and_the_last_of_them_are_not_given_out()
    {
        using var stream = Over(11, 10);
        await stream.ReadAsync(new byte[6], Patience.Token);

        var failure = await Assert.ThrowsAsync<TransferException>(async () => await stream.ReadAsync(new byte[6], Patience.Token));

        Assert.Equal(TransferTrouble.Refused, failure.Trouble);
    }

    private static PartStream Over(int sent, int wanted)
        => new(new HttpResponseMessage(), new MemoryStream(new byte[sent]), new StallGuard(Options, TimeProvider.System, Patience.Token), wanted);
}
