using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using NativeHost.Benchmarks.BrokerPath;
using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Kernels;

namespace NativeHost.Benchmarks.Attention;

/// <summary>
/// One thread's attention at the measures of the 2B model: nanoseconds for four heads and a position, on rows in the nearest caches and
/// on rows that come from memory.
/// </summary>
internal static unsafe class AttentionBench
{
    private const int HeadLength = 128;
    private const int Heads = 4;
    private const int Chunk = AttentionMath.ChunkPositions;
    private const int FarChunks = 2048;
    private const int Rounds = 9;

    public static void Run()
    {
        foreach (var level in Enum.GetValues<KernelLevel>())
        {
            if (level is not KernelLevel.Scalar and not KernelLevel.AvxVnni && KernelLevels.IsSupported(level))
            {
                foreach (var format in Enum.GetValues<CacheFormat>())
                {
                    Measure(level, format);
                }
            }
        }
    }

    private static void Measure(KernelLevel level, CacheFormat format)
    {
        var math = AttentionMath.Of(level, format);
        var rowBytes = format == CacheFormat.Half ? HeadLength * sizeof(short) : HeadLength + sizeof(float);
        var chunkBytes = (long)Chunk * rowBytes;
        var rows = (byte*)NativeMemory.AlignedAlloc((nuint)(FarChunks * chunkBytes), 4096);
        var queries = (float*)NativeMemory.AlignedAlloc(Heads * HeadLength * sizeof(float), 64);
        var partialStep = AttentionMath.PartialStride(HeadLength);
        var partials = (float*)NativeMemory.AlignedAlloc((nuint)(Heads * partialStep * sizeof(float)), 64);
        try
        {
            Fill(math, rows, rowBytes, queries);
            var (near, far) = (new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                near.Add(Nanoseconds(0));
                far.Add(Nanoseconds(2 * chunkBytes));
            }

            Figures.Print(
                $"attention, {level}, {format}",
                string.Create(CultureInfo.InvariantCulture, $"{Figures.Median(near):F1} ns a position, {Figures.Median(far):F1} from memory"));
        }
        finally
        {
            NativeMemory.AlignedFree(rows);
            NativeMemory.AlignedFree(queries);
            NativeMemory.AlignedFree(partials);
        }

        double Nanoseconds(long step)
        {
            var watch = Stopwatch.StartNew();
            for (var chunk = 0; chunk < FarChunks / 2; chunk++)
            {
                var keys = rows + (chunk * step);
                math.Chunk(queries, Heads, HeadLength, keys, keys + chunkBytes, Chunk, 0.1f, partials, partialStep);
            }

            return watch.Elapsed.TotalNanoseconds / (FarChunks / 2 * Chunk);
        }
    }

    private static void Fill(AttentionMath math, byte* rows, int rowBytes, float* queries)
    {
        var random = new Random(1);
        for (var i = 0; i < Heads * HeadLength; i++)
        {
            queries[i] = random.NextSingle() - 0.5f;
        }

        for (var row = 0; row < FarChunks * Chunk; row++)
        {
            math.Write(queries + (row % Heads * HeadLength), HeadLength, rows + ((long)row * rowBytes));
        }
    }
}
