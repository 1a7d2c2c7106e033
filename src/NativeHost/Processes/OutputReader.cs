using System.IO.Pipes;
using System.Runtime.InteropServices;
using NativeHost.Framing;

namespace NativeHost.Processes;

/// <summary>Reads the two outputs of a program on Linux or macOS, in a thread of its own, until nobody can write to them or the program is gone.</summary>
internal sealed partial class OutputReader
{
    private const int ThreadStackBytes = 128 * 1024;
    private const int PieceBytes = 16 * 1024;
    private const short Readable = 1;

    /// <summary>How long it waits before it looks whether the program is gone.</summary>
    private const int LookMilliseconds = 50;

    /// <summary>Most that is read after the program is gone: its pipes hold no more, and what it left behind may write for ever.</summary>
    private const int MostLateBytes = 2 * 1024 * 1024;

    private readonly (AnonymousPipeServerStream Pipe, KeptOutput Kept)[] _outputs;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStopping;

    /// <param name="output">Owned from here on, as is the other.</param>
    public OutputReader(AnonymousPipeServerStream output, KeptOutput keptOutput, AnonymousPipeServerStream errors, KeptOutput keptErrors)
    {
        _outputs = [(output, keptOutput), (errors, keptErrors)];
        new Thread(Read, ThreadStackBytes) { IsBackground = true, Name = "program's output" }.Start();
    }

    public Task Ended => _ended.Task;

    /// <summary>Says that the program is gone: what it wrote is read still, and nothing is waited for any more.</summary>
    public void StopSoon() => _isStopping = true;

    private unsafe void Read()
    {
        Span<PollEntry> entries = stackalloc PollEntry[2];
        for (var index = 0; index < entries.Length; index++)
        {
            entries[index] = new PollEntry { Descriptor = (int)_outputs[index].Pipe.SafePipeHandle.DangerousGetHandle(), Asked = Readable };
        }

        var piece = new byte[PieceBytes];
        var lateBytes = 0;
        while (entries[0].Descriptor >= 0 || entries[1].Descriptor >= 0)
        {
            var isStopping = _isStopping;
            fixed (PollEntry* first = entries)
            {
                // Entries with negative descriptors are passed over. What interrupts the wait is as good as its end.
                _ = poll(first, (nuint)entries.Length, isStopping ? 0 : LookMilliseconds);
            }

            var got = 0;
            for (var index = 0; index < entries.Length; index++)
            {
                got += ReadPiece(ref entries[index], _outputs[index].Kept, piece);
            }

            lateBytes += isStopping ? got : 0;
            if (isStopping && (got == 0 || lateBytes > MostLateBytes))
            {
                break;
            }
        }

        foreach (var (pipe, _) in _outputs)
        {
            pipe.Dispose();
        }

        _ended.SetResult();
    }

    /// <returns>How many bytes there were; 0 for none now, or never again.</returns>
    private static unsafe int ReadPiece(ref PollEntry entry, KeptOutput kept, byte[] piece)
    {
        if (entry.Descriptor < 0 || entry.Happened == 0)
        {
            return 0;
        }

        nint got;
        fixed (byte* bytes = piece)
        {
            got = read(entry.Descriptor, bytes, piece.Length);
        }

        entry.Happened = 0;
        if (got <= 0)
        {
            entry.Descriptor = -1;
            return 0;
        }

        kept.Add(piece.AsSpan(0, (int)got));
        return (int)got;
    }

    // int poll(struct pollfd *fds, nfds_t nfds, int timeout);
    [LibraryImport("libc")]
    private static unsafe partial int poll(PollEntry* entries, nuint count, int milliseconds);

    // ssize_t read(int fildes, void *buf, size_t nbyte);
    [LibraryImport("libc")]
    private static unsafe partial nint read(int descriptor, byte* bytes, nint count);
}
