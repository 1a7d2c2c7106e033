using NativeHost.Search.Clusters;
using Xunit;

namespace NativeHost.Search.Tests;

public sealed class ClusteringTests
{
    private static readonly ReadOnlyMemory<float>[] Three = Groups(seed: 1, sizes: [20, 12, 7], spread: 0.1);

    [Fact]
    public void Groups_that_lie_apart_are_found_by_each_way()
    {
        int[] expected = [.. Enumerable.Repeat(0, 20), .. Enumerable.Repeat(1, 12), .. Enumerable.Repeat(2, 7)];

        Assert.Equal(expected, Clustering.KMeans(Three, 3));
        Assert.Equal(expected, Clustering.Hierarchical(Three, 3));
        Assert.Equal(expected, Clustering.Dbscan(Three, 0.3f, 3));
    }

    [Fact]
    public void What_lies_alone_is_noise()
    {
        ReadOnlyMemory<float>[] vectors = [.. Three, RandomVectors.Unit(new Random(99), 32)];

        var labels = Clustering.Dbscan(vectors, 0.3f, 3);

        Assert.Equal(Clustering.Noise, labels[^1]);
        Assert.Equal([0, 1, 2], labels[..^1].Distinct());
    }

    [Fact]
    public void The_silhouette_is_that_of_the_definition_and_tells_good_groups_from_bad_ones()
    {
        var good = Clustering.Hierarchical(Three, 3);
        int[] bad = [.. Enumerable.Range(0, Three.Length).Select(i => i % 3)];

        Assert.Equal(PlainSilhouette(Three, good), Clustering.Silhouette(Three, good)!.Value, 1e-5);
        Assert.Equal(PlainSilhouette(Three, bad), Clustering.Silhouette(Three, bad)!.Value, 1e-5);
        Assert.InRange(Clustering.Silhouette(Three, good)!.Value, 0.8, 1);
        Assert.InRange(Clustering.Silhouette(Three, bad)!.Value, -1, 0.1);
        Assert.Null(Clustering.Silhouette(Three, new int[Three.Length]));
    }

    [Fact]
    public void Vectors_that_are_all_the_same_make_one_group_and_as_many_groups_as_vectors_are_allowed()
    {
        ReadOnlyMemory<float>[] same = [.. Enumerable.Repeat(Three[0], 5)];

        Assert.Equal(new int[5], Clustering.KMeans(same, 3));
        Assert.Equal(Enumerable.Range(0, 5), Clustering.KMeans(Three[..5], 5));
        Assert.Equal(Enumerable.Range(0, 5), Clustering.Hierarchical(Three[..5], 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Clustering.KMeans(same, 6));
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
}
