namespace NativeHost.ModelCache.Blobs;

/// <summary>What a file looks like without reading it: enough to see that it changed.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="WriteTicks">Time of the last write in .NET ticks, UTC.</param>
public readonly record struct FileLook(long Length, long WriteTicks)
{
    /// <summary>Follows links: of a link, how the file at its end looks.</summary>
    /// <returns>Null where no file can be seen: none is there, a link leads nowhere, or it is a folder.</returns>
    public static FileLook? Of(string path)
    {
        try
        {
            FileSystemInfo? file = new FileInfo(path);
            if (file.Exists && file.Attributes.HasFlag(FileAttributes.ReparsePoint))
            {
                file = file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
            }

            return file is FileInfo { Exists: true } there ? new FileLook(there.Length, there.LastWriteTimeUtc.Ticks) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
