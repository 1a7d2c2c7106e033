using NativeHost.Broker.Connecting;
using NativeHost.Settings;

namespace NativeHost.Grants;

/// <summary>Which callers the user gave which grants: the file <c>grants.json</c> in the config folder.</summary>
/// <remarks>
/// Safe to use from any thread and from several processes at once. Readers see the file before or after a change, never a part of
/// one; changes take turns, so that none is lost. Nothing is kept in memory: what was given counts from then on, everywhere.
/// </remarks>
/// <param name="folder">The config folder; made with the first grant.</param>
internal sealed class GrantStore(string folder, TimeProvider time)
{
    /// <summary>How long others may hold the lock; a change takes milliseconds.</summary>
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Absolute path of the file, whether or not it is there.</summary>
    public string FilePath { get; } = Path.Combine(folder, "grants.json");

    private string LockPath => Path.Combine(folder, "grants.lock");

    /// <summary>All grants as they are now; none where there is no file.</summary>
    /// <exception cref="GrantsUnreadableException">The file is damaged, or of another version.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read.</exception>
    public GrantFile Read()
    {
        try
        {
            // Sharing all lets a change replace the file while it is read.
            using var stream = new FileStream(FilePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > GrantFile.MaxBytes)
            {
                throw GrantFile.Damaged(FilePath, $"it has {stream.Length} bytes");
            }

            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return GrantFile.Parse(FilePath, content);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return GrantFile.Empty();
        }
    }

    /// <summary>Gives a caller a grant.</summary>
    /// <returns>The caller's grants from now on.</returns>
    /// <exception cref="GrantsUnreadableException">The file is damaged, or of another version; it stays as it is.</exception>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read or written.</exception>
    public Task<GrantChange> GiveAsync(string origin, GrantKind kind, CancellationToken cancellationToken)
        => ChangeAsync(
            origin,
            names => names.Add(GrantKinds.NameOf(kind)),
            cancellationToken);

    /// <summary>Takes a grant from a caller.</summary>
    /// <param name="kind">Null for all that it has.</param>
    /// <returns>The caller's grants from now on.</returns>
    /// <exception cref="GrantsUnreadableException">The file is damaged, or of another version; it stays as it is.</exception>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read or written.</exception>
    public Task<GrantChange> RevokeAsync(string origin, GrantKind? kind, CancellationToken cancellationToken)
        => ChangeAsync(
            origin,
            names => names.RemoveWhere(name => kind is not { } only || name == GrantKinds.NameOf(only)) > 0,
            cancellationToken);

    private async Task<GrantChange> ChangeAsync(string origin, Func<SortedSet<string>, bool> change, CancellationToken cancellationToken)
    {
        UserFile.MakeFolder(folder);
        using var held = await TakeLockAsync(cancellationToken);
        var file = Read();
        var names = file.Grants.GetValueOrDefault(origin) ?? [];
        var isChanged = change(names);
        if (isChanged)
        {
            file.Grants[origin] = names;
            if (names.Count == 0)
            {
                file.Grants.Remove(origin);
            }

            UserFile.Replace(FilePath, file.Write);
        }

        return new GrantChange(origin, [.. names], isChanged);
    }

    private async Task<FileStream> TakeLockAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
#pragma warning disable CA2000 // The caller holds it for as long as it changes the file.
            if (LockFile.TryTake(LockPath) is { } held)
#pragma warning restore CA2000
            {
                return held;
            }

            if (time.GetElapsedTime(started) > LockPatience)
            {
                throw new IOException($"Another process holds {LockPath}. Try again when it has ended.");
            }

            await Task.Delay(LockPause, time, cancellationToken);
        }
    }
}

/// <summary>What a caller has after a change.</summary>
/// <param name="Grants">The names of its grants.</param>
/// <param name="IsChanged">False where it was so before.</param>
internal sealed record GrantChange(string Origin, IReadOnlyList<string> Grants, bool IsChanged);
