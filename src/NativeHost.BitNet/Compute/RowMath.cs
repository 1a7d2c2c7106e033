using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Compute;

/// <summary>What is computed row by row in 32-bit floats, at one <see cref="KernelLevel"/>. Stateless: any thread may use it.</summary>
/// <remarks>
/// Rows are 64-byte aligned and filled up with zeros to their stride, a multiple of 16, so that none has a tail. What a function gives
/// depends on its arguments alone, never on threads or on how many tokens are computed at once.
/// </remarks>
internal abstract unsafe class RowMath
{
    /// <summary>RMS norm: <c>y = x / sqrt(mean(x²) + epsilon) * weights</c>.</summary>
    /// <param name="length">Values of the row; the mean is theirs.</param>
    /// <param name="weights">As long as the stride, zeros behind the length.</param>
    /// <param name="y">May be x.</param>
    public abstract void Normalize(float* x, int length, float* weights, float epsilon, float* y, int stride);

    /// <summary>Quantizes one token's activations as <see cref="QuantizedRows"/> says.</summary>
    /// <param name="x">Stride values, those behind the length 0.</param>
    public abstract void Quantize(float* x, int stride, sbyte* values, int* sum, float* inverseScale);

    /// <summary><c>target += addend</c>.</summary>
    /// <param name="count">A multiple of 16.</param>
    public abstract void Add(float* target, float* addend, int count);

    /// <summary>The gated product of the feed-forward part: <c>h = activation(gate) * up</c>.</summary>
    /// <param name="count">A multiple of 16.</param>
    /// <param name="h">May be one of the two.</param>
    public abstract void Gate(GateActivation activation, float* gate, float* up, float* h, int count);

    public static RowMath Of(KernelLevel level) => level switch
    {
        KernelLevel.Scalar => new RowMath<Lane>(),
        KernelLevel.Avx512 => new RowMath<Lanes16>(),
        _ => new RowMath<Lanes8>(),
    };
}

/// <inheritdoc/>
internal sealed unsafe class RowMath<TLanes> : RowMath
    where TLanes : struct, IFloatLanes<TLanes>
{
    private const float LeastMaximum = 1e-5f;
    private const float LargestQuantized = 127f;

    public override void Normalize(float* x, int length, float* weights, float epsilon, float* y, int stride)
    {
        var squares = TLanes.All(0);
        for (var i = 0; i < stride; i += TLanes.Width)
        {
            var values = TLanes.Load(x + i);
            squares = TLanes.MultiplyAdd(values, values, squares);
        }

        var factor = TLanes.All(1f / MathF.Sqrt((TLanes.Sum(squares) / length) + epsilon));
        for (var i = 0; i < stride; i += TLanes.Width)
        {
            TLanes.Store(TLanes.Multiply(TLanes.Multiply(TLanes.Load(x + i), factor), TLanes.Load(weights + i)), y + i);
        }
    }

    public override void Quantize(float* x, int stride, sbyte* values, int* sum, float* inverseScale)
    {
        var largest = TLanes.All(LeastMaximum);
        for (var i = 0; i < stride; i += TLanes.Width)
        {
            largest = TLanes.Max(largest, TLanes.Abs(TLanes.Load(x + i)));
        }

        // Nothing is larger than the maximum, so nothing leaves ±127, rounding included.
        var maximum = TLanes.Largest(largest);
        var scale = TLanes.All(LargestQuantized / maximum);
        var total = 0;
        for (var i = 0; i < stride; i += TLanes.Width)
        {
            total += TLanes.StoreRounded(TLanes.Multiply(TLanes.Load(x + i), scale), values + i);
        }

        *sum = total;
        *inverseScale = maximum / LargestQuantized;
    }

    public override void Add(float* target, float* addend, int count)
    {
        for (var i = 0; i < count; i += TLanes.Width)
        {
            TLanes.Store(TLanes.Add(TLanes.Load(target + i), TLanes.Load(addend + i)), target + i);
        }
    }

    public override void Gate(GateActivation activation, float* gate, float* up, float* h, int count)
    {
        switch (activation)
        {
            case GateActivation.ReluSquared:
                for (var i = 0; i < count; i += TLanes.Width)
                {
                    var positive = TLanes.Max(TLanes.Load(gate + i), TLanes.All(0));
                    TLanes.Store(TLanes.Multiply(TLanes.Multiply(positive, positive), TLanes.Load(up + i)), h + i);
                }

                break;
            case GateActivation.Silu:
                for (var i = 0; i < count; i += TLanes.Width)
                {
                    var values = TLanes.Load(gate + i);
                    TLanes.Store(TLanes.Multiply(TLanes.Multiply(values, Logistic(values)), TLanes.Load(up + i)), h + i);
                }

                break;
            case GateActivation.Gelu:
                for (var i = 0; i < count; i += TLanes.Width)
                {
                    // 0.5 x (1 + tanh(z)) = x * logistic(2z), z = sqrt(2/pi) (x + 0.044715 x³).
                    var values = TLanes.Load(gate + i);
                    var cube = TLanes.Multiply(TLanes.Multiply(values, values), values);
                    var inner = TLanes.Multiply(TLanes.MultiplyAdd(cube, TLanes.All(0.044715f), values), TLanes.All(1.5957691216f));
                    TLanes.Store(TLanes.Multiply(TLanes.Multiply(values, Logistic(inner)), TLanes.Load(up + i)), h + i);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(activation), activation, "Not an activation.");
        }
    }

    /// <summary>1 / (1 + e^-x).</summary>
    private static TLanes Logistic(TLanes x)
        => TLanes.Divide(TLanes.All(1), TLanes.Add(TLanes.All(1), TLanes.Exp(TLanes.Subtract(TLanes.All(0), x))));
}
