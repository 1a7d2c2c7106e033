namespace NativeHost.Broker.Connecting;

/// <summary>A file that one process at a time holds. The system lets go of it when the process ends, however it ends.</summary>
internal static class LockFile
{
    /// <returns>What holds the lock until it is disposed; null where another process has it.</returns>
    /// <exception cref="DirectoryNotFoundException">Its folder is not there.</exception>
    public static FileStream? TryTake(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            return null;
        }
    }
}
