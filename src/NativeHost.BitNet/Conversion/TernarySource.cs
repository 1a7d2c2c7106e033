using System.Numerics.Tensors;
using NativeHost.Inference;

namespace NativeHost.BitNet.Conversion;

/// <summary>A ternary matrix of a checkpoint, in whichever of its forms, read row by row.</summary>
/// <remarks>For one thread.</remarks>
internal abstract class TernarySource(CheckpointTensor weight, int columns)
{
    protected CheckpointTensor Weight { get; } = weight;

    protected int Columns { get; } = columns;

    /// <summary>Weight times this is the real weight. Known from the start.</summary>
    public float Scale { get; private protected init; }

    /// <summary>Reads a row's codes: weight + 1.</summary>
    /// <exception cref="NativeHost.Gguf.ModelFormatException">A weight is not ternary.</exception>
    public abstract void ReadCodes(int row, Span<byte> codes);

    /// <summary>The matrix <paramref name="name"/>, in the form that the checkpoint has it in. Reads it once where its scale is not stored.</summary>
    /// <exception cref="NativeHost.Gguf.ModelFormatException">It is missing, of another shape, or not finite.</exception>
    /// <exception cref="UnsupportedModelException">Its weights are not ternary.</exception>
    public static TernarySource Open(CheckpointWeights weights, CheckpointConfig config, string name, int rows, int columns, CancellationToken cancellationToken)
    {
        var weight = weights.Find(name + ".weight") ?? throw new UnsupportedModelException(name, $"The checkpoint has no tensor {name}.weight.");
        var scale = weights.Find(name + ".weight_scale") is { } stored ? StoredScale(stored, config.DividesByScale) : (float?)null;
        if (weight.Type == "U8")
        {
            return new PackedCodes(weight, rows, columns, scale ?? throw weight.Refused("has no weight_scale beside it"));
        }

        weight.Expect(rows, columns);
        return config.Weights == CheckpointQuantization.Online
            ? new MasterWeights(weight, rows, columns, cancellationToken)
            : new StoredWeights(weight, rows, columns, scale, cancellationToken);
    }

    private static float StoredScale(CheckpointTensor tensor, bool divides)
    {
        Span<float> value = stackalloc float[1];
        Span<byte> buffer = stackalloc byte[sizeof(float)];
        if (!tensor.IsReal || tensor.Shape.Aggregate(1L, (product, length) => product * length) != 1)
        {
            throw tensor.Refused("is not one real number");
        }

        tensor.ReadReals(0, value, buffer);
        var scale = divides ? 1 / value[0] : value[0];
        return float.IsFinite(scale) && scale > 0 ? scale : throw tensor.Refused($"is {value[0]}, which is no scale");
    }

    /// <summary>Four codes in a byte: byte (r, c) holds column c of the rows r, r + n, r + 2n and r + 3n, in this order from its low bits on.</summary>
    private sealed class PackedCodes : TernarySource
    {
        private readonly int _packedRows; // n

        public PackedCodes(CheckpointTensor weight, int rows, int columns, float scale)
            : base(weight, columns)
        {
            _packedRows = rows / 4;
            Scale = scale;
            if (rows % 4 != 0 || weight.Shape is not [var shapeRows, var shapeColumns] || shapeRows != _packedRows || shapeColumns != columns)
            {
                throw weight.Refused($"has the shape [{string.Join(", ", weight.Shape)}], but {rows} rows of {columns} were expected, packed by four");
            }
        }

        public override void ReadCodes(int row, Span<byte> codes)
        {
            var (block, packedRow) = Math.DivRem(row, _packedRows);
            Weight.ReadBytes((long)packedRow * Columns, codes);
            foreach (ref var code in codes)
            {
                code = (byte)((code >> (2 * block)) & 3);
            }

            if (codes.Contains((byte)3))
            {
                throw Weight.Refused($"holds a code in row {row} that is no weight");
            }
        }
    }

    /// <summary>Real numbers, read a row at a time.</summary>
    private abstract class RealWeights(CheckpointTensor weight, int columns) : TernarySource(weight, columns)
    {
        private readonly float[] _values = new float[columns];
        private readonly byte[] _buffer = new byte[weight.RowBytes(columns)];

        protected Span<float> ReadRow(int row)
        {
            Weight.ReadReals((long)row * Columns, _values, _buffer);
            return _values;
        }

        /// <param name="look">Sees each row.</param>
        protected void ReadAll(int rows, Action<float[]> look, CancellationToken cancellationToken)
        {
            for (var row = 0; row < rows; row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ReadRow(row);
                look(_values);
            }
        }
    }

    /// <summary>Trained weights w: the scale is the mean of |w|, and a weight is w / scale, rounded to -1, 0 or 1.</summary>
    private sealed class MasterWeights : RealWeights
    {
        private const float LeastScale = 1e-5f;

        private readonly float _inverse;

        public MasterWeights(CheckpointTensor weight, int rows, int columns, CancellationToken cancellationToken)
            : base(weight, columns)
        {
            var sum = 0.0;
            ReadAll(rows, row => sum += TensorPrimitives.SumOfMagnitudes<float>(row), cancellationToken);
            var mean = (float)(sum / ((double)rows * columns));
            Scale = float.IsFinite(mean) ? Math.Max(mean, LeastScale) : throw weight.Refused("holds a number that is not finite");
            _inverse = 1 / Scale;
        }

        public override void ReadCodes(int row, Span<byte> codes)
        {
            var values = ReadRow(row);
            for (var i = 0; i < codes.Length; i++)
            {
                codes[i] = (byte)(1 + Math.Clamp(MathF.Round(values[i] * _inverse, MidpointRounding.ToEven), -1, 1));
            }
        }
    }

    /// <summary>Real numbers that are ternary already: -1, 0 and 1 beside a stored scale, else 0 and one number of either sign.</summary>
    private sealed class StoredWeights : RealWeights
    {
        private readonly float _one;

        public StoredWeights(CheckpointTensor weight, int rows, int columns, float? scale, CancellationToken cancellationToken)
            : base(weight, columns)
        {
            var most = 0f;
            if (scale is null)
            {
                ReadAll(rows, row => most = MathF.Max(most, MathF.Abs(TensorPrimitives.MaxMagnitude<float>(row))), cancellationToken);
            }

            _one = scale is null ? most : 1;
            Scale = scale ?? most;
            ReadAll(rows, Check, cancellationToken);
        }

        public override void ReadCodes(int row, Span<byte> codes)
        {
            var values = ReadRow(row);
            for (var i = 0; i < codes.Length; i++)
            {
                codes[i] = (byte)(1 + MathF.Sign(values[i]));
            }
        }

        private void Check(float[] row)
        {
            foreach (var value in row)
            {
                // Not a number is none of the three either.
                if (value != 0 && MathF.Abs(value) != _one)
                {
                    throw new UnsupportedModelException(
                        Weight.Name, $"The weights of {Weight.Name} are not ternary, though config.json says so; converting them would ruin the model.");
                }
            }
        }
    }
}
