using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace NativeHost.EndToEnd.Tests.Faults;

/// <summary>The broker's socket, spoken to by hand as a front of any version would.</summary>
internal static class BrokerSocket
{
    /// <summary>Says a hello and leaves again.</summary>
    /// <returns>The answer; null where no broker answers.</returns>
    public static async Task<JsonObject?> GreetAsync(TemporaryHome home, int protocol, string version, CancellationToken cancellationToken)
    {
        var hello = new JsonObject
        {
            ["protocol"] = protocol,
            ["version"] = version,
            ["pid"] = Environment.ProcessId,
            ["kind"] = "extension",
            ["origin"] = "chrome-extension://pppppppppppppppppppppppppppppppp/",
        };
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(home.Runtime, "tabagent/broker.sock")), cancellationToken);
            await using var stream = new NetworkStream(socket);
            var body = Encoding.UTF8.GetBytes(hello.ToJsonString());
            var frame = new byte[sizeof(int) + body.Length];
            BinaryPrimitives.WriteInt32LittleEndian(frame, body.Length);
            body.CopyTo(frame, sizeof(int));
            await stream.WriteAsync(frame, cancellationToken);
            await stream.ReadExactlyAsync(frame.AsMemory(0, sizeof(int)), cancellationToken);
            var answer = new byte[BinaryPrimitives.ReadInt32LittleEndian(frame)];
            await stream.ReadExactlyAsync(answer, cancellationToken);
            return JsonNode.Parse(answer)!.AsObject();
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return null;
        }
    }
}
