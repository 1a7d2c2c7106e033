using System.Runtime.InteropServices;

namespace NativeHost.Processes.Starting;

/// <summary>posix_spawn: starts a program in a session of its own, with nothing of this process but what it is given.</summary>
internal static partial class PosixSpawn
{
    private const short LinuxNewSession = 0x80;
    private const short MacNewSession = 0x400;
    private const short MacCloseByDefault = 0x4000;
    private const short DefaultSignals = 0x04;
    private const int PipeSignal = 13;
    private const int ReadWrite = 2;
    private const int FirstForeignDescriptor = 3;
    private const string Nowhere = "/dev/null";

    // The structures are a pointer or a word on macOS, and at most 336 bytes with glibc and musl.
    private const int OpaqueBytes = 1024;

    /// <summary>The signal that tells of a child's end.</summary>
    public static int ChildSignal => OperatingSystem.IsMacOS() ? 20 : 17;

    /// <summary>Starts a program that has nothing to read.</summary>
    /// <param name="program">Absolute path.</param>
    /// <param name="variables">Its whole environment, each as <c>NAME=value</c>.</param>
    /// <param name="output">The descriptor that it writes to; null for nowhere.</param>
    /// <param name="errors">The descriptor that it complains to; null for nowhere.</param>
    /// <param name="folder">Absolute path of the folder that it starts in; null for that of this process.</param>
    /// <returns>The process's number, which is its session's and its group's as well. Somebody has to wait for it.</returns>
    /// <exception cref="IOException">The system did not start it.</exception>
    public static unsafe int Start(
        string program, IReadOnlyList<string> arguments, IReadOnlyList<string> variables, int? output = null, int? errors = null, string? folder = null)
    {
        var actions = stackalloc byte[OpaqueBytes];
        var attributes = stackalloc byte[OpaqueBytes];
        var signals = stackalloc byte[OpaqueBytes];
        _ = posix_spawn_file_actions_init(actions);
        _ = posix_spawnattr_init(attributes);
        var argv = TextArray([program, .. arguments]);
        var environment = TextArray(variables);
        try
        {
            _ = posix_spawn_file_actions_addopen(actions, 0, Nowhere, ReadWrite, 0);
            AddOutput(actions, 1, output);
            AddOutput(actions, 2, errors);
            if (folder is not null)
            {
                _ = posix_spawn_file_actions_addchdir_np(actions, folder);
            }

            // What is ignored here would be ignored there as well.
            _ = sigemptyset(signals);
            _ = sigaddset(signals, ChildSignal);
            _ = sigaddset(signals, PipeSignal);
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

            var error = posix_spawn(out var pid, program, actions, attributes, argv, environment);
            return error == 0 ? pid : throw new IOException($"{program} does not start: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
        finally
        {
            FreeTextArray(argv);
            FreeTextArray(environment);
            _ = posix_spawn_file_actions_destroy(actions);
            _ = posix_spawnattr_destroy(attributes);
        }
    }

    private static unsafe void AddOutput(byte* actions, int number, int? descriptor)
        => _ = descriptor is { } given
            ? posix_spawn_file_actions_adddup2(actions, given, number)
            : posix_spawn_file_actions_addopen(actions, number, Nowhere, ReadWrite, 0);

    /// <summary>A C array of texts that ends with a null pointer.</summary>
    private static unsafe byte** TextArray(IReadOnlyList<string> texts)
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

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int posix_spawn(
        out int pid, string path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int posix_spawn_file_actions_addopen(byte* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawn_file_actions_adddup2(byte* actions, int descriptor, int number);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int posix_spawn_file_actions_addchdir_np(byte* actions, string path);

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
}
