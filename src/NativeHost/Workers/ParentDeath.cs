using System.Runtime.InteropServices;

namespace NativeHost.Workers;

/// <summary>Lets a worker end with the broker even where it cannot read that the broker is gone: where it is suspended.</summary>
internal static partial class ParentDeath
{
    private const int SetParentDeathSignal = 1; // PR_SET_PDEATHSIG
    private const int Kill = 9; // SIGKILL

    /// <summary>From here on the process ends with the thread that started it. Linux alone knows that; elsewhere nothing happens.</summary>
    /// <remarks>Counts as long as the calling thread lives.</remarks>
    public static void EndsThisProcess()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = prctl(SetParentDeathSignal, Kill);
        }
    }

    [LibraryImport("libc")]
    private static partial int prctl(int option, nuint argument);
}
