using System.Buffers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;

namespace NativeHost.Testing;

/// <summary>Writes a part of a file, at the rate that is set, up to the byte at which something is scripted to happen, and then that.</summary>
/// <param name="at">Offset in the file.</param>
internal sealed class BodyWriter(Exchange exchange, FileContent content, long at)
{
    private const int ChunkBytes = 128 * 1024;
    private const int ChunksPerSecond = 20;

    private readonly Pace _pace = new(exchange.Hub.Clock);
    private bool _isDripping;

    public async Task WriteAsync(ByteSpan span)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (var position = span.From; position < span.End;)
            {
                if (position == at && !await HappenAsync())
                {
                    return;
                }

                var end = position < at ? Math.Min(at, span.End) : span.End;
                var chunk = buffer.AsMemory(0, (int)Math.Min(Math.Min(ChunkBytes, Smooth()), end - position));
                content.Read(position, chunk.Span);
                if (exchange.Fault?.Kind == FaultKind.FlippedBit && position == at)
                {
                    chunk.Span[0] ^= 0x10;
                }

                await SendAsync(chunk);
                position += chunk.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> chunk)
    {
        var stopped = exchange.Context.RequestAborted;
        await _pace.WaitAsync(chunk.Length, RateHere(), stopped);
        await exchange.Hub.TotalPace.WaitAsync(chunk.Length, exchange.Hub.TotalRate, stopped);
        // Counted first: the client must not have bytes that are not counted.
        exchange.Hub.CountServed(chunk.Length);
        try
        {
            await exchange.Response.Body.WriteAsync(chunk, stopped);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            exchange.Hub.CountServed(-chunk.Length);
            throw;
        }
    }

    /// <returns>Whether the body goes on.</returns>
    private async Task<bool> HappenAsync()
    {
        switch (exchange.Fault?.Kind)
        {
            case FaultKind.ShortBody:
                return false;
            case FaultKind.CutOff:
                await exchange.Response.Body.FlushAsync(exchange.Context.RequestAborted);
                exchange.Context.Features.Get<IConnectionSocketFeature>()!.Socket.Shutdown(SocketShutdown.Send);
                return false;
            case FaultKind.Reset:
                await exchange.Response.Body.FlushAsync(exchange.Context.RequestAborted);
                exchange.Context.Abort();
                return false;
            case FaultKind.Stall:
                await exchange.Response.Body.FlushAsync(exchange.Context.RequestAborted);
                await Task.Delay(exchange.Fault.Lasts ?? Timeout.InfiniteTimeSpan, exchange.Hub.Clock, exchange.Context.RequestAborted);
                return true;
            case FaultKind.Drip:
                _isDripping = true;
                return true;
            default:
                return true;
        }
    }

    private long? RateHere() => _isDripping ? exchange.Fault!.BytesPerSecond : exchange.Hub.Rate;

    /// <summary>Chunks so small that a slow body comes evenly.</summary>
    private long Smooth() => RateHere() is { } rate ? Math.Max(1, rate / ChunksPerSecond) : ChunkBytes;
}
