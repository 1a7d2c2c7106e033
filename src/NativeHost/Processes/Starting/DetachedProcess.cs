using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NativeHost.Processes.Starting;

/// <summary>Starts a program that outlives the one that starts it.</summary>
/// <remarks>
/// It gets a session of its own, so that neither a terminal's Ctrl-C nor a browser's end reaches it; nothing to read and nowhere to
/// write, so that it holds no pipe of the browser's open; and of the environment only what it needs.
/// </remarks>
internal static partial class DetachedProcess
{
    private const nint Ignored = 1;

    private const uint DetachedFlag = 0x8;
    private const uint NewGroupFlag = 0x200;
    private const uint UnicodeEnvironmentFlag = 0x400;
    private const uint BreakawayFlag = 0x0100_0000;

    /// <param name="keeps">Which variables of the environment it gets.</param>
    /// <exception cref="IOException">The system did not start it.</exception>
    public static void Start(string program, string[] arguments, Predicate<string> keeps)
    {
        var variables = ChildEnvironment.Variables(keeps);
        if (OperatingSystem.IsWindows())
        {
            StartOnWindows(program, arguments, ChildEnvironment.BlockOf(variables));
        }
        else
        {
            StartOnUnix(program, arguments, variables);
        }
    }

    private static void StartOnUnix(string program, string[] arguments, List<string> variables)
    {
        // Nobody waits for the child, so the system is told that nobody will: it leaves no zombie.
        _ = signal(PosixSpawn.ChildSignal, Ignored);
        _ = PosixSpawn.Start(program, arguments, variables);
    }

    [SupportedOSPlatform("windows")]
    private static unsafe void StartOnWindows(string program, string[] arguments, string variables)
    {
        const uint Flags = DetachedFlag | NewGroupFlag | UnicodeEnvironmentFlag;
        var start = new StartupInfo { Size = sizeof(StartupInfo) };
        ProcessInformation process;

        // Arguments are words of our own, without spaces or quotes. CreateProcess writes into the line that it is given.
        var line = $"\"{program}\" {string.Join(' ', arguments)}\0".ToCharArray();
        fixed (char* commandLine = line, environment = variables)
        {
            // A job that forbids to leave it is left as it is.
            if (!CreateProcess(program, commandLine, 0, 0, false, Flags | BreakawayFlag, (nint)environment, null, start, out process)
                && !CreateProcess(program, commandLine, 0, 0, false, Flags, (nint)environment, null, start, out process))
            {
                throw new IOException($"{program} does not start.", new Win32Exception());
            }
        }

        _ = CloseHandle(process.Process);
        _ = CloseHandle(process.Thread);
    }

    [LibraryImport("libc")]
    private static partial nint signal(int number, nint handler);

    [LibraryImport("kernel32", EntryPoint = "CreateProcessW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool CreateProcess(
        string program,
        char* commandLine,
        nint processSecurity,
        nint threadSecurity,
        [MarshalAs(UnmanagedType.Bool)] bool inheritHandles,
        uint flags,
        nint environment,
        string? folder,
        in StartupInfo start,
        out ProcessInformation process);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseHandle(nint handle);

    /// <summary>STARTUPINFOW, of which only the size is set.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct StartupInfo
    {
        public int Size;
        public nint Reserved;
        public nint Desktop;
        public nint Title;
        public int X;
        public int Y;
        public int Width;
        public int Height;
        public int CharactersX;
        public int CharactersY;
        public int FillAttribute;
        public int Flags;
        public short ShowWindow;
        public short ReservedSize;
        public nint ReservedBytes;
        public nint Input;
        public nint Output;
        public nint Error;
    }

    /// <summary>PROCESS_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ProcessInformation
    {
        public nint Process;
        public nint Thread;
        public int ProcessId;
        public int ThreadId;
    }
}
