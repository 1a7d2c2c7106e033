using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NativeHost.BitNet.Heads;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Reading;

namespace NativeHost.Benchmarks.Heads;

/// <summary>The output heads at the measures of the 2B model, beside a plain read of the same bytes. Prints the best and the median.</summary>
internal sealed unsafe class HeadBench
{
    private const int Rows = 128_256;
    private const int Columns = 2560;
    private const int Rounds = 30;
    private static readonly int Tiles = OutputHead.TileCountOf(Rows);
    private readonly RandomHalves _source = new(Rows, Columns);
    private readonly byte* _byteTiles = (byte*)NativeMemory.AlignedAlloc((nuint)ByteHead.BytesOf(Rows, Columns), 4096);
    private readonly byte* _nibbleTiles = (byte*)NativeMemory.AlignedAlloc((nuint)NibbleHead.BytesOf(Rows, Columns), 4096);
    private readonly float* _byteScales = (float*)NativeMemory.AlignedAlloc((nuint)OutputHead.RowScaleCountOf(Rows) * sizeof(float), 64);
    private readonly float* _nibbleScales = (float*)NativeMemory.AlignedAlloc((nuint)OutputHead.RowScaleCountOf(Rows) * sizeof(float), 64);
    private readonly float* _hidden = (float*)NativeMemory.AlignedAlloc(Columns * sizeof(float), 64);
    private readonly float* _logits = (float*)NativeMemory.AlignedAlloc((nuint)Tiles * OutputHead.TileRows * sizeof(float), 64);

    public void Run()
    {
        var random = new Random(1);
        for (var k = 0; k < Columns; k++)
        {
            _hidden[k] = (float)(random.NextDouble() + random.NextDouble() - 1);
        }

        // The first packing pays for the pages of its memory, too.
        for (var time = 0; time < 2; time++)
        {
            Pack("byte", _byteTiles, _byteScales, HeadPacking.PackBytes);
            Pack("nibble", _nibbleTiles, _nibbleScales, HeadPacking.PackNibbles);
        }

        foreach (var level in Enum.GetValues<KernelLevel>())
        {
            if (level is not KernelLevel.Scalar and not KernelLevel.AvxVnni && KernelLevels.IsSupported(level))
            {
                Measure("half", new HalfHead(level, _source), (byte*)_source.Halves, (long)Rows * Columns * sizeof(Half));
                Measure("byte", new ByteHead(level, _source, _byteTiles, _byteScales), _byteTiles, ByteHead.BytesOf(Rows, Columns));
                Measure("nibble", new NibbleHead(level, _source, _nibbleTiles, _nibbleScales), _nibbleTiles, NibbleHead.BytesOf(Rows, Columns));
            }
        }
    }

    private void Pack(string name, byte* tiles, float* scales, Packing pack)
    {
        var watch = Stopwatch.StartNew();
        InThreads(2, (_, first, end) => pack(_source, first, end, tiles, scales));
        Console.WriteLine($"pack {name}, 2 threads: {watch.Elapsed.TotalMilliseconds:F0} ms");
    }

    // Steps of the heads and the plain read take turns, so that both meet the same neighbours.
    private void Measure(string name, OutputHead head, byte* memory, long bytes)
    {
        var workspaces = (byte*)NativeMemory.AlignedAlloc((nuint)(2 * head.WorkspaceBytes), 64);
        foreach (var threads in (int[])[1, 2])
        {
            var computing = new double[Rounds];
            var rescoring = new double[Rounds];
            var reading = new double[Rounds];
            using var barrier = new Barrier(threads);
            InThreads(threads, (thread, first, end) =>
            {
                var workspace = workspaces + (thread * head.WorkspaceBytes);
                for (var round = 0; round < Rounds; round++)
                {
                    barrier.SignalAndWait();
                    var start = Stopwatch.GetTimestamp();
                    head.Prepare(_hidden, workspace);
                    head.Compute(first, end, workspace, _logits);
                    barrier.SignalAndWait();
                    var computed = Stopwatch.GetTimestamp();
                    RescoreLargest(head, first, end, head.RescoredRows / threads, workspace);
                    barrier.SignalAndWait();
                    var rescored = Stopwatch.GetTimestamp();
                    Read(memory + (bytes / Tiles * first), memory + (bytes / Tiles * end));
                    barrier.SignalAndWait();
                    if (thread == 0)
                    {
                        computing[round] = Stopwatch.GetElapsedTime(start, computed).TotalMilliseconds;
                        rescoring[round] = Stopwatch.GetElapsedTime(computed, rescored).TotalMilliseconds;
                        reading[round] = Stopwatch.GetElapsedTime(rescored).TotalMilliseconds;
                    }
                }
            });
            Console.WriteLine(
                $"{head.Level,-6} {name,-6} {threads} thread(s): compute {Of(computing)}, rescore {Of(rescoring)}, plain read {Of(reading)} ms");
        }

        NativeMemory.AlignedFree(workspaces);
    }

    private void RescoreLargest(OutputHead head, int firstTile, int endTile, int count, byte* workspace)
    {
        var rows = stackalloc int[count];
        var found = LargestRows.Find(_logits, firstTile * OutputHead.TileRows, Math.Min(endTile * OutputHead.TileRows, Rows), rows, count);
        head.Rescore(rows, found, workspace, _logits);
    }

    private static string Of(double[] times)
    {
        Array.Sort(times);
        return $"{times[0]:F2} / {times[times.Length / 2]:F2}";
    }

    private static void Read(byte* memory, byte* end)
    {
        Vector512<long> a = default, b = default;
        for (; memory < end; memory += 128)
        {
            a |= Vector512.Load((long*)memory);
            b |= Vector512.Load((long*)(memory + 64));
        }

        if ((a & b) == Vector512<long>.One)
        {
            Console.WriteLine("unlikely, but the compiler does not know that");
        }
    }

    private static void InThreads(int count, Slice slice)
    {
        var threads = new Thread[count];
        for (var k = 0; k < count; k++)
        {
            var thread = k;
            threads[k] = new Thread(() => slice(thread, Tiles * thread / count, Tiles * (thread + 1) / count));
            threads[k].Start();
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }
    }

    private delegate void Slice(int thread, int firstTile, int endTile);

    private delegate void Packing(IDenseRows source, int firstTile, int endTile, byte* tiles, float* scales);

    /// <summary>Halves about as an embedding's are spread, drawn once and then repeated from other places.</summary>
    private sealed class RandomHalves : IDenseRows
    {
        private const int Drawn = 1_000_003;

        public RandomHalves(int rows, int columns)
        {
            (Rows, Columns) = (rows, columns);
            Halves = (Half*)NativeMemory.AlignedAlloc((nuint)rows * (nuint)columns * (nuint)sizeof(Half), 4096);
            var random = new Random(2);
            var drawn = new Half[Drawn + columns];
            for (var k = 0; k < drawn.Length; k++)
            {
                drawn[k] = (Half)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
            }

            for (var row = 0; row < rows; row++)
            {
                drawn.AsSpan(random.Next(Drawn), columns).CopyTo(new Span<Half>(Halves + ((long)row * columns), columns));
            }
        }

        public int Rows { get; }

        public int Columns { get; }

        public Half* Halves { get; }

        public void CopyHalves(int row, Half* target) => new ReadOnlySpan<Half>(Halves + ((long)row * Columns), Columns).CopyTo(new Span<Half>(target, Columns));

        public void Read(int row, Span<float> values) => throw new NotSupportedException();
    }
}
