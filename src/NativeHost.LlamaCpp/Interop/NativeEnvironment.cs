using System.Runtime.InteropServices;

namespace NativeHost.LlamaCpp.Interop;

/// <summary>Environment variables as native code sees them.</summary>
/// <remarks>On Unix, <see cref="Environment.SetEnvironmentVariable(string, string?)"/> changes only .NET's own copy.</remarks>
internal static partial class NativeEnvironment
{
    /// <summary>Sets a variable, or takes it away where the value is empty.</summary>
    public static void Set(string name, string value)
    {
        if (OperatingSystem.IsWindows())
        {
            _ = _putenv_s(name, value);
        }
        else if (value.Length == 0)
        {
            _ = unsetenv(name);
        }
        else
        {
            _ = setenv(name, value, 1);
        }
    }

    // int setenv(const char * name, const char * value, int overwrite);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    // int unsetenv(const char * name);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unsetenv(string name);

    // errno_t _putenv_s(const char * name, const char * value);
    [LibraryImport("ucrtbase", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int _putenv_s(string name, string value);
}
