using System.Runtime.CompilerServices;
using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Tests.Model;

/// <summary>A ternary model computed as it is defined: number by number, without packing, lanes or threads.</summary>
/// <remarks>
/// Rows are those that the reader gives; sums are 64-bit floats, what lies between the matrices is rounded to 32 bits. One sequence.
/// </remarks>
internal sealed class PlainModel
{
    private readonly TernaryShape _shape;
    private readonly PlainActivations _activations;
    private readonly CacheFormat? _cache;
    private readonly float[][] _embedding; // [vocabulary][width]
    private readonly float[][] _output; // [vocabulary][width]
    private readonly float[] _outputNorm; // [width]
    private readonly float[]? _ropeFactors;
    private readonly PlainLayer[] _layers;

    /// <param name="cache">How keys and values are rounded; null for not at all.</param>
    public PlainModel(TernaryModelFile file, PlainActivations activations, CacheFormat? cache)
    {
        (_shape, _activations, _cache) = (file.Shape, activations, cache);
        _embedding = ReadAll(file.Embedding);
        _output = file.OutputRows is { } rows ? ReadAll(rows) : _embedding;
        _outputNorm = file.OutputNorm;
        _ropeFactors = file.RopeFactors;
        _layers = [.. Enumerable.Range(0, _shape.LayerCount).Select(layer => new PlainLayer(file, layer))];
    }

    /// <summary>Tokens seen.</summary>
    public int Position => _layers[0].Keys.Count;

    /// <summary>The logits after each of some tokens, from an empty sequence on.</summary>
    public static float[][] Logits(string path, PlainActivations activations, CacheFormat? cache, IEnumerable<int> tokens)
    {
        using var file = TernaryModelFile.Open(path);
        var model = new PlainModel(file, activations, cache);
        return [.. tokens.Select(model.Append)];
    }

    /// <summary>Appends a token and gives the logits after it.</summary>
    public float[] Append(int token)
    {
        var position = Position;
        float[] x = [.. _embedding[token].Select(value => value * _shape.EmbeddingScale)];
        foreach (var layer in _layers)
        {
            Add(x, Attend(layer, x, position));
            Add(x, FeedForward(layer, x));
        }

        var normed = Norm(x, _outputNorm);
        return [.. _output.Select(row => (float)Dot(row, normed))];
    }

    private float[] Attend(PlainLayer layer, float[] x, int position)
    {
        var (length, group) = (_shape.HeadLength, _shape.HeadCount / _shape.KvHeadCount);
        var input = Activate(Norm(x, layer.AttentionNorm));
        var queries = Multiply(layer.Query, input);
        var keys = Multiply(layer.Key, input);
        for (var head = 0; head < _shape.HeadCount; head++)
        {
            Turn(queries.AsSpan(head * length, length), position);
        }

        for (var head = 0; head < _shape.KvHeadCount; head++)
        {
            Turn(keys.AsSpan(head * length, length), position);
        }

        layer.Keys.Add(Kept(keys));
        layer.Values.Add(Kept(Multiply(layer.Value, input)));
        var attended = new float[queries.Length];
        for (var head = 0; head < _shape.HeadCount; head++)
        {
            AttendHead(layer, queries.AsSpan(head * length, length), head / group * length, attended.AsSpan(head * length, length));
        }

        return Multiply(layer.Output, Activate(Norm(attended, layer.AttentionSubNorm)));
    }

    private static void AttendHead(PlainLayer layer, ReadOnlySpan<float> query, int offset, Span<float> output)
    {
        var scores = new double[layer.Keys.Count];
        for (var position = 0; position < scores.Length; position++)
        {
            scores[position] = Dot(query, layer.Keys[position].AsSpan(offset, query.Length)) / Math.Sqrt(query.Length);
        }

        var largest = scores.Max();
        var sum = scores.Sum(score => Math.Exp(score - largest));
        for (var i = 0; i < output.Length; i++)
        {
            var value = 0.0;
            for (var position = 0; position < scores.Length; position++)
            {
                value += Math.Exp(scores[position] - largest) / sum * layer.Values[position][offset + i];
            }

            output[i] = (float)value;
        }
    }

    /// <summary>What a cache gives back of keys or values: of each head by itself, where it is one of bytes.</summary>
    private float[] Kept(float[] values) => _cache switch
    {
        null => values,
        CacheFormat.Half => [.. values.Select(value => (float)(Half)value)],
        _ => [.. values.Chunk(_shape.HeadLength).SelectMany(InBytes)],
    };

    private static IEnumerable<float> InBytes(float[] head)
    {
        var largest = Math.Max(head.Max(Math.Abs), float.Epsilon);
        return head.Select(value => MathF.Round(value * (127 / largest)) * (largest / 127));
    }

    private float[] FeedForward(PlainLayer layer, float[] x)
    {
        var input = Activate(Norm(x, layer.FeedForwardNorm));
        var gates = Multiply(layer.Gate, input);
        var ups = Multiply(layer.Up, input);
        float[] gated = [.. gates.Zip(ups, (gate, up) => (float)(Gate(gate) * up))];
        return Multiply(layer.Down, Activate(Norm(gated, layer.FeedForwardSubNorm)));
    }

    private double Gate(double x) => _shape.Gate switch
    {
        GateActivation.Silu => x / (1 + Math.Exp(-x)),
        GateActivation.ReluSquared => x > 0 ? x * x : 0,
        GateActivation.Gelu => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        _ => throw new InvalidOperationException($"{_shape.Gate}"),
    };

    private void Turn(Span<float> head, int position)
    {
        var half = _shape.RopeLength / 2;
        for (var i = 0; i < half; i++)
        {
            var (first, second) = _shape.RopePairs == RopePairs.Halves ? (i, i + half) : (2 * i, (2 * i) + 1);
            var frequency = Math.Pow(_shape.RopeBase, -2.0 * i / _shape.RopeLength) * _shape.RopeScale / (_ropeFactors?[i] ?? 1);
            var (sine, cosine) = Math.SinCos(position * frequency);
            var (left, right) = (head[first], head[second]);
            head[first] = (float)((left * cosine) - (right * sine));
            head[second] = (float)((left * sine) + (right * cosine));
        }
    }

    private float[] Norm(float[] x, float[]? weights)
    {
        if (weights is null)
        {
            return x;
        }

        var factor = 1 / Math.Sqrt(x.Average(value => (double)value * value) + _shape.NormEpsilon);
        return [.. x.Zip(weights, (value, weight) => (float)(value * factor * weight))];
    }

    /// <summary>What a matrix is multiplied with, and what its results are to be multiplied with then.</summary>
    private (float[] Values, float Scale) Activate(float[] x)
    {
        if (_activations == PlainActivations.Floats)
        {
            return (x, 1);
        }

        var largest = Math.Max(1e-5f, x.Max(Math.Abs));
        return ([.. x.Select(value => MathF.Round(value * (127 / largest), MidpointRounding.ToEven))], largest / 127);
    }

    private static float[] Multiply(PlainMatrix matrix, (float[] Values, float Scale) x)
        => [.. matrix.Rows.Select((row, number) => (float)(Dot(row, x.Values) * x.Scale * matrix.Scales[number]))];

    private static void Add(float[] target, float[] addend)
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] += addend[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += (double)left[i] * right[i];
        }

        return sum;
    }

    private static float[][] ReadAll(IDenseRows rows)
    {
        var all = new float[rows.Rows][];
        for (var row = 0; row < all.Length; row++)
        {
            all[row] = new float[rows.Columns];
            rows.Read(row, all[row]);
        }

        return all;
    }
}

/// <summary>In what a matrix is multiplied.</summary>
internal enum PlainActivations
{
    /// <summary>Whole numbers of 8 bits with one scale a token: BitNet proper.</summary>
    Bytes,

    /// <summary>As they are: a llama.cpp with weights in floats.</summary>
    Floats,
}

/// <summary>One block's weights, and what its attention has seen.</summary>
internal sealed class PlainLayer(TernaryModelFile file, int layer)
{
    public PlainMatrix Query { get; } = new(file.Matrix(layer, MatrixRole.Query));

    public PlainMatrix Key { get; } = new(file.Matrix(layer, MatrixRole.Key));

    public PlainMatrix Value { get; } = new(file.Matrix(layer, MatrixRole.Value));

    public PlainMatrix Output { get; } = new(file.Matrix(layer, MatrixRole.Output));

    public PlainMatrix Gate { get; } = new(file.Matrix(layer, MatrixRole.Gate));

    public PlainMatrix Up { get; } = new(file.Matrix(layer, MatrixRole.Up));

    public PlainMatrix Down { get; } = new(file.Matrix(layer, MatrixRole.Down));

    public float[] AttentionNorm { get; } = file.Norm(layer, NormRole.Attention);

    public float[]? AttentionSubNorm { get; } = file.OptionalNorm(layer, NormRole.AttentionSub);

    public float[] FeedForwardNorm { get; } = file.Norm(layer, NormRole.FeedForward);

    public float[]? FeedForwardSubNorm { get; } = file.OptionalNorm(layer, NormRole.FeedForwardSub);

    public List<float[]> Keys { get; } = [];

    public List<float[]> Values { get; } = [];
}

/// <summary>Weights -1, 0 and 1, row by row, each row with its scale.</summary>
internal sealed class PlainMatrix
{
    public PlainMatrix(ITernaryRows stored)
    {
        var codes = new byte[stored.Columns];
        Rows = new float[stored.Rows][];
        Scales = new float[stored.Rows];
        for (var row = 0; row < Rows.Length; row++)
        {
            Scales[row] = stored.Read(row, codes);
            Rows[row] = [.. codes.Select(code => (float)(code - 1))];
        }
    }

    public float[][] Rows { get; }

    public float[] Scales { get; }
}
