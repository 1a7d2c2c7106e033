using System.Numerics.Tensors;

namespace NativeHost.Search.Clusters;

/// <summary>Puts vectors of length 1 into groups of like ones. The same vectors always get the same groups.</summary>
/// <remarks>
/// Memory of all but <see cref="KMeans"/> grows with the square of the number of vectors, and so does time, which of <see cref="Hierarchical"/> grows with the third
/// power: seconds for thousands. Each looks at its token after a part of that which takes milliseconds.
/// </remarks>
public static class Clustering
{
    /// <summary>The label of a vector that belongs to no group.</summary>
    public const int Noise = -1;

    private const int MostRounds = 100;
    private const int Restarts = 8;
    private const int Seed = 20_261;

    /// <summary>Groups around means: Lloyd's algorithm, from starts that lie apart (k-means++), the best of several.</summary>
    /// <param name="vectors">Each [dimensions].</param>
    /// <param name="count">Groups, 1 to the number of vectors; fewer come where fewer vectors differ.</param>
    /// <returns>[vectors]: the group of each, numbered by its first vector.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static int[] KMeans(IReadOnlyList<ReadOnlyMemory<float>> vectors, int count, CancellationToken cancellationToken)
    {
        Check(vectors, count);
        var random = new Random(Seed);
        var best = Enumerable.Range(0, Restarts).Select(_ => KMeansOnce(vectors, count, random, cancellationToken)).MinBy(run => run.Spread);
        return Renumbered(best.Labels);
    }

    /// <summary>Groups that grow together, the two nearest first by the mean distance of their members, until so many are left.</summary>
    /// <inheritdoc cref="KMeans"/>
    public static int[] Hierarchical(IReadOnlyList<ReadOnlyMemory<float>> vectors, int count, CancellationToken cancellationToken)
    {
        Check(vectors, count);
        var distances = new Distances(vectors, cancellationToken);
        var labels = Enumerable.Range(0, vectors.Count).ToArray();
        var sizes = Enumerable.Repeat(1, vectors.Count).ToArray();
        var groups = Enumerable.Range(0, vectors.Count).ToList();
        while (groups.Count > count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (left, right) = Nearest(distances, groups);
            foreach (var other in groups.Where(other => other != left && other != right))
            {
                // Lance and Williams (1967), the mean of all pairs.
                distances[left, other] = ((sizes[left] * distances[left, other]) + (sizes[right] * distances[right, other])) / (sizes[left] + sizes[right]);
            }

            sizes[left] += sizes[right];
            groups.Remove(right);
            for (var i = 0; i < labels.Length; i++)
            {
                labels[i] = labels[i] == right ? left : labels[i];
            }
        }

        return Renumbered(labels);
    }

    /// <summary>Groups wherever vectors lie close (Ester, Kriegel, Sander and Xu, 1996); what lies alone is <see cref="Noise"/>.</summary>
    /// <param name="reach">How near a neighbour is: 1 less the cosine, 0 to 2.</param>
    /// <param name="neighbours">How many make a group, the vector itself among them.</param>
    /// <returns>[vectors]: the group of each, numbered by its first vector, or <see cref="Noise"/>.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static int[] Dbscan(IReadOnlyList<ReadOnlyMemory<float>> vectors, float reach, int neighbours, CancellationToken cancellationToken)
    {
        var distances = new Distances(vectors, cancellationToken);
        var near = new List<List<int>>(vectors.Count);
        for (var i = 0; i < vectors.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            near.Add([.. Enumerable.Range(0, vectors.Count).Where(j => distances[i, j] <= reach)]);
        }

        var labels = Enumerable.Repeat(Noise, vectors.Count).ToArray();
        var groups = 0;
        for (var i = 0; i < vectors.Count; i++)
        {
            if (labels[i] != Noise || near[i].Count < neighbours)
            {
                continue;
            }

            var reached = new Queue<int>([i]);
            labels[i] = groups;
            while (reached.TryDequeue(out var member))
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var other in near[member].Where(other => labels[other] == Noise))
                {
                    labels[other] = groups;
                    if (near[other].Count >= neighbours)
                    {
                        reached.Enqueue(other);
                    }
                }
            }

            groups++;
        }

        return labels;
    }

    /// <summary>How well groups are apart, −1 to 1: the mean silhouette (Rousseeuw, 1987) of the vectors that are in one.</summary>
    /// <returns>Null where there are fewer than two groups.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static double? Silhouette(IReadOnlyList<ReadOnlyMemory<float>> vectors, IReadOnlyList<int> labels, CancellationToken cancellationToken)
    {
        var groups = labels.Select((label, i) => (label, i)).Where(member => member.label != Noise).GroupBy(member => member.label, member => member.i).ToList();
        if (groups.Count < 2)
        {
            return null;
        }

        var distances = new Distances(vectors, cancellationToken);
        return groups.SelectMany(group => group.Select(member =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Silhouette(distances, groups, group, member);
        })).Average();
    }

    private static double Silhouette(Distances distances, List<IGrouping<int, int>> groups, IGrouping<int, int> own, int member)
    {
        var count = own.Count();
        if (count == 1)
        {
            return 0;
        }

        var within = own.Sum(other => (double)distances[member, other]) / (count - 1);
        var nearest = groups.Where(group => group.Key != own.Key).Min(group => group.Average(other => (double)distances[member, other]));
        return Math.Max(within, nearest) is > 0 and var larger ? (nearest - within) / larger : 0;
    }

    private static (int[] Labels, double Spread) KMeansOnce(
        IReadOnlyList<ReadOnlyMemory<float>> vectors, int count, Random random, CancellationToken cancellationToken)
    {
        var means = Starts(vectors, count, random, cancellationToken);
        var labels = new int[vectors.Count];
        for (var round = 0; round < MostRounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var next = vectors.Select(vector => Enumerable.Range(0, means.Count).MinBy(mean => TensorPrimitives.Distance(vector.Span, means[mean]))).ToArray();
            var isSettled = round > 0 && next.AsSpan().SequenceEqual(labels);
            labels = next;
            if (isSettled)
            {
                break;
            }

            foreach (var group in labels.Select((label, i) => (label, i)).GroupBy(member => member.label, member => member.i))
            {
                means[group.Key].AsSpan().Clear();
                foreach (var member in group)
                {
                    TensorPrimitives.Add(means[group.Key], vectors[member].Span, means[group.Key]);
                }

                TensorPrimitives.Divide(means[group.Key], group.Count(), means[group.Key]);
            }
        }

        return (labels, vectors.Select((vector, i) => Math.Pow(TensorPrimitives.Distance(vector.Span, means[labels[i]]), 2)).Sum());
    }

    /// <summary>Arthur and Vassilvitskii, k-means++ (2007): each next start is far from those before.</summary>
    private static List<float[]> Starts(IReadOnlyList<ReadOnlyMemory<float>> vectors, int count, Random random, CancellationToken cancellationToken)
    {
        List<float[]> starts = [vectors[random.Next(vectors.Count)].ToArray()];
        while (starts.Count < count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var squares = vectors.Select(vector => starts.Min(start => Math.Pow(TensorPrimitives.Distance(vector.Span, start), 2))).ToArray();
            var total = squares.Sum();
            if (total <= 0)
            {
                // No other vector is left that differs.
                break;
            }

            var at = random.NextDouble() * total;
            var chosen = 0;
            while (chosen < squares.Length - 1 && (at -= squares[chosen]) >= 0)
            {
                chosen++;
            }

            starts.Add(vectors[chosen].ToArray());
        }

        return starts;
    }

    private static (int Left, int Right) Nearest(Distances distances, List<int> groups)
    {
        var (least, found) = (float.PositiveInfinity, (groups[0], groups[1]));
        for (var i = 1; i < groups.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (distances[groups[i], groups[j]] < least)
                {
                    (least, found) = (distances[groups[i], groups[j]], (groups[j], groups[i]));
                }
            }
        }

        return found;
    }

    private static int[] Renumbered(int[] labels)
    {
        var numbers = new Dictionary<int, int>();
        return [.. labels.Select(label => numbers.TryGetValue(label, out var number) ? number : numbers[label] = numbers.Count)];
    }

    private static void Check(IReadOnlyList<ReadOnlyMemory<float>> vectors, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, vectors.Count);
    }
}
