using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Blobs;

/// <summary>Reads stretches of a file that is not downloaded. Nothing verifies them: only the whole file has a hash.</summary>
/// <remarks>One call at a time.</remarks>
internal sealed class BlobRanges(RepoFile file, BlobTransport transport, BlobDownloadOptions options, TimeProvider time) : IDisposable
{
    /// <summary>After three refusals of a kind the source asks in another way, and there are three ways.</summary>
    private const int MostTries = 8;

    private readonly BlobSource _source = new(file, transport, options, time);

    /// <param name="offset">With <paramref name="count"/> within the file.</param>
    /// <returns>So many bytes.</returns>
    /// <exception cref="ModelCacheException">They cannot be had.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        for (var tries = 1; ; tries++)
        {
            try
            {
                await FillAsync(bytes, offset, cancellationToken);
                return bytes;
            }
            catch (TransferException e) when (tries == MostTries || e.Wait is not null)
            {
                throw (e.InnerException as ModelCacheException)
                    ?? new ModelCacheException(CacheFault.Network, $"The start of {file.Path} could not be read: {e.Message}. Try again later.", e);
            }
            catch (TransferException e)
            {
                // Where an address has expired, another one is asked for at once.
                await Task.Delay(e.Trouble == TransferTrouble.Refused ? TimeSpan.Zero : options.ShortestPause, time, cancellationToken);
            }
        }
    }

    public void Dispose() => _source.Dispose();

    private async Task FillAsync(byte[] bytes, long offset, CancellationToken cancellationToken)
    {
        var mode = _source.Mode;
        using var stream = await _source.OpenAsync(mode, offset, offset + bytes.Length, cancellationToken);
        for (var skip = mode == RangeMode.Whole ? offset : 0; skip > 0;)
        {
            skip -= await stream.ReadAsync(bytes.AsMemory(0, (int)Math.Min(skip, bytes.Length)), cancellationToken);
        }

        for (var filled = 0; filled < bytes.Length;)
        {
            filled += await stream.ReadAsync(bytes.AsMemory(filled), cancellationToken);
        }
    }
}
