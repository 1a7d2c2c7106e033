using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NativeHost.Framing;

/// <summary>Reads and writes a Unix file descriptor, wherever it leads.</summary>
/// <remarks>
/// The framework's streams do not fit a shared stdout: its file stream keeps a position of its own, and overwrites what others
/// write to the same file; its console stream hides that the reader is gone. Its sockets bring an event loop along, which costs
/// a process that lives for one connection more than the rest of its start. Reads and writes block, which is the back-pressure
/// wanted; one thread may read while another writes.
/// </remarks>
/// <param name="descriptor">Closed with the stream where it owns the descriptor, but not under a call of another thread.</param>
internal sealed partial class DescriptorStream(SafeFileHandle descriptor) : Stream
{
    private const int Interrupted = 4;
    private const short Readable = 1;
    private const short HangUp = 0x10;

#pragma warning disable CA2000 // A handle that owns nothing.
    /// <summary>Leaves the descriptor open for others.</summary>
    public DescriptorStream(int descriptor)
        : this(new SafeFileHandle(descriptor, ownsHandle: false))
    {
    }
#pragma warning restore CA2000

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override bool CanTimeout => true;

    /// <summary>How long a read waits for its first byte, in milliseconds.</summary>
    public override int ReadTimeout { get; set; } = Timeout.Infinite;

    /// <summary>A descriptor whose hang-up ends a read that has a timeout.</summary>
    public int? ReadsOnlyWhileOpen { get; init; }

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="IOException">The writer was lost, or nothing was to be waited for any longer.</exception>
    public override unsafe int Read(Span<byte> buffer)
    {
        if (ReadTimeout != Timeout.Infinite)
        {
            WaitForByte();
        }

        fixed (byte* bytes = buffer)
        {
            nint got;
            while ((got = read(descriptor, bytes, buffer.Length)) < 0)
            {
                ThrowUnlessInterrupted();
            }

            return (int)got;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="IOException">The reader is gone, or the disk is full; some bytes may be written. Its HResult is the error's number.</exception>
    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* bytes = buffer)
            {
                written = write(descriptor, bytes, buffer.Length);
            }

            if (written >= 0)
            {
                buffer = buffer[(int)written..];
            }
            else
            {
                ThrowUnlessInterrupted();
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            descriptor.Dispose();
        }

        base.Dispose(disposing);
    }

    private unsafe void WaitForByte()
    {
        var isHeld = false;
        try
        {
            descriptor.DangerousAddRef(ref isHeld);
            var entries = stackalloc PollEntry[2];
            entries[0] = new PollEntry { Descriptor = (int)descriptor.DangerousGetHandle(), Asked = Readable };

            // Entries with negative descriptors are passed over.
            entries[1] = new PollEntry { Descriptor = ReadsOnlyWhileOpen ?? -1 };
            int ready;
            while ((ready = poll(entries, 2, ReadTimeout)) < 0)
            {
                ThrowUnlessInterrupted();
            }

            if (ready == 0 || (entries[1].Happened & HangUp) != 0)
            {
                throw new IOException("Nothing is waited for any longer.");
            }
        }
        finally
        {
            if (isHeld)
            {
                descriptor.DangerousRelease();
            }
        }
    }

    private static void ThrowUnlessInterrupted()
    {
        var error = Marshal.GetLastPInvokeError();
        if (error != Interrupted)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint read(SafeFileHandle descriptor, byte* bytes, nint count);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint write(SafeFileHandle descriptor, byte* bytes, nint count);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int poll(PollEntry* entries, nuint count, int milliseconds);
}
