namespace NativeHost.Storage.Database;

/// <summary>What the system says of files, in the store's words.</summary>
internal static class FileFaults
{
    // ENOSPC, and EDQUOT on Linux and macOS; ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL on Windows.
    private const int NoSpace = 28;
    private const int LinuxQuota = 122;
    private const int MacQuota = 69;
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    // EWOULDBLOCK of Linux and macOS; ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION.
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharing = unchecked((int)0x80070020);
    private const int WindowsLock = unchecked((int)0x80070021);

    /// <param name="failure">What the system threw, or LiteDB.</param>
    public static StorageException Of(Exception failure) => failure switch
    {
        JournalDroppedException { InnerException: { } cause } => Of(cause),
        IOException e when IsHeld(e) => new StorageException(
            StorageFault.Busy, "Another process has the conversations open. Close it, or wait until it has ended.", failure),
        IOException e when IsFull(e) => new StorageException(
            StorageFault.DiskFull, "The disk is full: nothing of this was stored. Make room and try again; what was stored before is kept.", failure),
        _ => new StorageException(
            StorageFault.Unusable, $"The file of the conversations cannot be read or written ({failure.GetType().Name}). Look whether the data folder and its disk are there and are yours.", failure),
    };

    private static bool IsHeld(IOException failure) => OperatingSystem.IsWindows()
        ? failure.HResult is WindowsSharing or WindowsLock
        : failure.HResult == (OperatingSystem.IsMacOS() ? MacWouldBlock : LinuxWouldBlock);

    private static bool IsFull(IOException failure) => OperatingSystem.IsWindows()
        ? failure.HResult is WindowsDiskFull or WindowsHandleDiskFull
        : failure.HResult == NoSpace || failure.HResult == (OperatingSystem.IsMacOS() ? MacQuota : LinuxQuota);
}
