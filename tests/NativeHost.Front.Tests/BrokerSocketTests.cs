using System.Net.Sockets;
using NativeHost.Broker;
using Xunit;

namespace NativeHost.Front.Tests;

public sealed class BrokerSocketTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tabagent-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Bytes_pass_both_ways_and_the_end_is_seen()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has named pipes.");
        using var listener = Listen("s");
        using var front = BrokerSocket.TryConnect(Path.Combine(_folder, "s"));
        using var broker = listener.Accept();

        front!.Write("hello"u8);
        var heard = new byte[5];
        Assert.Equal(5, broker.Receive(heard));
        broker.Send("welcome"u8);
        var answer = new byte[7];
        front.ReadExactly(answer);
        Assert.Equal("hello"u8, heard);
        Assert.Equal("welcome"u8, answer);

        broker.Shutdown(SocketShutdown.Both);
        Assert.Equal(0, front.Read(new byte[1]));
        broker.Close();
        Assert.Throws<IOException>(() => front.Write(new byte[1]));
    }

    [Fact]
    public void Who_does_not_answer_in_time_is_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has named pipes.");
        using var listener = Listen("s");
        using var front = BrokerSocket.TryConnect(Path.Combine(_folder, "s"));
        front!.ReadTimeout = 10;

        Assert.Throws<IOException>(() => front.Read(new byte[1]));
    }

    [Fact]
    public void A_closed_stream_leads_to_no_later_connection()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has named pipes.");
        using var listener = Listen("s");
        var lost = BrokerSocket.TryConnect(Path.Combine(_folder, "s"))!;
        lost.Dispose();
        using var next = BrokerSocket.TryConnect(Path.Combine(_folder, "s"));

        Assert.Throws<ObjectDisposedException>(() => lost.Write(new byte[1]));
    }

    [Fact]
    public void Nobody_there_and_a_path_without_a_socket_are_no_connection()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has named pipes.");
        Listen("left").Dispose();

        Assert.Null(BrokerSocket.TryConnect(Path.Combine(_folder, "left")));
        Assert.Null(BrokerSocket.TryConnect(Path.Combine(_folder, "none")));
        Assert.Null(BrokerSocket.TryConnect(Path.Combine(_folder, new string('x', 104))));
    }

    [Fact]
    public void The_version_that_the_front_says_is_the_one_it_was_built_with()
        => Assert.Equal(HostVersion.Text, typeof(BrokerSocket).Assembly.GetName().Version!.ToString(3));

    private Socket Listen(string name)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, name)));
        listener.Listen();
        return listener;
    }
}
