using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.System32)]

namespace NativeHost.Framing;

/// <summary>The process's own stdin and stdout, taken away from everything else in it.</summary>
/// <remarks>
/// Native libraries print to file descriptor 1, and one such line among the frames ends the port. So descriptor 1 is
/// pointed at stderr, and a private copy of the old one carries the frames.
/// </remarks>
internal static partial class StandardStreams
{
    public const int StandardInput = 0;
    public const int StandardOutput = 1;
    public const int StandardError = 2;

    private const int WindowsInputHandle = -10;
    private const int WindowsOutputHandle = -11;
    private const int WindowsErrorHandle = -12;
    private const uint SameAccess = 2;

    // What writes to a pipe without a reader fail with: EPIPE, ERROR_BROKEN_PIPE and ERROR_NO_DATA.
    private const int UnixBrokenPipe = 32;
    private const int WindowsBrokenPipe = unchecked((int)0x8007006D);
    private const int WindowsPipeClosing = unchecked((int)0x800700E8);

    /// <summary>Takes stdout for frames; whatever else is written to it from now on goes to stderr.</summary>
    /// <exception cref="IOException">There is no stdout.</exception>
    public static Stream TakeOutput()
        => OperatingSystem.IsWindows() ? Open(TakeWindowsOutput(), FileAccess.Write) : new DescriptorStream((int)TakeUnixOutput());

    /// <summary>Opens stdin as bytes.</summary>
    public static Stream OpenInput()
        => Open(OperatingSystem.IsWindows() ? GetStdHandle(WindowsInputHandle) : StandardInput, FileAccess.Read);

    /// <summary>Opens stdin for one thread that waits for it.</summary>
    public static Stream OpenBlockingInput() => OperatingSystem.IsWindows() ? OpenInput() : new DescriptorStream(StandardInput);

    /// <summary>Text for a person, where stdout is not taken.</summary>
    /// <param name="descriptor"><see cref="StandardOutput"/> or <see cref="StandardError"/>.</param>
    public static TextWriter OpenText(int descriptor)
    {
        var stream = OperatingSystem.IsWindows()
            ? Open(GetStdHandle(descriptor == StandardOutput ? WindowsOutputHandle : WindowsErrorHandle), FileAccess.Write)
            : (Stream)new DescriptorStream(descriptor);
        return new StreamWriter(stream) { AutoFlush = true };
    }

    /// <summary>Whether a write failed because nobody reads any more, as behind <c>| head</c>.</summary>
    public static bool IsReaderGone(IOException failure) => failure.HResult is UnixBrokenPipe or WindowsBrokenPipe or WindowsPipeClosing;

#pragma warning disable CA2000 // The stream owns the handle, and lives as long as the process.
    private static FileStream Open(nint handle, FileAccess access)
        => new(new SafeFileHandle(handle, ownsHandle: true), access, bufferSize: 0);
#pragma warning restore CA2000

    private static nint TakeUnixOutput()
    {
        var copy = dup(StandardOutput);
        if (copy < 0)
        {
            throw new IOException("There is no standard output.");
        }

        if (dup2(StandardError, StandardOutput) < 0)
        {
            // No stderr either: what libraries print is dropped.
            using var nowhere = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write);
            _ = dup2((int)nowhere.DangerousGetHandle(), StandardOutput);
        }

        return copy;
    }

    private static nint TakeWindowsOutput()
    {
        var process = GetCurrentProcess();
        if (!DuplicateHandle(process, GetStdHandle(WindowsOutputHandle), process, out var copy, 0, false, SameAccess))
        {
            throw new IOException("There is no standard output.", new Win32Exception());
        }

        _ = SetStdHandle(WindowsOutputHandle, GetStdHandle(WindowsErrorHandle));
        _ = ucrt_dup2(StandardError, StandardOutput);
        return copy;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup2(int from, int to);

    [LibraryImport("ucrtbase", EntryPoint = "_dup2")]
    private static partial int ucrt_dup2(int from, int to);

    [LibraryImport("kernel32")]
    private static partial nint GetCurrentProcess();

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial nint GetStdHandle(int which);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetStdHandle(int which, nint handle);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool DuplicateHandle(
        nint sourceProcess, nint source, nint targetProcess, out nint target, uint access, [MarshalAs(UnmanagedType.Bool)] bool inherit, uint options);
}
