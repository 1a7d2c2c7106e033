using System.Runtime.InteropServices;
using NativeHost.Processes.Starting;

namespace NativeHost.Processes;

/// <summary>What the system does when a child of this process ends.</summary>
internal static partial class ChildEnds
{
    private const nint Usual = 0; // SIG_DFL

    /// <summary>
    /// Lets the system keep how children end. Who started this process may ignore its own children's ends, and that is inherited. Only as the first
    /// thing of all: the framework has its own way of being told, once it needs one.
    /// </summary>
    public static void Keep()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = signal(PosixSpawn.ChildSignal, Usual);
        }
    }

    // void (*signal(int sig, void (*func)(int)))(int);
    [LibraryImport("libc")]
    private static partial nint signal(int number, nint handler);
}
