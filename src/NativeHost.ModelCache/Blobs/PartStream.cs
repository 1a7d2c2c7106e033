using System.Runtime.CompilerServices;

namespace NativeHost.ModelCache.Blobs;

/// <summary>The bytes of one accepted answer, as long as they come fast enough.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class PartStream : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly Stream _body;
    private readonly StallGuard _guard;

    public PartStream(HttpResponseMessage response, Stream body, StallGuard guard, long remainingBytes)
        => (_response, _body, _guard, RemainingBytes) = (response, body, guard, remainingBytes);

    /// <summary>Bytes that have yet to come.</summary>
    public long RemainingBytes { get; private set; }

    /// <returns>Bytes read; at least one.</returns>
    /// <exception cref="TransferException">The answer broke off, stood still, or goes on beyond its end.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        var read = await ReadBodyAsync(target.Length > RemainingBytes ? target[..(int)RemainingBytes] : target, cancellationToken);
        if (read == 0)
        {
            throw new TransferException(TransferTrouble.Broken, "the server ended too early");
        }

        _guard.Count(read);
        RemainingBytes -= read;
        if (RemainingBytes == 0 && await ReadBodyAsync(new byte[1], cancellationToken) != 0)
        {
            throw new TransferException(TransferTrouble.Refused, "the server sent more than was asked for");
        }

        return read;
    }

    public void Dispose()
    {
        _body.Dispose();
        _response.Dispose();
        _guard.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadBodyAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        _guard.Begin();
        try
        {
            return await _body.ReadAsync(target, _guard.Token);
        }
        catch (Exception e) when (StallGuard.IsOfNetwork(e))
        {
            throw StallGuard.Explain(e, cancellationToken);
        }
        finally
        {
            _guard.End();
        }
    }
}
