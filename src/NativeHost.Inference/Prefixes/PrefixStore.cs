using System.Security.Cryptography;
using System.Text;

namespace NativeHost.Inference.Prefixes;

/// <summary>Computed prompts of one model on disk, found again after a restart.</summary>
/// <remarks>
/// What was kept is used only for the same file of the same model, computed the same way, and for the same owner. Whatever does not fit, is damaged or cannot be read
/// is dropped without a word: it only has to be computed again. Not thread-safe; several processes may share a folder.
/// </remarks>
/// <param name="stateKey">What has to be equal for a state to be this model's.</param>
/// <param name="time">Tells when something was used last.</param>
internal sealed class PrefixStore(PrefixCacheOptions options, string stateKey, TimeProvider time)
{
    /// <summary>Shorter prompts are computed about as fast as they are read.</summary>
    public const int LeastTokens = 256;

    private static readonly TimeSpan LongestWriting = TimeSpan.FromHours(1);

    private const UnixFileMode OnlyTheUser = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private List<StoredPrefix>? _known;

    public TimeSpan IdleTime => options.IdleTime;

    /// <summary>Finds what holds most of a prompt.</summary>
    /// <param name="shared">How much.</param>
    /// <returns>Null where nothing holds any.</returns>
    public StoredPrefix? Find(ReadOnlySpan<Token> prompt, string? owner, out int shared)
    {
        var key = KeyOf(owner);
        StoredPrefix? found = null;
        shared = 0;
        foreach (var stored in Known())
        {
            if (stored.Key.AsSpan().SequenceEqual(key) && stored.SharedWith(prompt) is var length && length > shared)
            {
                (found, shared) = (stored, length);
            }
        }

        return found;
    }

    /// <summary>Reads a state back.</summary>
    /// <param name="restore">Reads the file that it is given; false where it is not what it should be.</param>
    public bool TryRestore(StoredPrefix stored, Func<string, bool> restore)
    {
        try
        {
            var path = stored.StatePath;
            if (new FileInfo(path) is { Exists: true } file && file.Length == stored.StateBytes && HashOf(path).AsSpan().SequenceEqual(stored.StateHash) && restore(path))
            {
                File.SetLastWriteTimeUtc(stored.HeadPath, time.GetUtcNow().UtcDateTime);
                return true;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As if it were not there.
        }

        Drop(stored);
        return false;
    }

    /// <summary>Keeps a sequence, in place of those that are its start.</summary>
    /// <param name="save">Writes the state into the file that it is given; false where it cannot.</param>
    public void Save(ReadOnlySpan<Token> tokens, string? owner, Func<string, bool> save)
    {
        var key = KeyOf(owner);
        foreach (var stored in Known())
        {
            if (stored.Key.AsSpan().SequenceEqual(key) && stored.Tokens.AsSpan().StartsWith(tokens))
            {
                return;
            }
        }

        var head = Path.Combine(options.Folder, StoredPrefix.NameOf(key, tokens));
        var unfinished = $"{head}.{Environment.ProcessId}.new";
        try
        {
            if (!save(unfinished))
            {
                return;
            }

            var bytes = new FileInfo(unfinished).Length;
            var stored = new StoredPrefix(head, key, HashOf(unfinished), bytes, tokens.ToArray());
            var headBytes = stored.ToBytes();
            if (bytes + headBytes.Length > options.Bytes)
            {
                return;
            }

            foreach (var start in Known().FindAll(other => other.Key.AsSpan().SequenceEqual(key) && stored.Tokens.AsSpan().StartsWith(other.Tokens)))
            {
                Drop(start);
            }

            MakeRoom(bytes + headBytes.Length);
            File.Move(unfinished, stored.StatePath, overwrite: true);
            WriteHead(stored, headBytes);
            Known().Add(stored);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk is full or not ours: then nothing is kept.
        }
        finally
        {
            Delete(unfinished);
        }
    }

    /// <summary>Deletes what processes left that were ended while they wrote.</summary>
    private void DropUnfinished()
    {
        try
        {
            foreach (var file in Directory.EnumerateFiles(options.Folder, "*.new").Select(path => new FileInfo(path)))
            {
                if (time.GetUtcNow() - file.LastWriteTimeUtc > LongestWriting)
                {
                    file.Delete();
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no folder yet, or they go next time.
        }
    }

    private List<StoredPrefix> Known()
    {
        if (_known is not null)
        {
            return _known;
        }

        _known = [];
        DropUnfinished();
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(options.Folder);
            }
            else
            {
                Directory.CreateDirectory(options.Folder, OnlyTheUser | UnixFileMode.UserExecute);
            }

            _known.AddRange(Directory.EnumerateFiles(options.Folder, "*" + StoredPrefix.HeadEnding).Select(TryRead).OfType<StoredPrefix>());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing is known then.
        }

        return _known;
    }

    private static StoredPrefix? TryRead(string path)
    {
        try
        {
            return StoredPrefix.Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void WriteHead(StoredPrefix stored, byte[] bytes)
    {
        var creation = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            creation.UnixCreateMode = OnlyTheUser;
            File.SetUnixFileMode(stored.StatePath, OnlyTheUser);
        }

        using var file = new FileStream(stored.HeadPath, creation);
        file.Write(bytes);
    }

    /// <summary>Deletes what was not used for longest, whichever model's, until there is room for so many bytes more.</summary>
    private void MakeRoom(long bytes)
    {
        var kept = new DirectoryInfo(options.Folder).GetFiles("*.state").Select(state => (State: state, Head: new FileInfo(Path.ChangeExtension(state.FullName, StoredPrefix.HeadEnding))))
            .OrderByDescending(pair => pair.Head.Exists ? pair.Head.LastWriteTimeUtc : DateTime.MinValue);
        var room = options.Bytes - bytes;
        foreach (var (state, head) in kept)
        {
            room -= state.Length + (head.Exists ? head.Length : 0);
            if (room < 0)
            {
                Delete(head.FullName);
                Delete(state.FullName);
                Known().RemoveAll(known => known.HeadPath == head.FullName);
            }
        }
    }

    private void Drop(StoredPrefix stored)
    {
        Known().Remove(stored);
        Delete(stored.HeadPath);
        Delete(stored.StatePath);
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is found, and found wanting, another time.
        }
    }

    private byte[] KeyOf(string? owner) => SHA256.HashData(Encoding.UTF8.GetBytes($"{stateKey}\n{(owner is null ? "" : "=" + owner)}"));

    private static byte[] HashOf(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 20, FileOptions.SequentialScan);
        return SHA256.HashData(file);
    }
}
