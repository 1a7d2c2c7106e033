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
    private const int ReadBytes = 256 * 1024;

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

    /// <summary>Whether a file is this content.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<bool> IsOfFileAsync(ContentId expected, long size, string path, CancellationToken cancellationToken)
        => await Task.Run(() => IsOfFile(expected, size, path, cancellationToken), cancellationToken);

    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>Whether what was appended is the content. Begins anew.</summary>
    public bool IsExpected() => Convert.ToHexStringLower(_hash.GetHashAndReset()) == _expected.Hex;

    public void Dispose() => _hash.Dispose();

    private static bool IsOfFile(ContentId expected, long size, string path, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        if (RandomAccess.GetLength(file) != size)
        {
            return false;
        }

        using var hash = new ContentHash(expected, size);
        var buffer = new byte[ReadBytes];
        var offset = 0L;
        for (int read; (read = RandomAccess.Read(file, buffer, offset)) > 0; offset += read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.Append(buffer.AsSpan(0, read));
        }

        return offset == size && hash.IsExpected();
    }
}
