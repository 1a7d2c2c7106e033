using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NativeHost.Benchmarks.Ternary;

/// <summary>How fast this machine's memory is read: the most that an engine which streams its weights can reach.</summary>
/// <remarks>Every thread sums a part of its own of a buffer far larger than the caches, in one linear stream of whole registers.</remarks>
internal sealed unsafe class ReadBandwidth : IDisposable
{
    private const int Alignment = 2 << 20; // a huge page
    private const int HugePages = 14; // MADV_HUGEPAGE

    private readonly byte* _buffer;
    private readonly long _bytes;
    private long _sink;

    /// <param name="bytes">A multiple of 4 MiB.</param>
    public ReadBandwidth(long bytes)
    {
        _bytes = bytes;
        _buffer = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        if (OperatingSystem.IsLinux())
        {
            // As engines ask for it; where it is refused, pages are small.
            _ = Advise(_buffer, (nuint)bytes, HugePages);
        }

        // Other than zero, and touched: so every page is there.
        for (var offset = 0L; offset < bytes; offset += Alignment)
        {
            new Span<byte>(_buffer + offset, Alignment).Fill((byte)(1 + (offset / Alignment)));
        }
    }

    /// <summary>Bytes a second, the best of several reads of the whole buffer.</summary>
    /// <param name="repeats">How often it is read.</param>
    public double Measure(int threads, int repeats)
    {
        using var together = new Barrier(threads);
        var workers = new Thread[threads];
        var begins = new long[threads, repeats];
        var ends = new long[threads, repeats];
        var part = _bytes / threads / 4096 * 4096;
        for (var thread = 0; thread < threads; thread++)
        {
            var number = thread;
            var start = _buffer + (number * part);
            workers[number] = new Thread(() =>
            {
                for (var repeat = 0; repeat < repeats; repeat++)
                {
                    together.SignalAndWait();
                    begins[number, repeat] = Stopwatch.GetTimestamp();
                    Interlocked.Add(ref _sink, Sum(start, part));
                    ends[number, repeat] = Stopwatch.GetTimestamp();
                }
            });
            workers[number].Start();
        }

        Array.ForEach(workers, worker => worker.Join());
        return part * threads / Enumerable.Range(0, repeats).Min(Seconds);

        // From the first that began to the last that ended: a thread that had to wait for a core counts.
        double Seconds(int repeat)
        {
            var each = Enumerable.Range(0, threads);
            return Stopwatch.GetElapsedTime(each.Min(thread => begins[thread, repeat]), each.Max(thread => ends[thread, repeat])).TotalSeconds;
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(_buffer);

    private static long Sum(byte* start, long bytes)
    {
        var (a, b, c, d) = (Vector512<long>.Zero, Vector512<long>.Zero, Vector512<long>.Zero, Vector512<long>.Zero);
        var end = start + bytes;
        for (var at = start; at < end; at += 256)
        {
            a += Vector512.Load((long*)at);
            b += Vector512.Load((long*)(at + 64));
            c += Vector512.Load((long*)(at + 128));
            d += Vector512.Load((long*)(at + 192));
        }

        return Vector512.Sum(a + b + c + d);
    }

    // int madvise(void *addr, size_t length, int advice);
    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Advise(void* address, nuint length, int advice);
}
