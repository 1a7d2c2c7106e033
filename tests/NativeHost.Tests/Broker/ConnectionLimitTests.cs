using System.Text.Json;
using NativeHost.Broker;
using NativeHost.Broker.Connecting;
using Xunit;

namespace NativeHost.Tests.Broker;

/// <summary>How many may connect to the broker, and what the next one is told.</summary>
// The broker moves the process into the program's folder.
[Collection(nameof(RunsAlone))]
public sealed class ConnectionLimitTests : IAsyncDisposable
{
    private const string Ping = """{"action":"ping"}""";

    private readonly RunningBroker _broker = new();
    private readonly List<BrokerPeer> _peers = [];

    private static CancellationToken Timeout => Patience.Token;

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers)
        {
            await peer.DisposeAsync();
        }

        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task An_extension_with_all_the_ports_it_may_have_is_told_so_and_the_others_are_served()
    {
        for (var i = 0; i < ConnectionPlaces.MostOfOrigin; i++)
        {
            Assert.Equal(Handshake.Welcome, Text(await ConnectAsync(Handshake.Extension, "a"), "status"));
        }

        AssertTooMany(await ConnectAsync(Handshake.Extension, "a"), "64 ports");
        Assert.Equal(Handshake.Welcome, Text(await ConnectAsync(Handshake.Extension, "b"), "status"));
        Assert.Equal(Handshake.Welcome, Text(await ConnectAsync(Handshake.Local, "a"), "status"));

        await _peers[0].DisposeAsync();
        await _broker.LeftAsync(remaining: ConnectionPlaces.MostOfOrigin + 1);
        Assert.Equal(Handshake.Welcome, Text(await ConnectAsync(Handshake.Extension, "a"), "status"));
        AssertTooMany(await ConnectAsync(Handshake.Extension, "a"), "64 ports");
    }

    [Fact]
    public async Task Extensions_leave_places_for_the_terminal_and_more_than_all_are_told_so()
    {
        for (var i = 0; i < ConnectionPlaces.Most - ConnectionPlaces.KeptForLocal; i++)
        {
            Assert.Equal(Handshake.Welcome, Text(await ConnectAsync(Handshake.Extension, $"origin {i % 10}"), "status"));
        }

        AssertTooMany(await ConnectAsync(Handshake.Extension, "one more"), "All browsers");
        for (var i = 0; i < ConnectionPlaces.KeptForLocal; i++)
        {
            Assert.Equal(Handshake.Welcome, Text(await ConnectAsync(Handshake.Local, "local"), "status"));
        }

        AssertTooMany(await ConnectAsync(Handshake.Local, "local"), "All browsers");
        Assert.Equal("pong", Text(await _peers[0].AskAsync(Ping, Timeout), "response"));
    }

    private async Task<JsonElement?> ConnectAsync(string kind, string origin)
    {
        var peer = await _broker.ConnectAsync();
        _peers.Add(peer);
        return await peer.AskAsync(BrokerPeer.Hello(HostVersion.Text, kind: kind, origin: origin), Timeout);
    }

    private static void AssertTooMany(JsonElement? answer, string message)
    {
        Assert.Equal((Handshake.Refused, "too_many_requests"), (Text(answer, "status"), Text(answer, "code")));
        Assert.Contains(message, Text(answer, "message"), StringComparison.Ordinal);
    }

    private static string? Text(JsonElement? message, string field) => message?.GetProperty(field).GetString();
}
