using System.Security.Cryptography;
using System.Text;

namespace NativeHost.Benchmarks.Downloads;

/// <summary>A cache of many small models, as the hub's own tools leave it.</summary>
internal static class ListedCache
{
    // Long enough ago that a scan may believe in what it knows.
    private static readonly DateTime Written = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static void Write(string home, int models)
    {
        for (var number = 0; number < models; number++)
        {
            var repo = Directory.CreateDirectory(Path.Combine(home, "hub", $"models--acme--model{number:D4}-GGUF")).FullName;
            var commit = Hash($"commit {number}")[..40];
            var blob = Hash($"weights {number}");
            WriteFile(Path.Combine(repo, "refs", "main"), commit);
            WriteFile(Path.Combine(repo, "blobs", blob), $"weights {number}");
            var pointer = Path.Combine(repo, "snapshots", commit, $"model{number:D4}-Q4_K_M.gguf");
            Directory.CreateDirectory(Path.GetDirectoryName(pointer)!);
            File.CreateSymbolicLink(pointer, Path.Combine("..", "..", "blobs", blob));
            foreach (var folder in Directory.EnumerateDirectories(repo, "*", SearchOption.AllDirectories).Append(repo))
            {
                Directory.SetLastWriteTimeUtc(folder, Written);
            }
        }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static void WriteFile(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, Written);
    }
}
