namespace NativeHost.ModelCache.Store;

/// <summary>A lock that is an open file. The system lets go of it when the process ends, however it ends.</summary>
/// <remarks>On Unix it is <c>flock</c>, as in huggingface_hub, and excludes that too.</remarks>
internal sealed class FileLock : IDisposable
{
    // How long it takes until a lock that others hold for a moment is asked for again.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Takes the lock for one alone.</summary>
    /// <returns>Null where somebody has it.</returns>
    /// <exception cref="ModelCacheException">The file cannot be made.</exception>
    public static FileLock? TryTake(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return TryOpen(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFault.Unusable(path, e);
        }
    }

    /// <summary>Takes the lock for one alone, and waits for it. For locks that nobody holds for long.</summary>
    /// <exception cref="ModelCacheException">The file cannot be made.</exception>
    public static async Task<FileLock> TakeAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        FileLock? taken;
        while ((taken = TryTake(path)) is null)
        {
            await Task.Delay(Pause, time, cancellationToken);
        }

        return taken;
    }

    /// <summary>Takes the lock together with others who share it.</summary>
    /// <returns>Null where somebody has it alone.</returns>
    /// <exception cref="IOException">The file cannot be made or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static FileLock? TryShare(string path)
    {
        while (true)
        {
            var shared = TryOpen(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read);
            if (shared is null || File.Exists(path))
            {
                return shared;
            }

            // It was removed between the opening and the locking, and holds nothing any more.
            shared.Dispose();
        }
    }

    /// <summary>Whether somebody has the lock, alone or shared; a lock file that is not there is not made.</summary>
    public static bool IsHeld(string path)
    {
        try
        {
            using var free = TryOpen(path, FileMode.Open, FileAccess.Read, FileShare.None);
            return free is null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Who cannot know leaves it alone.
            return true;
        }
    }

    public void Dispose() => _file.Dispose();

    private static FileLock? TryOpen(string path, FileMode mode, FileAccess access, FileShare share)
    {
        try
        {
            // No buffer: nothing is read or written.
            return new FileLock(new FileStream(path, mode, access, share, bufferSize: 0));
        }
        catch (IOException e) when (IsHeldByOther(e))
        {
            return null;
        }
    }

    // EWOULDBLOCK of Linux and macOS; ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION.
    private static bool IsHeldByOther(IOException failure) => OperatingSystem.IsWindows()
        ? failure.HResult is unchecked((int)0x80070020) or unchecked((int)0x80070021)
        : failure.HResult == (OperatingSystem.IsMacOS() ? 35 : 11);
}
