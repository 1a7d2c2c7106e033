using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>What the files of a repository are at a commit, kept for ever: a commit does not change.</summary>
/// <remarks>
/// <c>trees/commit.json</c> of huggingface_hub:
/// <c>{"format_version": 1, "files": {path: {"size", "blob_id", "lfs_sha256"?, "lfs_size"?, "xet_hash"?}}}</c>, where blob_id is what git
/// calls the file; of a large file that is the small file that stands for it in git. Of xet hashes we know nothing, and write none.
/// </remarks>
internal sealed class Listings(RepositoryFolder repository)
{
    private const int Version = 1;

    // Tens of thousands of files.
    private const int MaxBytes = 64 * 1024 * 1024;

    /// <returns>Null where the commit is not known, or its file holds something else.</returns>
    public RepoListing? Read(string commit)
    {
        if (!RepositoryFolder.IsCommit(commit))
        {
            return null;
        }

        try
        {
            var path = PathOf(commit);
            if (new FileInfo(path) is not { Length: > 0 and <= MaxBytes })
            {
                return null;
            }

            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return Parse(json.RootElement, commit);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            // The last is what the reader says of text that is not Unicode.
            return null;
        }
    }

    /// <exception cref="ModelCacheException">It cannot be written.</exception>
    public void Write(RepoListing listing)
    {
        // Asks whether the commit is one.
        _ = repository.Snapshot(listing.Commit);

        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("format_version", Version);
            json.WriteStartObject("files");
            foreach (var file in listing.Files)
            {
                Write(json, file);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        repository.WriteWhole(PathOf(listing.Commit), bytes.ToArray());
    }

    /// <summary>Does nothing where there is none, or it cannot be removed.</summary>
    public void Remove(string commit)
    {
        try
        {
            File.Delete(PathOf(commit));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Where the disk may not be written it will be met again, and told again.
        }
    }

    private string PathOf(string commit) => Path.Combine(repository.Trees, $"{commit}.json");

    private static void Write(Utf8JsonWriter json, RepoFile file)
    {
        json.WriteStartObject(file.Path);
        json.WriteNumber("size", file.Size);
        json.WriteString("blob_id", file.Content.IsSha256 ? PointerId(file) : file.Content.Hex);
        if (file.Content.IsSha256)
        {
            json.WriteString("lfs_sha256", file.Content.Hex);
            json.WriteNumber("lfs_size", file.Size);
        }

        json.WriteEndObject();
    }

    /// <summary>What git calls the file that stands for a large one: see the specification of git-lfs.</summary>
    private static string PointerId(RepoFile file)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"version https://git-lfs.github.com/spec/v1\noid sha256:{file.Content.Hex}\nsize {file.Size}\n");
        var content = string.Create(CultureInfo.InvariantCulture, $"blob {text.Length}\0{text}");
#pragma warning disable CA5350 // The name that git gives, not a protection.
        return Convert.ToHexStringLower(SHA1.HashData(Encoding.ASCII.GetBytes(content)));
#pragma warning restore CA5350
    }

    private RepoListing? Parse(JsonElement json, string commit)
    {
        if (json.ValueKind != JsonValueKind.Object
            || !json.TryGetProperty("format_version", out var version) || version.ValueKind != JsonValueKind.Number
            || !version.TryGetInt32(out var number) || number != Version
            || !json.TryGetProperty("files", out var files) || files.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var list = new List<RepoFile>();
        foreach (var entry in files.EnumerateObject())
        {
            if (TryReadFile(entry) is not { } file)
            {
                // Half a listing would make a model of several files look whole.
                return null;
            }

            list.Add(file);
        }

        return new RepoListing(repository.Repo, commit, list);
    }

    private static RepoFile? TryReadFile(JsonProperty entry)
    {
        var isLarge = entry.Value.ValueKind == JsonValueKind.Object && entry.Value.TryGetProperty("lfs_sha256", out var sha256) && sha256.ValueKind != JsonValueKind.Null;
        return entry.Value.ValueKind == JsonValueKind.Object
            && RepoPath.IsSafe(entry.Name)
            && ContentId.TryParse(Text(entry.Value, isLarge ? "lfs_sha256" : "blob_id"), out var content)
            && Number(entry.Value, "size") is { } size
            ? new RepoFile(entry.Name, size, content)
            : null;
    }

    private static string? Text(JsonElement json, string name)
        => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement json, string name)
        => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0 ? number : null;
}
