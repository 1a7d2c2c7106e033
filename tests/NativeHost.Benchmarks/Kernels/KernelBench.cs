using System.Diagnostics;
using System.Runtime.InteropServices;
using NativeHost.Benchmarks.BrokerPath;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Packing;

namespace NativeHost.Benchmarks.Kernels;

/// <summary>What each level of the ternary kernels does: products a second in the cache, and bytes a second from memory.</summary>
/// <remarks>Each figure is the best of some rounds, in turns with the others, for the machine may be shared.</remarks>
internal sealed unsafe class KernelBench : IDisposable
{
    private const int CachedRows = 2560;
    private const int CachedColumns = 6912;
    private const int StreamedColumns = 2560;
    private const int StreamedRows = 781_250 / 16 * 16;
    private const int Rounds = 25;

    private static readonly int[] Tokens = [1, 2, 3, 4, 7, 8, 15, 16, 64, 128];

    private static readonly KernelLevel[] Levels =
        [.. Enum.GetValues<KernelLevel>().Where(level => level != KernelLevel.Scalar && KernelLevels.IsSupported(level))];

    private readonly TernaryMatrix _cached = NewMatrix(CachedRows, CachedColumns);
    private readonly TernaryMatrix _streamed = NewMatrix(StreamedRows, StreamedColumns);
    private readonly QuantizedRows _x = NewRows(Tokens.Max(), CachedColumns);
    private readonly float* _y = (float*)Allocate(sizeof(float) * (long)Math.Max(Tokens.Max() * CachedRows, StreamedRows));

    public void Run()
    {
        WarmUp();
        foreach (var tokens in Tokens)
        {
            foreach (var (level, seconds) in BestOf(level => TimeCached(level, tokens)))
            {
                var products = (double)CachedRows * CachedColumns * tokens;
                Figures.Print($"{level}, {tokens} {(tokens == 1 ? "token" : "tokens")}, in the cache", $"{products / seconds / 1e9:F0} G products/s");
            }
        }

        for (var threads = 1; threads <= Math.Min(2, Environment.ProcessorCount); threads++)
        {
            PrintStreams(threads);
        }
    }

    private void PrintStreams(int threads)
    {
        var bytes = (double)_streamed.TileCount * _streamed.TileBytes;
        var reads = new List<double>();
        var streams = Levels.ToDictionary(level => level, _ => new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            reads.Add(TimeStream(threads, Read));
            foreach (var level in Levels)
            {
                streams[level].Add(TimeStream(threads, (first, end) => Stream(level, first, end)));
            }
        }

        Figures.Print($"only reading, {threads} {(threads == 1 ? "thread" : "threads")}", $"{bytes / reads.Min() / 1e9:F1} GB/s at best");
        foreach (var (level, seconds) in streams)
        {
            var ratio = Figures.Median(reads.Zip(seconds, (read, stream) => read / stream));
            Figures.Print($"{level}, one token, {threads} {(threads == 1 ? "thread" : "threads")}", $"{bytes / seconds.Min() / 1e9:F1} GB/s at best, {ratio:F2} of reading");
        }
    }

    /// <summary>Until the JIT has made its last version of every loop.</summary>
    private void WarmUp()
    {
        var end = Stopwatch.GetTimestamp() + (2 * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < end)
        {
            foreach (var level in Levels)
            {
                TimeCached(level, tokens: 1);
                TimeCached(level, tokens: 15);
            }

            TimeStream(1, Read);
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_cached.Tiles);
        NativeMemory.AlignedFree(_cached.RowScales);
        NativeMemory.AlignedFree(_streamed.Tiles);
        NativeMemory.AlignedFree(_streamed.RowScales);
        NativeMemory.AlignedFree(_x.Values);
        NativeMemory.AlignedFree(_x.Sums);
        NativeMemory.AlignedFree(_x.InverseScales);
        NativeMemory.AlignedFree(_y);
    }

    private static IEnumerable<(KernelLevel Level, double Seconds)> BestOf(Func<KernelLevel, double> time)
    {
        var best = Levels.ToDictionary(level => level, _ => double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var level in Levels)
            {
                best[level] = Math.Min(best[level], time(level));
            }
        }

        return best.Select(pair => (pair.Key, pair.Value));
    }

    private double TimeCached(KernelLevel level, int tokens)
    {
        var kernel = TernaryKernel.Of(level);
        var x = new QuantizedRows(tokens, _x.Stride, _x.Values, _x.Sums, _x.InverseScales);
        var scratch = (byte*)Allocate(kernel.ScratchBytes(_cached.PaddedColumns, tokens));
        var best = double.MaxValue;
        for (var time = 0; time < 5; time++)
        {
            var start = Stopwatch.GetTimestamp();
            if (tokens == 1)
            {
                kernel.Multiply(_cached, 0, _cached.TileCount, x, _y);
            }
            else
            {
                kernel.MultiplyMany(_cached, 0, _cached.TileCount, x, _y, CachedRows, scratch);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        NativeMemory.AlignedFree(scratch);
        return best;
    }

    /// <summary>From the moment when all threads are there to the end of the last.</summary>
    private double TimeStream(int threads, Action<int, int> work)
    {
        using var there = new Barrier(threads);
        var starts = new long[threads];
        var ends = new long[threads];
        var others = Enumerable.Range(1, threads - 1).Select(thread => new Thread(() => Time(thread))).ToArray();
        Array.ForEach(others, thread => thread.Start());
        Time(0);
        Array.ForEach(others, thread => thread.Join());
        return Stopwatch.GetElapsedTime(starts.Min(), ends.Max()).TotalSeconds;

        void Time(int thread)
        {
            there.SignalAndWait();
            starts[thread] = Stopwatch.GetTimestamp();
            work(_streamed.TileCount * thread / threads, _streamed.TileCount * (thread + 1) / threads);
            ends[thread] = Stopwatch.GetTimestamp();
        }
    }

    private void Stream(KernelLevel level, int firstTile, int endTile) =>
        TernaryKernel.Of(level).Multiply(_streamed, firstTile, endTile, _x, _y);

    /// <summary>What no kernel can be faster than.</summary>
    private void Read(int firstTile, int endTile)
    {
        var from = (System.Numerics.Vector<long>*)(_streamed.Tiles + ((long)firstTile * _streamed.TileBytes));
        var to = (System.Numerics.Vector<long>*)(_streamed.Tiles + ((long)endTile * _streamed.TileBytes));
        var a = System.Numerics.Vector<long>.Zero;
        var b = a;
        for (; from + 3 < to; from += 4)
        {
            a ^= from[0] ^ from[1];
            b ^= from[2] ^ from[3];
        }

        _y[firstTile * TernaryMatrix.TileRows] = System.Numerics.Vector.Sum(a ^ b);
    }

    private static TernaryMatrix NewMatrix(int rows, int columns)
    {
        var bytes = TernaryMatrix.BytesOf(rows, columns);
        var tiles = (byte*)Allocate(bytes);
        var random = new Random(1);
        for (var i = 0L; i < bytes; i += TernaryMatrix.BlockBytes)
        {
            // Any two bits, three of four times a code: what they are worth makes no difference to the time.
            new Span<byte>(tiles + i, TernaryMatrix.BlockBytes).Fill((byte)(random.Next(256) & 0xAA));
        }

        var scales = (float*)Allocate(sizeof(float) * (long)TernaryMatrix.TileCountOf(rows) * TernaryMatrix.TileRows);
        new Span<float>(scales, TernaryMatrix.TileCountOf(rows) * TernaryMatrix.TileRows).Fill(1);
        return new TernaryMatrix(rows, columns, tiles, scales);
    }

    private static QuantizedRows NewRows(int count, int columns)
    {
        var values = (sbyte*)Allocate((long)count * columns);
        var sums = (int*)Allocate(sizeof(int) * (long)count);
        var scales = (float*)Allocate(sizeof(float) * (long)count);
        new Random(2).NextBytes(new Span<byte>(values, count * columns));
        new Span<int>(sums, count).Clear();
        new Span<float>(scales, count).Fill(1);
        return new QuantizedRows(count, columns, values, sums, scales);
    }

    private static void* Allocate(long bytes) => NativeMemory.AlignedAlloc((nuint)bytes, 1 << 21);
}
