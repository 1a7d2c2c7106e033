using System.Numerics.Tensors;
using NativeHost.Messages;

namespace NativeHost.Actions.Embeddings;

/// <summary>How alike two vectors are: the higher, the more.</summary>
internal enum SimilarityMetric
{
    /// <summary>The cosine of their angle, −1 to 1.</summary>
    Cosine,

    /// <summary>Their product; the same, because the host's vectors have the length 1.</summary>
    DotProduct,

    /// <summary>1 ÷ (1 + their distance), 0 to 1.</summary>
    Euclidean,
}

internal static class SimilarityMetrics
{
    /// <summary>Null for the cosine.</summary>
    /// <exception cref="RequestException">It is none of them.</exception>
    public static SimilarityMetric Read(string? word) => word switch
    {
        null or "cosine" => SimilarityMetric.Cosine,
        "dot_product" => SimilarityMetric.DotProduct,
        "euclidean" => SimilarityMetric.Euclidean,
        _ => throw RequestFields.Invalid("metric", "it is cosine, dot_product or euclidean"),
    };

    public static string Word(this SimilarityMetric metric) => metric switch
    {
        SimilarityMetric.DotProduct => "dot_product",
        SimilarityMetric.Euclidean => "euclidean",
        _ => "cosine",
    };

    /// <param name="left">[dimensions], of length 1, as is the other.</param>
    public static double Score(this SimilarityMetric metric, ReadOnlySpan<float> left, ReadOnlySpan<float> right) => metric switch
    {
        SimilarityMetric.Euclidean => 1 / (1 + (double)TensorPrimitives.Distance(left, right)),
        _ => TensorPrimitives.Dot(left, right),
    };
}
