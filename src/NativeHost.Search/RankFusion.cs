namespace NativeHost.Search;

/// <summary>Makes one ranking of several whose scores do not compare.</summary>
public static class RankFusion
{
    /// <summary>How much the first places count over those behind them: Cormack, Clarke and Büttcher, Reciprocal Rank Fusion (2009).</summary>
    private const int Flatness = 60;

    /// <summary>What is found in both is first; each list's order counts, not its scores.</summary>
    /// <param name="count">Most that are wanted.</param>
    /// <param name="rankings">Each the best first, with how much it counts.</param>
    public static IReadOnlyList<SearchHit> Fuse(int count, params IReadOnlyList<(IReadOnlyList<SearchHit> Hits, double Weight)> rankings)
    {
        var scores = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (hits, weight) in rankings)
        {
            for (var place = 0; place < hits.Count; place++)
            {
                scores[hits[place].Key] = scores.GetValueOrDefault(hits[place].Key) + (weight / (Flatness + place + 1));
            }
        }

        return [.. scores.Select(score => new SearchHit(score.Key, score.Value)).OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Key, StringComparer.Ordinal).Take(count)];
    }
}
