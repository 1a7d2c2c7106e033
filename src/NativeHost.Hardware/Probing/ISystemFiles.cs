namespace NativeHost.Hardware.Probing;

/// <summary>The small text files in which a system tells about itself.</summary>
internal interface ISystemFiles
{
    /// <summary>The text of a file; null where it is not there, or not for this user.</summary>
    string? Read(string path);

    /// <summary>Names of what is in a folder, in order; none where it is not there, or not for this user.</summary>
    IReadOnlyList<string> Names(string folder);
}

/// <summary>The files of this machine.</summary>
internal sealed class SystemFiles : ISystemFiles
{
    public string? Read(string path) => SystemFile.TryRead(path);

    public IReadOnlyList<string> Names(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
