using NativeHost.Search.Texts;

namespace NativeHost.Search;

/// <summary>Makes one ranking of what words found and what meaning found.</summary>
/// <remarks>
/// By scores, not by places: the first place by words may be a rare name that was looked for, or a word that every second text has, and only the scores tell
/// which. Those of BM25 are made shares of what the query's words are worth, so that they compare with cosines: a text with every word gets about 1.
/// </remarks>
public static class ScoreFusion
{
    /// <summary>What a cosine counts beside a share. Measured: docs/BENCHMARKS.md.</summary>
    private const double MeaningWeight = 0.5;

    /// <param name="count">Most that are wanted.</param>
    /// <param name="byWords">The best first, with shares for scores (<see cref="TextIndex.SharesOf"/>).</param>
    /// <param name="byMeaning">The best first, of vectors of length 1.</param>
    /// <returns>The best first. What words did not find has none of them; what meaning did not find is as near as the last that it found.</returns>
    public static IReadOnlyList<SearchHit> Fuse(int count, IReadOnlyList<SearchHit> byWords, IReadOnlyList<SearchHit> byMeaning)
    {
        var farthest = byMeaning.Count > 0 ? byMeaning[^1].Score : 0;
        var scores = byMeaning.ToDictionary(hit => hit.Key, hit => MeaningWeight * hit.Score, StringComparer.Ordinal);
        foreach (var hit in byWords)
        {
            scores[hit.Key] = scores.GetValueOrDefault(hit.Key, MeaningWeight * farthest) + hit.Score;
        }

        return [.. scores.Select(score => new SearchHit(score.Key, score.Value)).OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Key, StringComparer.Ordinal).Take(count)];
    }
}
