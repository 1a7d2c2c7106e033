using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>Whether a file's bytes are those that a content's name says.</summary>
internal static class ContentHash
{
    private const int BufferBytes = 1024 * 1024;

    /// <summary>Reads the file once from beginning to end.</summary>
    /// <param name="length">Of the file. One of another length cannot match, and is told so without being read to its end.</param>
    /// <param name="onRead">Gets the bytes of each step.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static async Task<bool> MatchesAsync(string path, long length, ContentId content, Action<long>? onRead, CancellationToken cancellationToken)
    {
#pragma warning disable CA5350 // What git calls a file is SHA-1; it is compared with the hub's word, not trusted beyond it.
        using var hash = IncrementalHash.CreateHash(content.IsSha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        if (!content.IsSha256)
        {
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {length}\0")));
        }

        // What has no length need not be a file that can be read to an end.
        if (length > 0 && !await AppendAsync(hash, path, length, onRead, cancellationToken))
        {
            return false;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset()) == content.Hex;
    }

    private static async Task<bool> AppendAsync(IncrementalHash hash, string path, long length, Action<long>? onRead, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var position = 0L;
            int read;
            while ((read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, BufferBytes), position, cancellationToken)) > 0 && position + read <= length)
            {
                hash.AppendData(buffer, 0, read);
                position += read;
                onRead?.Invoke(read);
            }

            return read == 0 && position == length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
