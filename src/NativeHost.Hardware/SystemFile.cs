namespace NativeHost.Hardware;

/// <summary>The small text files in which Linux tells about itself.</summary>
internal static class SystemFile
{
    /// <summary>The text of a file; null where it is not there or not for this user.</summary>
    public static string? TryRead(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
