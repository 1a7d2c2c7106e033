using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Tests.Kernels;

/// <summary>What a case's weights and activations look like.</summary>
public enum TernaryFill
{
    Random,

    /// <summary>All codes 2, all activations 127: the largest sums.</summary>
    AllLargest,

    /// <summary>All codes 2, all activations -127: the smallest sums.</summary>
    AllSmallest,

    /// <summary>All codes 2, activations 127 and -127 by turns.</summary>
    Alternating,

    Zeros,
}

/// <summary>A matrix and activations for it, with what scalar C# says about them.</summary>
internal sealed unsafe class TernaryCase : ITernaryRows, IDisposable
{
    private readonly byte[] _codes;
    private readonly NativeBuffer<byte> _tiles;
    private readonly NativeBuffer<float> _rowScales;
    private readonly NativeBuffer<sbyte> _values;
    private readonly NativeBuffer<int> _sums;
    private readonly NativeBuffer<float> _inverseScales;
    private readonly bool _oneScale;

    public TernaryCase(int rows, int columns, int tokens, TernaryFill fill, bool oneScale = false)
    {
        Rows = rows;
        Columns = columns;
        _oneScale = oneScale;
        var random = new Random((rows * 31) + (columns * 7) + tokens);
        _codes = new byte[rows * columns];
        foreach (ref var code in _codes.AsSpan())
        {
            code = fill is TernaryFill.Random or TernaryFill.Zeros ? (byte)random.Next(3) : (byte)2;
        }

        _tiles = new NativeBuffer<byte>(TernaryMatrix.BytesOf(rows, columns));
        _rowScales = new NativeBuffer<float>(TernaryMatrix.TileCountOf(rows) * TernaryMatrix.TileRows);
        Matrix = new TernaryMatrix(rows, columns, _tiles.Pointer, _rowScales.Pointer);
        TernaryPacker.Pack(this, 0, Matrix.TileCount, Matrix.Tiles, Matrix.RowScales, new byte[Matrix.PaddedColumns]);

        var stride = Matrix.PaddedColumns;
        _values = new NativeBuffer<sbyte>((long)tokens * stride);
        _sums = new NativeBuffer<int>(tokens);
        _inverseScales = new NativeBuffer<float>(tokens);
        _values.Span.Clear();
        for (var token = 0; token < tokens; token++)
        {
            var sum = 0;
            for (var column = 0; column < columns; column++)
            {
                var value = fill switch
                {
                    TernaryFill.AllLargest => 127,
                    TernaryFill.AllSmallest => -127,
                    TernaryFill.Alternating => column % 2 == 0 ? 127 : -127,
                    TernaryFill.Zeros => 0,
                    _ => random.Next(-127, 128),
                };
                _values.Span[(token * stride) + column] = (sbyte)value;
                sum += value;
            }

            _sums.Span[token] = sum;
            _inverseScales.Span[token] = (float)((random.NextDouble() * 3) + 1e-3);
        }

        X = new QuantizedRows(tokens, stride, _values.Pointer, _sums.Pointer, _inverseScales.Pointer);
    }

    public int Rows { get; }

    public int Columns { get; }

    public TernaryMatrix Matrix { get; }

    public QuantizedRows X { get; }

    public int OutputRows => Matrix.TileCount * TernaryMatrix.TileRows;

    public QuantizedRows Token(int token) => new(
        1, X.Stride, X.Values + (token * X.Stride), X.Sums + token, X.InverseScales + token);

    /// <summary>The outputs as the formula of <see cref="QuantizedRows"/> gives them from the codes, never packed: [tokens, rows].</summary>
    public float[] Expected()
    {
        var expected = new float[X.Count * Rows];
        for (var token = 0; token < X.Count; token++)
        {
            for (var row = 0; row < Rows; row++)
            {
                var sum = 0;
                for (var column = 0; column < Columns; column++)
                {
                    sum += _codes[(row * Columns) + column] * X.Values[(token * X.Stride) + column];
                }

                expected[(token * Rows) + row] = (float)(sum - X.Sums[token]) * X.InverseScales[token] * ScaleOf(row);
            }
        }

        return expected;
    }

    public ReadOnlySpan<byte> CodesOf(int row) => _codes.AsSpan(row * Columns, Columns);

    public float Read(int row, Span<byte> codes)
    {
        CodesOf(row).CopyTo(codes);
        return ScaleOf(row);
    }

    public float ScaleOf(int row) => _oneScale ? 0.75f : 0.1f + (row * 0.37f);

    public void Dispose()
    {
        _tiles.Dispose();
        _rowScales.Dispose();
        _values.Dispose();
        _sums.Dispose();
        _inverseScales.Dispose();
    }
}
