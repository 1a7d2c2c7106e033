using System.Collections.Concurrent;
using NativeHost.BitNet.Attention;

namespace NativeHost.BitNet.Tests.Model;

/// <summary>The logits that a model has to give after each token of a run, computed once for all tests.</summary>
internal static class ExpectedLogits
{
    private static readonly ConcurrentDictionary<(string, PlainActivations, CacheFormat?, string), Lazy<float[][]>> Known = new();

    /// <summary>Of activations in bytes.</summary>
    public static float[][] Of(string path, CacheFormat? cache, int[] tokens) => Of(path, PlainActivations.Bytes, cache, tokens);

    public static float[][] Of(string path, PlainActivations activations, CacheFormat? cache, int[] tokens) => Known.GetOrAdd(
        (path, activations, cache, string.Join(' ', tokens)),
        _ => new Lazy<float[][]>(() => PlainModel.Logits(path, activations, cache, tokens))).Value;

    /// <summary>Fails where a logit is further off than allowed.</summary>
    public static void AssertNear(ReadOnlySpan<float> expected, ReadOnlySpan<float> logits, float tolerance, string where)
    {
        Assert.Equal(expected.Length, logits.Length);
        var worst = Distance(expected, logits);
        Assert.True(worst <= tolerance, $"{where}: a logit is {worst} off");
    }

    public static float Distance(ReadOnlySpan<float> expected, ReadOnlySpan<float> logits)
    {
        var worst = 0f;
        for (var id = 0; id < expected.Length; id++)
        {
            // Not a number is larger than all.
            worst = MathF.Max(worst, MathF.Abs(expected[id] - logits[id]));
        }

        return worst;
    }

    public static int Best(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var id = 1; id < logits.Length; id++)
        {
            best = logits[id] > logits[best] ? id : best;
        }

        return best;
    }

    /// <summary>How far the two largest logits are apart.</summary>
    public static float Margin(float[] logits)
    {
        var best = Best(logits);
        return logits[best] - logits.Where((_, id) => id != best).Max();
    }
}
