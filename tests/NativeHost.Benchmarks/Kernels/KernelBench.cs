using System.Diagnostics;
using System.Numerics;
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
    private const int Rounds = 15;
    private const int HugePageBytes = 1 << 21;

    private static readonly int[] Tokens = [1, 2, 3, 4, 7, 8, 15, 16, 64, 128];

    private readonly List<nint> _allocated = [];
    private readonly List<Contender> _contenders = [];
    private readonly TernaryMatrix _cached;
    private readonly TernaryMatrix _streamed;
    private readonly QuantizedRows _x;
    private readonly float* _y;
    private readonly byte* _scratch;

    public KernelBench()
    {
        _cached = NewMatrix(CachedRows, CachedColumns);
        _streamed = NewMatrix(StreamedRows, StreamedColumns);
        _x = NewRows(Tokens.Max(), CachedColumns);
        _y = (float*)Allocate(sizeof(float) * (long)Math.Max(Tokens.Max() * CachedRows, StreamedRows));
        foreach (var level in Enum.GetValues<KernelLevel>().Where(level => level != KernelLevel.Scalar && KernelLevels.IsSupported(level)))
        {
            var kernel = TernaryKernel.Of(level);
            _contenders.Add(new Contender(level.ToString(), new PackedWeights(_cached, kernel), new PackedWeights(_streamed, kernel)));
        }

        // What the bytes are worth makes no difference to the time, so those of the tiles serve as rows.
        var best = TernaryKernel.Of(KernelLevels.Best);
        _contenders.Add(new Contender(
            "I2_S rows",
            new RawWeights(RawTernaryRows.I2S(CachedColumns, _cached.Tiles, Ones(CachedRows)), best),
            new RawWeights(RawTernaryRows.I2S(StreamedColumns, _streamed.Tiles, Ones(StreamedRows)), best)));
        _scratch = (byte*)Allocate(_contenders.Max(contender => contender.Cached.ScratchBytes(Tokens.Max())));
    }

    public void Run()
    {
        WarmUp();
        PrintPacking();
        foreach (var tokens in Tokens)
        {
            PrintCached(tokens);
        }

        for (var threads = 1; threads <= Math.Min(2, Environment.ProcessorCount); threads++)
        {
            PrintStreams(threads);
        }
    }

    public void Dispose() => _allocated.ForEach(pointer => NativeMemory.AlignedFree((void*)pointer));

    /// <summary>Until the JIT has made its last version of every loop.</summary>
    private void WarmUp()
    {
        var end = Stopwatch.GetTimestamp() + (2 * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < end)
        {
            foreach (var contender in _contenders)
            {
                TimeCached(contender, tokens: 1);
                TimeCached(contender, tokens: 23);
            }

            TimeStream(threads: 1, Read);
            TimePacking();
        }
    }

    private void PrintPacking()
    {
        var seconds = Enumerable.Range(0, Rounds).Min(_ => TimePacking());
        Figures.Print("packing codes, in the cache", $"{(double)CachedRows * CachedColumns / seconds / 1e9:F1} GB/s of codes");
    }

    private double TimePacking()
    {
        var codes = new byte[CachedColumns];
        var start = Stopwatch.GetTimestamp();
        for (var row = 0; row < CachedRows; row++)
        {
            TernaryPacker.PackRow(codes, row % TernaryMatrix.TileRows, _scratch);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private void PrintCached(int tokens)
    {
        var best = _contenders.ToDictionary(contender => contender, _ => double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var contender in _contenders)
            {
                best[contender] = Math.Min(best[contender], TimeCached(contender, tokens));
            }
        }

        foreach (var (contender, seconds) in best)
        {
            var products = (double)CachedRows * CachedColumns * tokens;
            Figures.Print($"{contender.Name}, {Count(tokens, "token")}, in the cache", $"{products / seconds / 1e9:F0} G products/s");
        }
    }

    private double TimeCached(Contender contender, int tokens)
    {
        var weights = contender.Cached;
        var x = new QuantizedRows(tokens, _x.Stride, _x.Values, _x.Sums, _x.InverseScales);
        var best = double.MaxValue;
        for (var time = 0; time < 3; time++)
        {
            var start = Stopwatch.GetTimestamp();
            if (tokens == 1)
            {
                weights.Multiply(0, weights.TileCount, x, _y);
            }
            else
            {
                weights.MultiplyMany(0, weights.TileCount, x, _y, CachedRows, _scratch);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    private void PrintStreams(int threads)
    {
        var bytes = (double)_streamed.TileCount * _streamed.TileBytes;
        var reads = new List<double>();
        var streams = _contenders.ToDictionary(contender => contender, _ => new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            reads.Add(TimeStream(threads, Read));
            foreach (var contender in _contenders)
            {
                streams[contender].Add(TimeStream(threads, (first, end) => contender.Streamed.Multiply(first, end, _x, _y)));
            }
        }

        Figures.Print($"only reading, {Count(threads, "thread")}", $"{bytes / reads.Min() / 1e9:F1} GB/s at best");
        foreach (var (contender, seconds) in streams)
        {
            var ratio = Figures.Median(reads.Zip(seconds, (read, stream) => read / stream));
            Figures.Print(
                $"{contender.Name}, 1 token, {Count(threads, "thread")}",
                $"{bytes / seconds.Min() / 1e9:F1} GB/s at best, {ratio:F2} of reading");
        }
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

    /// <summary>What no kernel can be faster than.</summary>
    private void Read(int firstTile, int endTile)
    {
        var from = (Vector<long>*)(_streamed.Tiles + ((long)firstTile * _streamed.TileBytes));
        var to = (Vector<long>*)(_streamed.Tiles + ((long)endTile * _streamed.TileBytes));
        var a = Vector<long>.Zero;
        var b = a;
        for (; from + 3 < to; from += 4)
        {
            a ^= from[0] ^ from[1];
            b ^= from[2] ^ from[3];
        }

        _y[firstTile * TernaryMatrix.TileRows] = Vector.Sum(a ^ b);
    }

    private TernaryMatrix NewMatrix(int rows, int columns)
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

    private QuantizedRows NewRows(int count, int columns)
    {
        var values = (sbyte*)Allocate((long)count * columns);
        var sums = (int*)Allocate(sizeof(int) * (long)count);
        var scales = (float*)Allocate(sizeof(float) * (long)count);
        new Random(2).NextBytes(new Span<byte>(values, count * columns));
        new Span<int>(sums, count).Clear();
        new Span<float>(scales, count).Fill(1);
        return new QuantizedRows(count, columns, values, sums, scales);
    }

    private void* Allocate(long bytes)
    {
        var pointer = NativeMemory.AlignedAlloc((nuint)bytes, HugePageBytes);
        _allocated.Add((nint)pointer);
        return pointer;
    }

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private sealed record Contender(string Name, TernaryWeights Cached, TernaryWeights Streamed);

    private static float[] Ones(int count)
    {
        var ones = new float[count];
        Array.Fill(ones, 1);
        return ones;
    }
}
