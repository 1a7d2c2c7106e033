using NativeHost.BitNet.Reading;
using NativeHost.BitNet.Tests.Reading;

namespace NativeHost.BitNet.Tests.Embedding;

/// <summary>The computation of an embedding model as it is defined, in plain loops: what the engine is held to.</summary>
/// <remarks>As each token sees only those before it, one way through a text gives the hidden states of all its beginnings.</remarks>
internal sealed class EmbeddingReference(EmbeddingSample sample)
{
    private const int HeadLength = EmbeddingSample.HeadLength;

    private readonly bool _isGemma = sample.Architecture == "gemma3";

    /// <summary>The hidden state of each token behind the output norm.</summary>
    public double[][] HiddenStates(int[] tokens)
    {
        var hidden = tokens.Select(token => Enumerable.Range(0, EmbeddingSample.Width)
            .Select(i => sample.Embedding[(token * EmbeddingSample.Width) + i] * (_isGemma ? Math.Sqrt(EmbeddingSample.Width) : 1))
            .ToArray()).ToArray();
        for (var layer = 0; layer < EmbeddingSample.Layers; layer++)
        {
            Attend(layer, hidden);
            foreach (var x in hidden)
            {
                FeedForward(layer, x);
            }
        }

        return [.. hidden.Select(x => Normed(x, sample.OutputNorm))];
    }

    /// <summary>The vector of a text, of the hidden states of its tokens.</summary>
    public double[] Pooled(ReadOnlySpan<double[]> states)
    {
        var sum = new double[EmbeddingSample.Width];
        foreach (var state in sample.PoolingType switch { 1 => states, 2 => states[..1], _ => states[^1..] })
        {
            Add(sum, state);
        }

        var length = Math.Sqrt(sum.Sum(number => number * number));
        return [.. sum.Select(number => number / length)];
    }

    private void Attend(int layer, double[][] hidden)
    {
        var isInWindow = _isGemma && layer % EmbeddingSample.WindowPeriod != EmbeddingSample.WindowPeriod - 1;
        var rotationBase = isInWindow ? EmbeddingSample.WindowRopeBase : EmbeddingSample.RopeBase;
        var (keys, values) = (new List<double[][]>(), new List<double[][]>());
        for (var position = 0; position < hidden.Length; position++)
        {
            var x = Normed(hidden[position], Norm(layer, NormRole.Attention));
            var queries = Heads(Product(layer, MatrixRole.Query, NormRole.QueryIn, x), Norm(layer, NormRole.QueryHead), position, rotationBase);
            keys.Add(Kept(Heads(Product(layer, MatrixRole.Key, NormRole.KeyIn, x), Norm(layer, NormRole.KeyHead), position, rotationBase)));
            values.Add(Kept([.. Product(layer, MatrixRole.Value, NormRole.ValueIn, x).Chunk(HeadLength)]));
            var first = isInWindow ? Math.Max(0, position - sample.WindowTokens + 1) : 0;
            var results = queries.SelectMany((query, head) =>
            {
                var kvHead = head / (EmbeddingSample.Heads / EmbeddingSample.KvHeads);
                return Seen(query, first, position, p => keys[p][kvHead], p => values[p][kvHead]);
            }).ToArray();
            AddPart(hidden[position], Product(layer, MatrixRole.Output, NormRole.OutputIn, results), Norm(layer, NormRole.PostAttention));
        }
    }

    private void FeedForward(int layer, double[] hidden)
    {
        var x = Normed(hidden, Norm(layer, NormRole.FeedForward));
        var gate = Product(layer, MatrixRole.Gate, NormRole.GateIn, x);
        var up = Product(layer, MatrixRole.Up, NormRole.UpIn, x);
        var product = gate.Select((g, i) => Activation(g) * up[i]).ToArray();
        AddPart(hidden, Product(layer, MatrixRole.Down, NormRole.DownIn, product), Norm(layer, NormRole.PostFeedForward));
    }

    private double Activation(double x) => _isGemma
        ? 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))))
        : x / (1 + Math.Exp(-x));

    private float[]? Norm(int layer, NormRole role) => sample.Norms.GetValueOrDefault((layer, role));

    /// <summary>One matrix: the norm of its input, activations in 8 bits, weights.</summary>
    private double[] Product(int layer, MatrixRole role, NormRole inputNorm, double[] x)
    {
        x = Normed(x, Norm(layer, inputNorm));
        var scale = 127 / Math.Max(1e-5, x.Max(Math.Abs));
        var quantized = x.Select(value => (int)Math.Round(value * scale, MidpointRounding.ToEven)).ToArray();
        var weights = sample.Matrices[(layer, role)];
        var y = new double[EmbeddingSample.RowsOf(role)];
        for (var row = 0; row < y.Length; row++)
        {
            var sum = 0;
            for (var column = 0; column < quantized.Length; column++)
            {
                sum += weights[(row * quantized.Length) + column] * quantized[column];
            }

            y[row] = sum / scale * SampleWeights.Scale;
        }

        return y;
    }

    /// <summary>Keys or values as the cache keeps them, in 16-bit floats: the roundings would not stay small through the layers behind.</summary>
    private static double[][] Kept(double[][] heads) => [.. heads.Select(head => head.Select(number => (double)(Half)number).ToArray())];

    private static double[][] Heads(double[] rows, float[]? norm, int position, double rotationBase) =>
        [.. rows.Chunk(HeadLength).Select(head => Turned(Normed(head, norm), position, rotationBase))];

    private static double[] Turned(double[] head, int position, double rotationBase)
    {
        var turned = new double[HeadLength];
        for (var i = 0; i < HeadLength / 2; i++)
        {
            var (sine, cosine) = Math.SinCos(position * Math.Pow(rotationBase, -2.0 * i / HeadLength));
            turned[i] = (head[i] * cosine) - (head[i + (HeadLength / 2)] * sine);
            turned[i + (HeadLength / 2)] = (head[i] * sine) + (head[i + (HeadLength / 2)] * cosine);
        }

        return turned;
    }

    private static double[] Seen(double[] query, int first, int last, Func<int, double[]> keyAt, Func<int, double[]> valueAt)
    {
        var scores = new double[last - first + 1];
        for (var i = 0; i < scores.Length; i++)
        {
            var key = keyAt(first + i);
            for (var j = 0; j < HeadLength; j++)
            {
                scores[i] += query[j] * key[j] / Math.Sqrt(HeadLength);
            }
        }

        var largest = scores.Max();
        var total = scores.Sum(score => Math.Exp(score - largest));
        var result = new double[HeadLength];
        for (var i = 0; i < scores.Length; i++)
        {
            var (weight, value) = (Math.Exp(scores[i] - largest) / total, valueAt(first + i));
            for (var j = 0; j < HeadLength; j++)
            {
                result[j] += weight * value[j];
            }
        }

        return result;
    }

    private static void AddPart(double[] hidden, double[] part, float[]? norm) => Add(hidden, Normed(part, norm));

    private static void Add(double[] target, double[] addend)
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] += addend[i];
        }
    }

    /// <summary>RMS norm; the same numbers where there is none.</summary>
    private static double[] Normed(double[] x, float[]? weights)
    {
        if (weights is null)
        {
            return x;
        }

        var factor = 1 / Math.Sqrt((x.Sum(value => value * value) / x.Length) + EmbeddingSample.Epsilon);
        return [.. x.Select((value, i) => value * factor * weights[i])];
    }
}
