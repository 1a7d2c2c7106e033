using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Blobs;

/// <summary>Computes the hash by which a hub names a content, as its bytes come by.</summary>
/// <remarks>One thread.</remarks>
internal sealed class ContentHash : IDisposable
{
    private const int ReadBytes = 1024 * 1024;

    private readonly ContentId _expected;
    private readonly IncrementalHash _hash;

    [SuppressMessage("Security", "CA5350", Justification = "Git names its files by SHA-1.")]
    public ContentHash(ContentId expected, long size)
    {
        _expected = expected;
        _hash = IncrementalHash.CreateHash(expected.IsSha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        if (!expected.IsSha256)
        {
            _hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {size}\0")));
        }
    }

    /// <summary>Whether a file is this content; reads it once from beginning to end.</summary>
    /// <param name="length">Of the file. One of another length cannot match, and is told so without being read to its end.</param>
    /// <param name="onRead">Gets the bytes of each step.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static async Task<bool> MatchesAsync(string path, long length, ContentId expected, Action<long>? onRead, CancellationToken cancellationToken)
    {
        using var hash = new ContentHash(expected, length);

        // What has no length need not be a file that can be read to an end.
        return (length == 0 || await hash.TryAppendAsync(path, length, onRead, cancellationToken)) && hash.IsExpected();
    }

    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>Whether what was appended is the content. Begins anew.</summary>
    public bool IsExpected() => Convert.ToHexStringLower(_hash.GetHashAndReset()) == _expected.Hex;

    public void Dispose() => _hash.Dispose();

    private async Task<bool> TryAppendAsync(string path, long length, Action<long>? onRead, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            var position = 0L;
            int read;
            while ((read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, ReadBytes), position, cancellationToken)) > 0 && position + read <= length)
            {
                Append(buffer.AsSpan(0, read));
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
