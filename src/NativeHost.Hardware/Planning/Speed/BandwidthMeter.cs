using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NativeHost.Hardware.Planning.Speed;

/// <summary>Measures how fast memory is read: the most that an engine can reach which reads its weights for every token.</summary>
/// <remarks>Each thread sums a part of its own of a buffer that no cache holds, from its start to its end, in whole registers.</remarks>
internal sealed unsafe class BandwidthMeter
{
    private const int LeastRounds = 3;
    private const int MostRounds = 64;

    /// <summary>Parts of threads are multiples of this.</summary>
    private const int PartGranularity = 4096;

    /// <summary>Reading goes on for so long, or for the least rounds.</summary>
    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(60);

    private readonly byte* _buffer;
    private readonly long _partBytes;
    private readonly int _threads;
    private long _began;
    private long _spent;
    private long _fastest = long.MaxValue;
    private int _rounds;
    private bool _isOver;
    private ulong _sink;

    private BandwidthMeter(byte* buffer, long partBytes, int threads)
    {
        _buffer = buffer;
        (_partBytes, _threads) = (partBytes, threads);
    }

    /// <summary>Reads on so many threads, for about a tenth of a second.</summary>
    /// <param name="bytes">Of the buffer, which is there for that time.</param>
    /// <returns>Bytes a second of the fastest round: what else ran on the machine slowed the others down.</returns>
    /// <exception cref="OutOfMemoryException">There is not so much memory.</exception>
    public static double Measure(int threads, long bytes)
    {
        var part = bytes / threads / PartGranularity * PartGranularity;
        var buffer = (byte*)NativeMemory.AlignedAlloc((nuint)(part * threads), PartGranularity);
        try
        {
            return new BandwidthMeter(buffer, part, threads).Run();
        }
        finally
        {
            NativeMemory.AlignedFree(buffer);
        }
    }

    private double Run()
    {
        using var together = new Barrier(_threads, _ => EndRound());
        var others = new Thread[_threads - 1];
        for (var index = 0; index < others.Length; index++)
        {
            var number = index + 1;
            others[index] = new Thread(() => Read(number, together)) { IsBackground = true, Name = $"bandwidth {number}" };
            others[index].Start();
        }

        Read(0, together);
        Array.ForEach(others, thread => thread.Join());
        return _partBytes * _threads / Stopwatch.GetElapsedTime(0, _fastest).TotalSeconds;
    }

    private void Read(int number, Barrier together)
    {
        var part = _buffer + (number * _partBytes);

        // By the thread that reads it, so that it lies near its core; and not zero, of which the system keeps one page for all.
        NativeMemory.Fill(part, (nuint)_partBytes, (byte)(number + 1));
        together.SignalAndWait();
        while (!_isOver)
        {
            Interlocked.Add(ref _sink, Sum(part, _partBytes));
            together.SignalAndWait();
        }
    }

    /// <summary>Runs on one thread, while the others wait.</summary>
    private void EndRound()
    {
        var now = Stopwatch.GetTimestamp();
        if (_began > 0)
        {
            _fastest = Math.Min(_fastest, now - _began);
            _spent += now - _began;
            _rounds++;
            _isOver = _rounds >= MostRounds || (_rounds >= LeastRounds && Stopwatch.GetElapsedTime(0, _spent) >= Duration);
        }

        _began = Stopwatch.GetTimestamp();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong Sum(byte* start, long bytes)
    {
        var (a, b, c, d) = (Vector256<ulong>.Zero, Vector256<ulong>.Zero, Vector256<ulong>.Zero, Vector256<ulong>.Zero);
        var end = start + bytes;
        for (var next = start; next < end; next += 4 * Vector256<byte>.Count)
        {
            var numbers = (ulong*)next;
            a += Vector256.Load(numbers);
            b += Vector256.Load(numbers + 4);
            c += Vector256.Load(numbers + 8);
            d += Vector256.Load(numbers + 12);
        }

        return Vector256.Sum(a + b + c + d);
    }
}
