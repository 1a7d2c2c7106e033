using Microsoft.Win32.SafeHandles;

namespace NativeHost.Storage.Database;

/// <summary>Says that a process owns a store: an open file, which the system closes when the process ends, however it ends.</summary>
internal sealed class StoreLock : IDisposable
{
    private readonly SafeFileHandle _handle;

    private StoreLock(SafeFileHandle handle) => _handle = handle;

    /// <exception cref="StorageException">Somebody has it (<see cref="StorageFault.Busy"/>), or the file cannot be made.</exception>
    public static StoreLock Take(string path)
    {
        try
        {
            var handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            DiskFile.KeepForUser(handle);
            return new StoreLock(handle);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileFaults.Of(e);
        }
    }

    public void Dispose() => _handle.Dispose();
}
