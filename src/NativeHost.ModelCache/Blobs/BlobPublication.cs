namespace NativeHost.ModelCache.Blobs;

/// <summary>Makes a verified part the blob. Whatever fails in between, no name ever leads to bytes that are not its own.</summary>
internal static class BlobPublication
{
    /// <param name="part">Is closed.</param>
    /// <returns>False where another process has published it meanwhile, whose file is still to be looked at.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static bool Publish(BlobFiles files, PartPaths paths, PartFile part, Action<string> atPoint)
    {
        part.Flush();
        part.Dispose();
        atPoint(CrashPoint.PartFlushed);
        try
        {
            // Replaces what is there: that was looked at and is not the blob. One step, unlike a move that replaces nothing.
            File.Move(paths.Part, files.Blob, overwrite: true);
        }
        catch (IOException) when (!File.Exists(paths.Part) && File.Exists(files.Blob))
        {
            return false;
        }

        atPoint(CrashPoint.Published);
        FolderSync.Flush(files.Folder);
        atPoint(CrashPoint.FolderFlushed);
        return true;
    }

    /// <summary>Stamps a blob that was verified. What fails here is done again next time.</summary>
    /// <param name="isOurs">Whether it is to be protected, too.</param>
    public static void Seal(BlobFiles files, bool isOurs, Action<string> atPoint)
    {
        try
        {
            if (isOurs && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(files.Blob, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            }

            atPoint(CrashPoint.MadeReadOnly);
            BlobStamp.Write(files);
            atPoint(CrashPoint.Stamped);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file system without modes, or a full disk: the blob is good all the same.
        }
    }
}
