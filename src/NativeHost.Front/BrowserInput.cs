using System.Runtime.InteropServices;
using NativeHost.Framing;

namespace NativeHost.Front;

/// <summary>Whether the browser is still there, without reading what it says.</summary>
internal static partial class BrowserInput
{
    private const short HangUp = 0x10;
    private const int StandardInputHandle = -10;

    /// <summary>Waits without reading.</summary>
    /// <returns>Whether the browser closed its end meanwhile, or before.</returns>
    public static bool ClosesWithin(TimeSpan time)
    {
        if (OperatingSystem.IsWindows())
        {
            using var never = new ManualResetEventSlim();
            never.Wait(time);
            return !PeekNamedPipe(GetStdHandle(StandardInputHandle), 0, 0, 0, out _, 0);
        }

        // Readable input does not wake the wait: only hang-ups are asked for, which the system always tells.
        var input = new PollEntry { Descriptor = 0 };
        return poll(ref input, 1, (int)Math.Ceiling(time.TotalMilliseconds)) > 0 && (input.Happened & HangUp) != 0;
    }

    [LibraryImport("libc")]
    private static partial int poll(ref PollEntry entries, nuint count, int milliseconds);

    [LibraryImport("kernel32")]
    private static partial nint GetStdHandle(int number);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool PeekNamedPipe(nint pipe, nint buffer, uint bufferBytes, nint read, out uint available, nint left);
}
