using System.Collections;
using NativeHost.Search.Clusters;
using Xunit;

namespace NativeHost.Search.Tests;

public sealed class ClusteringTests
{
    /// <summary>Reads that make the distances of each of 39 from each.</summary>
    private const int Pairs = 39 * 38;

    private static readonly ReadOnlyMemory<float>[] Three = Groups(seed: 1, sizes: [20, 12, 7], spread: 0.1);

    [Fact]
    public void Groups_that_lie_apart_are_found_by_each_way()
    {
        int[] expected = [.. Enumerable.Repeat(0, 20), .. Enumerable.Repeat(1, 12), .. Enumerable.Repeat(2, 7)];

        Assert.Equal(expected, Clustering.KMeans(Three, 3, Patience.Token));
        Assert.Equal(expected, Clustering.Hierarchical(Three, 3, Patience.Token));
        Assert.Equal(expected, Clustering.Dbscan(Three, 0.3f, 3, Patience.Token));
    }

    [Fact]
    public void What_lies_alone_is_noise()
    {
        ReadOnlyMemory<float>[] vectors = [.. Three, RandomVectors.Unit(new Random(99), 32)];

        var labels = Clustering.Dbscan(vectors, 0.3f, 3, Patience.Token);

        Assert.Equal(Clustering.Noise, labels[^1]);
        Assert.Equal([0, 1, 2], labels[..^1].Distinct());
    }

    [Fact]
    public void The_silhouette_is_that_of_the_definition_and_tells_good_groups_from_bad_ones()
    {
        var good = Clustering.Hierarchical(Three, 3, Patience.Token);
        int[] bad = [.. Enumerable.Range(0, Three.Length).Select(i => i % 3)];

        Assert.Equal(PlainSilhouette(Three, good), Clustering.Silhouette(Three, good, Patience.Token)!.Value, 1e-5);
        Assert.Equal(PlainSilhouette(Three, bad), Clustering.Silhouette(Three, bad, Patience.Token)!.Value, 1e-5);
        Assert.InRange(Clustering.Silhouette(Three, good, Patience.Token)!.Value, 0.8, 1);
        Assert.InRange(Clustering.Silhouette(Three, bad, Patience.Token)!.Value, -1, 0.1);
        Assert.Null(Clustering.Silhouette(Three, new int[Three.Length], Patience.Token));
    }

    [Fact]
    public void Vectors_that_are_all_the_same_make_one_group_and_as_many_groups_as_vectors_are_allowed()
    {
        ReadOnlyMemory<float>[] same = [.. Enumerable.Repeat(Three[0], 5)];

        Assert.Equal(new int[5], Clustering.KMeans(same, 3, Patience.Token));
        Assert.Equal(Enumerable.Range(0, 5), Clustering.KMeans(Three[..5], 5, Patience.Token));
        Assert.Equal(Enumerable.Range(0, 5), Clustering.Hierarchical(Three[..5], 5, Patience.Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => Clustering.KMeans(same, 6, Patience.Token));
    }

    [Theory]
    [InlineData("k-means", 1)]
    [InlineData("k-means", 400)]
    [InlineData("k-means", 1000)]
    [InlineData("hierarchical", 1)]
    [InlineData("hierarchical", Pairs)]
    [InlineData("dbscan", 1)]
    [InlineData("dbscan", Pairs)]
    [InlineData("silhouette", 1)]
    [InlineData("silhouette", Pairs)]
    public void A_cancelled_one_ends_before_its_next_round(string way, int reads)
    {
        using var cancelled = new CancellationTokenSource();
        var vectors = new CancellingVectors(Three, cancelled, reads);
        int[] labels = [.. Enumerable.Range(0, Three.Length).Select(i => i % 2)];

        Assert.Throws<OperationCanceledException>(() => way switch
        {
            "hierarchical" => Clustering.Hierarchical(vectors, 3, cancelled.Token),
            "dbscan" => Clustering.Dbscan(vectors, 0.3f, 3, cancelled.Token),
            "silhouette" => (object?)Clustering.Silhouette(vectors, labels, cancelled.Token),
            _ => Clustering.KMeans(vectors, 5, cancelled.Token),
        });

        Assert.InRange(vectors.Reads, reads, reads + (3 * Three.Length));
    }

    private static ReadOnlyMemory<float>[] Groups(int seed, int[] sizes, double spread)
    {
        var random = new Random(seed);
        return
        [
            .. sizes.SelectMany(size =>
            {
                var centre = RandomVectors.Unit(random, 32);
                return Enumerable.Range(0, size).Select(_ => (ReadOnlyMemory<float>)Near(random, centre, spread)).ToList();
            }),
        ];
    }

    private static float[] Near(Random random, float[] centre, double spread)
    {
        var moved = centre.Zip(RandomVectors.Unit(random, centre.Length), (number, step) => number + (spread * step)).ToList();
        return RandomVectors.Scaled(moved, 1 / Math.Sqrt(moved.Sum(number => number * number)));
    }

    private static double PlainSilhouette(ReadOnlyMemory<float>[] vectors, int[] labels)
        => Enumerable.Range(0, vectors.Length).Average(i =>
        {
            var own = Mean(i, labels[i]);
            var other = labels.Distinct().Where(label => label != labels[i]).Min(label => Mean(i, label));
            return (other - own) / Math.Max(other, own);

            double Mean(int of, int label) => Enumerable.Range(0, vectors.Length).Where(j => j != of && labels[j] == label).Average(j => Distance(vectors[of], vectors[j]));
        });

    private static double Distance(ReadOnlyMemory<float> left, ReadOnlyMemory<float> right)
        => 1 - left.ToArray().Zip(right.ToArray(), (l, r) => (double)l * r).Sum();

    /// <summary>Vectors that cancel what reads them after so many reads.</summary>
    private sealed class CancellingVectors(ReadOnlyMemory<float>[] vectors, CancellationTokenSource cancelled, int most) : IReadOnlyList<ReadOnlyMemory<float>>
    {
        public int Reads { get; private set; }

        public int Count => vectors.Length;

        public ReadOnlyMemory<float> this[int index]
        {
            get
            {
                if (++Reads == most)
                {
                    cancelled.Cancel();
                }

                return vectors[index];
            }
        }

        public IEnumerator<ReadOnlyMemory<float>> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
