using System.Text;
using System.Text.Json.Serialization;
using NativeHost.Framing;

namespace NativeHost.Actions.Embeddings;

/// <summary>A document that was compared.</summary>
/// <param name="Index">Its number in the request, from 0.</param>
/// <param name="Document">Its text; null where all the texts are too much for one frame: the <c>index</c> tells which it is.</param>
/// <param name="Score">The higher, the better.</param>
internal sealed record ScoredDocument(
    int Index, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Document, double Score);

internal static class ScoredDocuments
{
    /// <summary>An escape has six bytes at most where the character itself had one.</summary>
    private const int BytesOfByte = 6;

    /// <summary>Of what stands around a text.</summary>
    private const int BytesBesideText = 100;

    /// <summary>Room for the rest of the answer.</summary>
    private const int HeadBytes = 64 * 1024;

    /// <summary>The documents of the highest scores, with their texts where these fit a frame.</summary>
    /// <param name="texts">All of them.</param>
    /// <param name="scores">[texts].</param>
    /// <param name="count">Most that are wanted.</param>
    /// <param name="least">The score that one has to have; null for any.</param>
    /// <param name="beside">A text that stands in the answer as well.</param>
    public static IReadOnlyList<ScoredDocument> Best(IReadOnlyList<string> texts, IReadOnlyList<double> scores, int count, double? least = null, string beside = "")
    {
        var best = Enumerable.Range(0, texts.Count).Where(text => least is null || scores[text] >= least)
            .OrderByDescending(text => scores[text]).Take(count).ToList();
        var fits = best.Sum(text => MostBytes(texts[text])) < FrameLimits.MaxOutboundBytes - HeadBytes - MostBytes(beside);
        return [.. best.Select(text => new ScoredDocument(text, fits ? texts[text] : null, scores[text]))];
    }

    private static long MostBytes(string text) => ((long)Encoding.UTF8.GetByteCount(text) * BytesOfByte) + BytesBesideText;
}
