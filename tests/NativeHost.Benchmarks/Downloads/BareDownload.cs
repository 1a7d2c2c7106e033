using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace NativeHost.Benchmarks.Downloads;

/// <summary>
/// About the least that a download does: one connection, one buffer that is received into, hashed and written from, and a flush. No
/// other workers, no journal, and no look at what the answer is.
/// </summary>
internal static class BareDownload
{
    private const int ReadBytes = 128 * 1024;
    private const string LengthHeader = "Content-Length: ";

    /// <param name="most">Ends after about so many bytes.</param>
    /// <returns>The bytes that came.</returns>
    public static long Run(string path, Uri address, long most)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, address.Port);
        socket.Send(Encoding.ASCII.GetBytes($"GET {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n\r\n"));
        var buffer = new byte[ReadBytes];
        var received = socket.Receive(buffer);
        var bodyOffset = buffer.AsSpan(0, received).IndexOf("\r\n\r\n"u8) + 4;
        var length = LengthIn(Encoding.ASCII.GetString(buffer, 0, bodyOffset));
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, FileOptions.None, length);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var position = 0L;
        for (var piece = buffer.AsSpan(bodyOffset..received); piece.Length > 0 && position < most; piece = buffer.AsSpan(0, socket.Receive(buffer)))
        {
            hash.AppendData(piece);
            RandomAccess.Write(file, piece, position);
            position += piece.Length;
        }

        RandomAccess.FlushToDisk(file);
        hash.GetHashAndReset();
        return position;
    }

    private static long LengthIn(string head)
    {
        var line = head.Split("\r\n").First(line => line.StartsWith(LengthHeader, StringComparison.Ordinal));
        return long.Parse(line[LengthHeader.Length..], CultureInfo.InvariantCulture);
    }
}
