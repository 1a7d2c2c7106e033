using System.Security.Cryptography;
using System.Text;

namespace NativeHost.Testing;

/// <summary>A file of a repository.</summary>
/// <remarks>The last four properties make the hub lie: one place then says something else about the file than the others and its bytes.</remarks>
public sealed class FakeFile
{
    private readonly Lazy<string> _xetHash;

    internal FakeFile(string path, FileContent content, bool isLfs, FakeCommit lastCommit)
    {
        (Path, Content, IsLfs, LastCommit) = (path, content, isLfs, lastCommit);
        _xetHash = new(() => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"xet {content.Sha256}"))));
    }

    /// <summary>Relative to the repository, with slashes.</summary>
    public string Path { get; }

    public FileContent Content { get; }

    /// <summary>Whether the CDN has its bytes (else the hub itself).</summary>
    public bool IsLfs { get; }

    public long Size => Content.Length;

    public string Sha256 => Content.Sha256;

    /// <summary>Git's name: of the pointer for large files, else of the content.</summary>
    public string Oid => IsLfs ? new BytesContent(Content.LfsPointer()).GitOid : Content.GitOid;

    /// <summary>What the CDN calls it: as long as a SHA-256, and not one of the content.</summary>
    public string XetHash => _xetHash.Value;

    /// <summary>How the hub names the content to who downloads it, and so the name of its blob in a cache.</summary>
    public string BlobName => IsLfs ? Sha256 : Oid;

    public long? ListedSize { get; set; }

    public string? ListedSha256 { get; set; }

    public long? LinkedSize { get; set; }

    public string? LinkedSha256 { get; set; }

    internal FakeCommit LastCommit { get; }
}
