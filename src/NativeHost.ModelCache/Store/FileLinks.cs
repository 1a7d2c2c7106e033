using System.Runtime.InteropServices;

namespace NativeHost.ModelCache.Store;

/// <summary>Second paths to a file. Each says whether it worked: not every disk and not every user can have them.</summary>
internal static partial class FileLinks
{
    // Where Windows wants the long form of a path.
    private const int WindowsPathLimit = 248;

    /// <param name="existing">Not a link itself: systems differ in whether they follow it.</param>
    public static bool TryHardLink(string existing, string path)
        => OperatingSystem.IsWindows()
            ? CreateHardLinkW(LongWindowsPath(path), LongWindowsPath(existing), 0) != 0
            : link(existing, path) == 0;

    /// <param name="target">As it is written into the link: absolute, or relative to the folder of <paramref name="path"/>.</param>
    public static bool TrySymbolicLink(string path, string target)
    {
        try
        {
            File.CreateSymbolicLink(path, target);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether a file or folder is a link, wherever it leads.</summary>
    public static bool IsLink(string path)
    {
        try
        {
            return File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint) && new FileInfo(path).LinkTarget is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    internal static string LongWindowsPath(string path)
        => path.Length < WindowsPathLimit || path.StartsWith(@"\\", StringComparison.Ordinal) ? path : $@"\\?\{Path.GetFullPath(path)}";

    // int link(const char *oldpath, const char *newpath);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int link(string existing, string path);

    [LibraryImport("kernel32", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int CreateHardLinkW(string path, string existing, nint security);
}
