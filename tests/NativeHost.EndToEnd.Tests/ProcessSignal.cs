using System.Runtime.InteropServices;

namespace NativeHost.EndToEnd.Tests;

/// <summary>Signals to other processes, without a program that is started for it: an answer may be over before that runs.</summary>
internal static partial class ProcessSignal
{
    public const int Kill = 9;
    public const int SegmentationFault = 11;
    public const int Continue = 18;
    public const int Stop = 19;

    public static void Send(int pid, int signal) => Assert.True(SendToProcess(pid, signal) == 0, $"No process {pid} to send signal {signal} to.");

    /// <summary>The same to a process that may have ended.</summary>
    public static void TrySend(int pid, int signal) => _ = SendToProcess(pid, signal);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendToProcess(int pid, int signal);
}
