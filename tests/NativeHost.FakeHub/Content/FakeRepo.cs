using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NativeHost.Testing;

/// <summary>A repository of the fake hub: commits, branches and tags, files, and who may read it.</summary>
/// <remarks>Safe to change while the hub answers. Begins with one empty commit on <c>main</c>.</remarks>
public sealed class FakeRepo
{
    private const int IdDigits = 40;

    private readonly Lock _changing = new();
    private readonly ConcurrentDictionary<string, bool> _allowed = new(StringComparer.Ordinal);
    private ImmutableList<FakeCommit> _commits = [];

    /// <param name="id">owner/name.</param>
    internal FakeRepo(string id)
    {
        Id = id;
        NewCommit("initial commit");
    }

    public string Id { get; }

    public Gate Gate { get; set; }

    public bool IsPrivate { get; set; }

    public bool IsDisabled { get; set; }

    public long Downloads { get; set; } = 1;

    /// <summary>What the hub says of the model in its GGUF files; null where it has not looked.</summary>
    public GgufHint? Gguf { get; set; }

    /// <summary>The newest commit of <c>main</c>.</summary>
    public FakeCommit Head => Branches["main"];

    /// <summary>Id of the newest commit of <c>main</c>, 40 hexadecimal digits.</summary>
    public string Commit => Head.Id;

    public ImmutableSortedDictionary<string, FakeCommit> Branches { get; private set; } = ImmutableSortedDictionary<string, FakeCommit>.Empty;

    public ImmutableSortedDictionary<string, FakeCommit> Tags { get; private set; } = ImmutableSortedDictionary<string, FakeCommit>.Empty;

    /// <summary>Lets who has the token read a private repository and download from a gated one.</summary>
    public void Allow(string token) => _allowed[token] = true;

    public FakeFile AddFile(string path, ReadOnlyMemory<byte> bytes, bool isLfs = false) => AddFile(path, new BytesContent(bytes), isLfs);

    public FakeFile AddFile(string path, string text) => AddFile(path, new BytesContent(Encoding.UTF8.GetBytes(text)), isLfs: false);

    /// <summary>A large file whose content is computed, see <see cref="GeneratedContent"/>.</summary>
    /// <param name="size">Bytes.</param>
    public FakeFile AddGenerated(string path, long size, int seed = 1) => AddFile(path, new GeneratedContent(size, (ulong)seed), isLfs: true);

    /// <summary>Puts a file into the newest commit of <c>main</c>, or replaces it there.</summary>
    public FakeFile AddFile(string path, FileContent content, bool isLfs)
    {
        lock (_changing)
        {
            var file = new FakeFile(path, content, isLfs, Head);
            Head.Files = Head.Files.SetItem(path, file);
            return file;
        }
    }

    /// <summary>Takes a file out of the newest commit of <c>main</c>.</summary>
    public void RemoveFile(string path)
    {
        lock (_changing)
        {
            Head.Files = Head.Files.Remove(path);
        }
    }

    /// <summary>Moves <c>main</c> to a new commit, which begins with the files of the one before.</summary>
    public FakeCommit NewCommit(string title = "update")
    {
        lock (_changing)
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Id} {_commits.Count} {title}")));
            var commit = new FakeCommit(Convert.ToHexStringLower(hash)[..IdDigits], title);
            if (_commits.Count > 0)
            {
                commit.Files = Head.Files;
            }

            _commits = _commits.Add(commit);
            Branches = Branches.SetItem("main", commit);
            return commit;
        }
    }

    /// <summary>Names a commit, by default the newest, as a branch. The name may have slashes.</summary>
    public void AddBranch(string name, FakeCommit? commit = null)
    {
        lock (_changing)
        {
            Branches = Branches.SetItem(name, commit ?? Head);
        }
    }

    /// <summary>Names a commit, by default the newest, as a tag.</summary>
    public void AddTag(string name, FakeCommit? commit = null)
    {
        lock (_changing)
        {
            Tags = Tags.SetItem(name, commit ?? Head);
        }
    }

    internal bool Allows(string? token) => token is not null && _allowed.ContainsKey(token);

    /// <returns>Null where the revision is neither a branch, nor a tag, nor the id of a commit.</returns>
    internal FakeCommit? Find(string revision)
    {
        var name = revision.StartsWith("refs/heads/", StringComparison.Ordinal) ? revision["refs/heads/".Length..] : revision;
        return name == "HEAD" ? Head
            : Branches.GetValueOrDefault(name) ?? Tags.GetValueOrDefault(name) ?? _commits.Find(commit => commit.Id == name);
    }
}

/// <summary>Whether downloads need somebody's consent.</summary>
public enum Gate
{
    None,

    /// <summary>Consent comes by itself once the terms are accepted.</summary>
    Auto,

    /// <summary>The owner consents.</summary>
    Manual,
}

/// <summary>What the hub found in a repository's GGUF file.</summary>
/// <param name="Total">Parameters.</param>
/// <param name="ContextLength">Tokens.</param>
public sealed record GgufHint(long Total, string Architecture, int ContextLength);
