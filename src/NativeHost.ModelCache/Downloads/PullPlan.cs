using System.IO.Hashing;
using System.Text;
using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Variants;

namespace NativeHost.ModelCache.Downloads;

/// <summary>What a pull would do, told before it is done.</summary>
/// <param name="Revision">The branch, tag or commit that was asked for.</param>
/// <param name="Commit">What it is at the moment; 40 hexadecimal digits.</param>
/// <param name="Variant">The model's files, and what is here of them.</param>
/// <param name="Description">Null where the hub was not asked.</param>
public sealed record PullPlan(RepoId Repo, string Revision, string Commit, Variant Variant, RepoDescription? Description)
{
    /// <summary>Names the same files of the same commit, whoever asks: 16 hexadecimal digits.</summary>
    public string Id { get; } = Convert.ToHexStringLower(XxHash64.Hash(
        Encoding.UTF8.GetBytes($"{Repo}\n{Commit}\n{string.Join('\n', Variant.Files.Select(file => file.Path))}")));

    public IReadOnlyList<RepoFile> Files => Variant.Files;

    /// <summary>Bytes that are not here yet, as far as is known: parts may have holes.</summary>
    public long MissingBytes => Variant.TotalBytes - Variant.CachedBytes;
}
