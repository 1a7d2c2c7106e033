using System.Security.Cryptography;
using System.Text;
using NativeHost.ModelCache.Blobs;

namespace NativeHost.ModelCache.Tests.Matrix;

/// <summary>
/// What holds of a cache at every instant, whoever is at work in it or died there: each blob named by a SHA-256 hashes to its name, each
/// pointer resolves, each reference is a commit, and no file of ours has a secret in it.
/// </summary>
/// <param name="home">The cache's folder, or one above it with what programs keep beside it.</param>
/// <param name="secrets">What may stand in no file but blobs and parts, which are the hub's words.</param>
internal sealed class CacheInvariants(string home, params string[] secrets)
{
    private const int Sha256Digits = 64;
    private const int CommitDigits = 40;

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = true };

    /// <summary>How files looked that were read and found right.</summary>
    private readonly Dictionary<string, FileLook> _known = new(StringComparer.Ordinal);

    /// <returns>What does not hold.</returns>
    public IReadOnlyList<string> Check()
    {
        var complaints = new List<string>();
        foreach (var file in Directory.Exists(home) ? new DirectoryInfo(home).EnumerateFiles("*", Everything) : [])
        {
            try
            {
                if (Complaint(file) is { } complaint)
                {
                    complaints.Add(complaint);
                }
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                // It went while it was looked at.
            }
        }

        return complaints;
    }

    private string? Complaint(FileInfo file)
    {
        if (file.LinkTarget is not null && IsIn(file, "snapshots"))
        {
            return PointerComplaint(file);
        }

        // Files of locks are empty, and to open one is to ask for the lock.
        if (FileLook.Of(file.FullName) is not { Length: > 0 } look || _known.GetValueOrDefault(file.FullName) == look)
        {
            return null;
        }

        var complaint = IsBlob(file) ? BlobComplaint(file)
            : IsIn(file, "refs") ? ReferenceComplaint(file)
            : file.Extension is ".part" or ".bad" ? null
            : SecretComplaint(file);
        if (complaint is null)
        {
            _known[file.FullName] = look;
        }

        return complaint;
    }

    private static bool IsIn(FileInfo file, string folder)
        => file.FullName.Contains($"{Path.DirectorySeparatorChar}{folder}{Path.DirectorySeparatorChar}", StringComparison.Ordinal);

    private static bool IsBlob(FileInfo file)
        => file.Directory!.Name == "blobs" && file.Name.Length == Sha256Digits && file.Name.All(char.IsAsciiHexDigitLower);

    private static string? BlobComplaint(FileInfo file)
    {
        // What is open stays what it is, whatever is renamed to its name meanwhile.
        using var bytes = file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return hash == file.Name ? null : $"{file.FullName} is {hash}, of {bytes.Length} bytes.";
    }

    private static string? PointerComplaint(FileInfo pointer)
    {
        // A deletion takes the pointer first: one that is there after its blob was not is wrong, unless the blob has come again.
        bool IsBroken() => FileLook.Of(pointer.FullName) is null;
        if (!IsBroken())
        {
            return null;
        }

        pointer.Refresh();
        return pointer.LinkTarget is { } target && IsBroken() ? $"{pointer.FullName} leads to {target}, where nothing is." : null;
    }

    private static string? ReferenceComplaint(FileInfo file)
    {
        var text = File.ReadAllText(file.FullName);
        return text.Length == CommitDigits && text.All(char.IsAsciiHexDigitLower) ? null : $"{file.FullName} is \"{text}\", which is no commit.";
    }

    private string? SecretComplaint(FileInfo file)
    {
        using var bytes = file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var text = new StreamReader(bytes, Encoding.Latin1);
        var all = text.ReadToEnd();
        return Array.Find(secrets, secret => all.Contains(secret, StringComparison.Ordinal)) is { } found ? $"{file.FullName} has {found} in it." : null;
    }
}
