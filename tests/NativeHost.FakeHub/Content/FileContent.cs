using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NativeHost.Testing;

/// <summary>The bytes of a file, at any offset, and their hashes, each computed once and only when it is asked for.</summary>
/// <remarks>Safe to read from any thread.</remarks>
public abstract class FileContent
{
    private const int HashChunkBytes = 1024 * 1024;

    private readonly Lazy<string> _sha256;
    private readonly Lazy<string> _gitOid;

    protected FileContent()
    {
        _sha256 = new(() => HashOf(HashAlgorithmName.SHA256, ""));
        _gitOid = new(() => HashOf(HashAlgorithmName.SHA1, string.Create(CultureInfo.InvariantCulture, $"blob {Length}\0")));
    }

    /// <summary>Bytes.</summary>
    public abstract long Length { get; }

    /// <summary>64 hexadecimal digits.</summary>
    public string Sha256 => _sha256.Value;

    /// <summary>What git calls a file with this content, 40 hexadecimal digits.</summary>
    public string GitOid => _gitOid.Value;

    /// <summary>Fills <paramref name="into"/> with the bytes from <paramref name="offset"/> on; all of them lie within the length.</summary>
    public abstract void Read(long offset, Span<byte> into);

    /// <summary>Git's stand-in for the content: <c>version</c>, <c>oid</c> and <c>size</c>, a line each.</summary>
    /// <remarks>https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md</remarks>
    internal byte[] LfsPointer()
        => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"version https://git-lfs.github.com/spec/v1\noid sha256:{Sha256}\nsize {Length}\n"));

    private string HashOf(HashAlgorithmName algorithm, string prefix)
    {
        using var hash = IncrementalHash.CreateHash(algorithm);
        hash.AppendData(Encoding.ASCII.GetBytes(prefix));
        var buffer = new byte[(int)Math.Min(HashChunkBytes, Length)];
        for (long at = 0; at < Length; at += buffer.Length)
        {
            var chunk = buffer.AsSpan(0, (int)Math.Min(buffer.Length, Length - at));
            Read(at, chunk);
            hash.AppendData(chunk);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
