using System.Runtime.InteropServices;

namespace NativeHost.Registration;

/// <summary>What the native libraries need from the system.</summary>
/// <param name="Glibc">Version of the C library on Linux; null elsewhere and where there is another C library.</param>
/// <param name="WindowsSystemFolder">The folder of Windows' own libraries; null elsewhere.</param>
internal sealed partial record SystemLibraries(Version? Glibc, string? WindowsSystemFolder)
{
    /// <summary>The oldest glibc with which the natives load.</summary>
    public static readonly Version OldestGlibc = new(2, 34);

    /// <summary>The files of the Visual C++ runtime that the natives load.</summary>
    public static readonly IReadOnlyList<string> VisualCppRuntime = ["vcruntime140_1.dll", "msvcp140.dll"];

    /// <summary>What this machine has.</summary>
    public static SystemLibraries OfThisMachine() => new(
        OperatingSystem.IsLinux() ? GlibcVersion() : null,
        OperatingSystem.IsWindows() ? Environment.SystemDirectory : null);

    private static Version? GlibcVersion()
    {
        try
        {
            return Version.TryParse(Marshal.PtrToStringUTF8(GetGlibcVersion()), out var version) ? version : null;
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library, musl for one, does not know the function.
            return null;
        }
    }

    // The text is a constant of the library: nobody frees it.
    [LibraryImport("libc.so.6", EntryPoint = "gnu_get_libc_version")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint GetGlibcVersion();
}
