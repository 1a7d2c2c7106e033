namespace NativeHost.Settings;

/// <summary>A file in the config folder, which only the user may read and write.</summary>
internal static class UserFile
{
    private const UnixFileMode OnlyTheUser = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the folder where there is none.</summary>
    public static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OnlyTheUser | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Gives the file another content: who reads it meanwhile sees the one or the other, also after a loss of power.</summary>
    /// <param name="path">Of the file; no link. The folder is there.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="mode">The file's rights on Unix; null for the user's alone.</param>
    /// <remarks>Of several that replace one file at once, the caller sees to it that they take turns.</remarks>
    /// <exception cref="IOException">It cannot be written; the file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written; the file is as it was.</exception>
    public static void Replace(string path, Action<Stream> write, UnixFileMode? mode = null)
    {
        // One that a crash left is of no use to anybody.
        var temporary = path + ".tmp";
        File.Delete(temporary);
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = mode ?? OnlyTheUser;
            }

            using (var stream = new FileStream(temporary, options))
            {
                write(stream);

                // On the disk before it has the name: a loss of power must not leave an empty file there.
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
