using System.Text.Json.Nodes;

namespace NativeHost.Testing;

/// <summary>What the hub says of repositories and files, in its JSON.</summary>
internal static class RepoJson
{
    private const string Date = "2026-01-01T00:00:00.000Z";

    /// <summary>A repository at a commit.</summary>
    /// <param name="blobs">Whether each file comes with its size and hashes.</param>
    public static JsonObject Info(FakeRepo repo, FakeCommit commit, bool blobs) => new()
    {
        ["_id"] = commit.Id[..24],
        ["id"] = repo.Id,
        ["modelId"] = repo.Id,
        ["author"] = repo.Id.Split('/')[0],
        ["sha"] = commit.Id,
        ["lastModified"] = Date,
        ["createdAt"] = Date,
        ["private"] = repo.IsPrivate,
        ["gated"] = repo.Gate == Gate.None ? JsonValue.Create(false) : JsonValue.Create(repo.Gate == Gate.Auto ? "auto" : "manual"),
        ["disabled"] = repo.IsDisabled,
        ["downloads"] = repo.Downloads,
        ["likes"] = 0,
        ["pipeline_tag"] = "text-generation",
        ["library_name"] = "gguf",
        ["tags"] = new JsonArray("gguf", "license:apache-2.0"),
        ["cardData"] = new JsonObject { ["license"] = "apache-2.0" },
        ["usedStorage"] = commit.Files.Values.Sum(file => file.Size),
        ["gguf"] = repo.Gguf is { } gguf
            ? new JsonObject { ["total"] = gguf.Total, ["architecture"] = gguf.Architecture, ["context_length"] = gguf.ContextLength }
            : null,
        ["siblings"] = new JsonArray([.. commit.Files.Values.Select(file => Sibling(file, blobs))]),
    };

    /// <summary>Keeps only those fields that were asked for, if some were; the ids always stay.</summary>
    public static JsonObject Only(JsonObject info, IReadOnlyCollection<string> fields)
    {
        if (fields.Count == 0)
        {
            return info;
        }

        foreach (var name in info.Select(field => field.Key).Where(name => name is not ("_id" or "id" or "modelId") && !fields.Contains(name)).ToList())
        {
            info.Remove(name);
        }

        return info;
    }

    public static JsonObject Refs(FakeRepo repo) => new()
    {
        ["tags"] = References(repo.Tags, "refs/tags/"),
        ["branches"] = References(repo.Branches, "refs/heads/"),
        ["converts"] = new JsonArray(),
    };

    /// <summary>A file as the tree and paths-info list it.</summary>
    /// <param name="expand">Whether it comes with its last commit and what the scanners said.</param>
    public static JsonObject Entry(FakeFile file, bool expand)
    {
        var size = file.ListedSize ?? file.Size;
        var entry = new JsonObject { ["type"] = "file", ["oid"] = file.Oid, ["size"] = size, ["path"] = file.Path };
        if (file.IsLfs)
        {
            entry["lfs"] = new JsonObject { ["oid"] = file.ListedSha256 ?? file.Sha256, ["size"] = size, ["pointerSize"] = file.Content.LfsPointer().Length };
            entry["xetHash"] = file.XetHash;
        }

        if (expand)
        {
            AddExpansion(entry, file.LastCommit);
        }

        return entry;
    }

    /// <param name="commit">Whose tree it is in; gives it its id, too.</param>
    public static JsonObject Folder(string path, FakeCommit commit, bool expand)
    {
        var oid = new BytesContent(System.Text.Encoding.UTF8.GetBytes($"tree {commit.Id} {path}")).GitOid;
        var entry = new JsonObject { ["type"] = "directory", ["oid"] = oid, ["size"] = 0, ["path"] = path };
        if (expand)
        {
            AddExpansion(entry, commit);
        }

        return entry;
    }

    private static void AddExpansion(JsonObject entry, FakeCommit commit)
    {
        entry["lastCommit"] = new JsonObject { ["id"] = commit.Id, ["title"] = commit.Title, ["date"] = Date };
        entry["securityFileStatus"] = new JsonObject { ["status"] = "safe", ["avScan"] = null, ["pickleImportScan"] = null };
    }

    private static JsonObject Sibling(FakeFile file, bool blobs)
    {
        var sibling = new JsonObject { ["rfilename"] = file.Path };
        if (blobs)
        {
            sibling["blobId"] = file.Oid;
            sibling["size"] = file.ListedSize ?? file.Size;
            if (file.IsLfs)
            {
                sibling["lfs"] = new JsonObject
                {
                    ["sha256"] = file.ListedSha256 ?? file.Sha256,
                    ["size"] = file.ListedSize ?? file.Size,
                    ["pointerSize"] = file.Content.LfsPointer().Length,
                };
            }
        }

        return sibling;
    }

    private static JsonArray References(IEnumerable<KeyValuePair<string, FakeCommit>> references, string prefix)
        => new([.. references.Select(reference => new JsonObject
        {
            ["name"] = reference.Key,
            ["ref"] = prefix + reference.Key,
            ["targetCommit"] = reference.Value.Id,
        })]);
}
