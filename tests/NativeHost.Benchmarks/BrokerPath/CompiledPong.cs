using System.ComponentModel;
using System.Diagnostics;

namespace NativeHost.Benchmarks.BrokerPath;

/// <summary>The C program that the front's start is compared with.</summary>
internal static class CompiledPong
{
    /// <returns>Whether there is a compiler, and the program now is at <paramref name="target"/>.</returns>
    public static bool TryBuild(string source, string target)
    {
        try
        {
            using var compiler = Process.Start("cc", ["-O2", "-o", target, source]);
            compiler.WaitForExit();
            return compiler.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
