using System.Net.Sockets;
using NativeHost.Broker;
using Xunit;

namespace NativeHost.Tests.Broker;

public sealed class WaitingSocketStreamTests
{
    private static readonly byte[] Bytes = [1, 2, 3];

    [Fact]
    public async Task A_read_waits_for_bytes_and_then_for_the_end()
    {
        var (client, stream) = await ConnectAsync();
        await using (stream)
        {
            var got = new byte[Bytes.Length];
            var reading = OnThread(() => stream.ReadAsync(got, Patience.Token));
            await client.SendAsync(Bytes, Patience.Token);
            Assert.Equal(Bytes.Length, await reading);
            Assert.Equal(Bytes, got);

            reading = OnThread(() => stream.ReadAsync(got, Patience.Token));
            client.Dispose();
            Assert.Equal(0, await reading);
        }
    }

    [Fact]
    public async Task A_read_is_cancelled_while_it_waits_and_writes_still_arrive()
    {
        var (client, stream) = await ConnectAsync();
        using (client)
        await using (stream)
        {
            using var cancelling = new CancellationTokenSource();
            var reading = OnThread(() => stream.ReadAsync(new byte[1], cancelling.Token));
            await cancelling.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

            await stream.WriteAsync(Bytes, Patience.Token);
            var got = new byte[Bytes.Length];
            Assert.Equal(Bytes.Length, await client.ReceiveAsync(got, Patience.Token));
            Assert.Equal(Bytes, got);
        }
    }

    /// <summary>Reads on a thread of its own, which it holds.</summary>
    private static Task<int> OnThread(Func<ValueTask<int>> read)
        => Task.Factory.StartNew(() => read().AsTask(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    private static async Task<(Socket Client, WaitingSocketStream Stream)> ConnectAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var place = new UnixDomainSocketEndPoint(path);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(place);
        listener.Listen();
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(place, Patience.Token);
        File.Delete(path);
        return (client, new WaitingSocketStream(await listener.AcceptAsync(Patience.Token)));
    }
}
