namespace NativeHost.Hardware.Disks;

/// <summary>A folder whose disk is of interest.</summary>
/// <param name="Use">What lies in it, such as <c>model_cache</c>.</param>
/// <param name="Path">Absolute; it need not be there yet.</param>
public sealed record MachineFolder(string Use, string Path);

/// <summary>The disk that a folder is on, now.</summary>
/// <param name="TotalBytes">Of the file system.</param>
/// <param name="AvailableBytes">That this user may still write: quotas count, and what is kept for the administrator does not.</param>
/// <param name="FreeBytes">That nobody has written to.</param>
/// <param name="FileSystem">Its kind, such as <c>ext4</c>; null where the system does not tell.</param>
public sealed record FolderSpace(long TotalBytes, long AvailableBytes, long FreeBytes, string? FileSystem);
