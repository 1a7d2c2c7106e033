using System.Runtime.InteropServices;
using NativeHost.BitNet.Heads;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Tests.Heads;

internal enum HeadKind
{
    Half,
    Byte,
    Nibble,
}

/// <summary>An embedding in memory, as halves or as floats of the same values.</summary>
internal sealed unsafe class MemoryRows : IDenseRows, IDisposable
{
    private readonly Half* _halves;
    private readonly bool _asHalves;

    public MemoryRows(int rows, int columns, Func<int, int, float> value, bool asHalves = true)
    {
        (Rows, Columns, _asHalves) = (rows, columns, asHalves);
        _halves = (Half*)NativeMemory.Alloc((nuint)rows * (nuint)columns * (nuint)sizeof(Half));
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                _halves[(row * columns) + column] = (Half)value(row, column);
            }
        }
    }

    public int Rows { get; }

    public int Columns { get; }

    public Half* Halves => _asHalves ? _halves : null;

    public void Read(int row, Span<float> values)
    {
        for (var column = 0; column < Columns; column++)
        {
            values[column] = (float)_halves[(row * Columns) + column];
        }
    }

    public void CopyHalves(int row, Half* target) => new ReadOnlySpan<Half>(_halves + ((long)row * Columns), Columns).CopyTo(new Span<Half>(target, Columns));

    /// <summary>The logit in double precision.</summary>
    public double Logit(int row, float[] hidden)
    {
        var sum = 0.0;
        for (var column = 0; column < Columns; column++)
        {
            sum += (double)(float)_halves[(row * Columns) + column] * hidden[column];
        }

        return sum;
    }

    public void Dispose() => NativeMemory.Free(_halves);
}

/// <summary>A head over an embedding, with the memory that an engine would give it.</summary>
internal sealed unsafe class HeadFixture : IDisposable
{
    /// <summary>What is in a logit's place before it is computed.</summary>
    public const float Untouched = -12345;

    public const int MostRanges = 256;

    private readonly byte* _tiles;
    private readonly float* _rowScales;
    private readonly byte* _workspace;
    private readonly int[] _chosenRows = new int[ScreeningHead.MostRescored];
    private readonly int[] _listedRows = new int[MostRanges * ScreeningHead.MostRescored];
    private readonly float[] _listedLogits = new float[MostRanges * ScreeningHead.MostRescored];

    public HeadFixture(HeadKind kind, KernelLevel level, IDenseRows source)
    {
        var bytes = kind switch
        {
            HeadKind.Byte => ByteHead.BytesOf(source.Rows, source.Columns),
            HeadKind.Nibble => NibbleHead.BytesOf(source.Rows, source.Columns),
            _ => 0,
        };
        var scales = OutputHead.RowScaleCountOf(source.Rows);
        _tiles = (byte*)NativeMemory.AlignedAlloc((nuint)bytes + 64, 64);
        _rowScales = (float*)NativeMemory.AlignedAlloc((nuint)scales * sizeof(float), 64);
        new Span<byte>(_tiles, (int)bytes).Fill(0xEE);
        Pack(kind, source);
        Head = kind switch
        {
            HeadKind.Byte => new ByteHead(level, source, _tiles, _rowScales),
            HeadKind.Nibble => new NibbleHead(level, source, _tiles, _rowScales),
            _ => new HalfHead(level, source),
        };
        _workspace = (byte*)NativeMemory.AlignedAlloc((nuint)Head.WorkspaceBytes, 64);
        Logits = new float[Head.LogitCount];
        Logits.AsSpan().Fill(Untouched);
    }

    public OutputHead Head { get; }

    public float[] Logits { get; }

    public ReadOnlySpan<byte> Tiles(long bytes) => new(_tiles, (int)bytes);

    public ReadOnlySpan<float> RowScales => new(_rowScales, Head.LogitCount);

    public void Prepare(float[] hidden)
    {
        fixed (float* values = hidden)
        {
            Head.Prepare(values, _workspace);
        }
    }

    public void Compute(int firstTile, int endTile)
    {
        fixed (float* logits = Logits)
        {
            Head.Compute(firstTile, endTile, _workspace, logits);
        }
    }

    public void Rescore(ReadOnlySpan<int> rows)
    {
        fixed (int* first = rows)
        fixed (float* logits = Logits)
        {
            Head.Rescore(first, rows.Length, _workspace, logits);
        }
    }

    /// <summary>The rows with the largest logits, noted in some ranges of tiles; valid until the next call.</summary>
    public ReadOnlySpan<int> Shortlisted(int ranges)
    {
        fixed (int* rows = _listedRows, chosen = _chosenRows)
        fixed (float* listed = _listedLogits, logits = Logits)
        {
            var list = new Shortlist(rows, listed, ranges, _chosenRows.Length);
            for (var range = 0; range < ranges; range++)
            {
                var (start, end) = (Head.TileCount * range / ranges, Head.TileCount * (range + 1) / ranges);
                list.Note(range, start * OutputHead.TileRows, Math.Min(end * OutputHead.TileRows, Head.Rows), logits);
            }

            return _chosenRows.AsSpan(0, list.Choose(chosen));
        }
    }

    /// <summary>All logits, computed and rescored in some ranges.</summary>
    public float[] Run(float[] hidden, int ranges = 1)
    {
        Prepare(hidden);
        for (var range = 0; range < ranges; range++)
        {
            var (first, end) = (Head.TileCount * range / ranges, Head.TileCount * (range + 1) / ranges);
            Compute(first, end);
        }

        if (Head.RescoredRows > 0)
        {
            Rescore(Shortlisted(ranges));
        }

        return Logits;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_tiles);
        NativeMemory.AlignedFree(_rowScales);
        NativeMemory.AlignedFree(_workspace);
    }

    // In two parts, as two threads would.
    private void Pack(HeadKind kind, IDenseRows source)
    {
        var tiles = OutputHead.TileCountOf(source.Rows);
        if (kind == HeadKind.Byte)
        {
            HeadPacking.PackBytes(source, tiles / 2, tiles, _tiles, _rowScales);
            HeadPacking.PackBytes(source, 0, tiles / 2, _tiles, _rowScales);
        }
        else if (kind == HeadKind.Nibble)
        {
            HeadPacking.PackNibbles(source, tiles / 2, tiles, _tiles, _rowScales);
            HeadPacking.PackNibbles(source, 0, tiles / 2, _tiles, _rowScales);
        }
    }
}

/// <summary>What the tests feed to a head.</summary>
internal static class HeadNumbers
{
    public static IEnumerable<KernelLevel> Levels => Enum.GetValues<KernelLevel>().Where(KernelLevels.IsSupported);

    /// <summary>Normally distributed.</summary>
    public static float Normal(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    public static float[] Hidden(int columns, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, columns).Select(_ => Normal(random))];
    }

    public static MemoryRows Random(int rows, int columns, int seed, bool asHalves = true)
    {
        var random = new Random(seed);
        return new MemoryRows(rows, columns, (_, _) => 0.05f * Normal(random), asHalves);
    }
}
