using System.Collections;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NativeHost.Broker.Connecting;

/// <summary>Starts a program that outlives the one that starts it.</summary>
/// <remarks>
/// It gets a session of its own, so that neither a terminal's Ctrl-C nor a browser's end reaches it; nothing to read and nowhere to
/// write, so that it holds no pipe of the browser's open; and of the environment only what it needs.
/// </remarks>
internal static partial class DetachedProcess
{
    private const short LinuxNewSession = 0x80;
    private const short MacNewSession = 0x400;
    private const short MacCloseByDefault = 0x4000;
    private const short DefaultSignals = 0x04;
    private const int ChildSignal = 17;
    private const int MacChildSignal = 20;
    private const nint Ignored = 1;
    private const int ReadWrite = 2;
    private const int FirstForeignDescriptor = 3;

    // The structures are a pointer or a word on macOS, and at most 336 bytes with glibc and musl.
    private const int OpaqueBytes = 1024;

    private const uint DetachedFlag = 0x8;
    private const uint NewGroupFlag = 0x200;
    private const uint BreakawayFlag = 0x0100_0000;

    /// <exception cref="IOException">The system did not start it.</exception>
    public static void Start(string program, string[] arguments)
    {
        if (OperatingSystem.IsWindows())
        {
            StartOnWindows(program, arguments);
        }
        else
        {
            StartOnUnix(program, arguments);
        }
    }

    private static unsafe void StartOnUnix(string program, string[] arguments)
    {
        // Nobody waits for the child, so the system is told that nobody will: it leaves no zombie.
        var childSignal = OperatingSystem.IsMacOS() ? MacChildSignal : ChildSignal;
        _ = signal(childSignal, Ignored);

        var actions = stackalloc byte[OpaqueBytes];
        var attributes = stackalloc byte[OpaqueBytes];
        var signals = stackalloc byte[OpaqueBytes];
        _ = posix_spawn_file_actions_init(actions);
        _ = posix_spawnattr_init(attributes);
        var variables = new List<string>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (ChildEnvironment.Keeps((string)variable.Key))
            {
                variables.Add($"{variable.Key}={variable.Value}");
            }
        }

        var argv = TextArray([program, .. arguments]);
        var environment = TextArray(variables);
        try
        {
            for (var descriptor = 0; descriptor <= 2; descriptor++)
            {
                _ = posix_spawn_file_actions_addopen(actions, descriptor, "/dev/null", ReadWrite, 0);
            }

            // What is ignored here would be ignored there as well.
            _ = sigemptyset(signals);
            _ = sigaddset(signals, childSignal);
            _ = posix_spawnattr_setsigdefault(attributes, signals);
            if (OperatingSystem.IsMacOS())
            {
                _ = posix_spawnattr_setflags(attributes, MacNewSession | MacCloseByDefault | DefaultSignals);
            }
            else
            {
                // Browsers leave descriptors of theirs open, and the copy of stdout is one as well.
                _ = posix_spawn_file_actions_addclosefrom_np(actions, FirstForeignDescriptor);
                _ = posix_spawnattr_setflags(attributes, LinuxNewSession | DefaultSignals);
            }

            var error = posix_spawn(out _, program, actions, attributes, argv, environment);
            if (error != 0)
            {
                throw new IOException($"{program} does not start: {Marshal.GetPInvokeErrorMessage(error)}.");
            }
        }
        finally
        {
            FreeTextArray(argv);
            FreeTextArray(environment);
            _ = posix_spawn_file_actions_destroy(actions);
            _ = posix_spawnattr_destroy(attributes);
        }
    }

    /// <summary>A C array of texts that ends with a null pointer.</summary>
    private static unsafe byte** TextArray(List<string> texts)
    {
        var array = (byte**)NativeMemory.AllocZeroed((nuint)texts.Count + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < texts.Count; i++)
        {
            array[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        }

        return array;
    }

    private static unsafe void FreeTextArray(byte** array)
    {
        for (var text = array; *text is not null; text++)
        {
            Marshal.FreeCoTaskMem((nint)(*text));
        }

        NativeMemory.Free(array);
    }

    [SupportedOSPlatform("windows")]
    private static unsafe void StartOnWindows(string program, string[] arguments)
    {
        const uint Flags = DetachedFlag | NewGroupFlag;
        var start = new StartupInfo { Size = sizeof(StartupInfo) };
        ProcessInformation process;

        // Arguments are words of our own, without spaces or quotes. CreateProcess writes into the line that it is given.
        var line = $"\"{program}\" {string.Join(' ', arguments)}\0".ToCharArray();
        fixed (char* commandLine = line)
        {
            // A job that forbids to leave it is left as it is.
            if (!CreateProcess(program, commandLine, 0, 0, false, Flags | BreakawayFlag, 0, null, start, out process)
                && !CreateProcess(program, commandLine, 0, 0, false, Flags, 0, null, start, out process))
            {
                throw new IOException($"{program} does not start.", new Win32Exception());
            }
        }

        _ = CloseHandle(process.Process);
        _ = CloseHandle(process.Thread);
    }

    [LibraryImport("libc")]
    private static partial nint signal(int number, nint handler);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int posix_spawn(
        out int pid, string path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int posix_spawn_file_actions_addopen(byte* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn_file_actions_addclosefrom_np(byte* actions, int first);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);

    [LibraryImport("libc")]
    private static unsafe partial int sigemptyset(byte* signals);

    [LibraryImport("libc")]
    private static unsafe partial int sigaddset(byte* signals, int number);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_destroy(byte* attributes);

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
