using NativeHost.Search.Vectors;
using Xunit;

namespace NativeHost.Search.Tests;

/// <summary>What the index finds is what a comparison with each vector in double precision finds.</summary>
public sealed class VectorIndexTests
{
    [Theory]
    [InlineData(1, 50)]
    [InlineData(7, 300)]
    [InlineData(64, 3000)]
    [InlineData(384, 9000)]
    public void The_nearest_of_random_vectors(int dimensions, int count)
    {
        var random = new Random(dimensions);
        var vectors = Enumerable.Range(0, count).Select(_ => RandomVectors.Unit(random, dimensions)).ToList();
        using var index = IndexOf(vectors);

        for (var round = 0; round < 20; round++)
        {
            AssertExact(index, vectors, RandomVectors.Unit(random, dimensions), 10);
        }
    }

    public static TheoryData<string> Adversaries => [.. Adversarial.All.Keys];

    [Theory]
    [MemberData(nameof(Adversaries))]
    public void The_nearest_of_vectors_that_are_hard_to_tell_apart(string name)
    {
        var vectors = Adversarial.All[name]();
        using var index = IndexOf(vectors);

        foreach (var query in new[] { vectors[0], vectors[^1], vectors[vectors.Count / 2], RandomVectors.Unit(new Random(3), vectors[0].Length) })
        {
            AssertExact(index, vectors, query, 10);
        }
    }

    [Fact]
    public void A_filter_leaves_the_nearest_of_what_it_lets_through()
    {
        var random = new Random(5);
        var vectors = Enumerable.Range(0, 5000).Select(_ => RandomVectors.Unit(random, 48)).ToList();
        using var index = IndexOf(vectors);
        var query = RandomVectors.Unit(random, 48);

        var hits = index.Search(query, 10, key => int.Parse(key) % 500 == 3);

        var expected = Enumerable.Range(0, vectors.Count).Where(i => i % 500 == 3).OrderByDescending(i => VectorIndex.Product(query, vectors[i])).Take(10);
        Assert.Equal(expected.Select(i => $"{i}"), hits.Select(hit => hit.Key));
    }

    [Fact]
    public void Removed_and_replaced_vectors_are_not_found()
    {
        var random = new Random(6);
        var vectors = Enumerable.Range(0, 200).Select(_ => RandomVectors.Unit(random, 16)).ToList();
        var now = vectors.ToList();
        using var index = new VectorIndex(16, (slot, vector) => now[slot].CopyTo(vector));
        for (var i = 0; i < vectors.Count; i++)
        {
            index.Add($"{i}", vectors[i]);
        }

        Assert.True(index.Remove("7"));
        Assert.False(index.Remove("7"));
        var replacement = RandomVectors.Unit(random, 16);
        now.Add(replacement);
        index.Add("8", replacement);

        Assert.DoesNotContain("7", index.Search(vectors[7], 200).Select(hit => hit.Key));
        Assert.Equal(1, index.Search(replacement, 1)[0].Score, 1e-6);
        Assert.Equal("8", index.Search(replacement, 1)[0].Key);
        Assert.Equal(199, index.Count);
        Assert.Equal(199, index.Search(vectors[0], 1000).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(384)]
    public void Products_of_codes_are_exact(int length)
    {
        var random = new Random(length);
        var left = Enumerable.Range(0, length).Select(i => (sbyte)(i == 0 ? -127 : random.Next(-127, 128))).ToArray();
        var right = Enumerable.Range(0, length).Select(i => (sbyte)(i == 0 ? -127 : random.Next(-127, 128))).ToArray();

        Assert.Equal(left.Zip(right, (l, r) => l * r).Sum(), ByteVector.Dot(left, right));
    }

    private static VectorIndex IndexOf(List<float[]> vectors)
    {
        var index = new VectorIndex(vectors[0].Length, (slot, vector) => vectors[slot].CopyTo(vector));
        for (var i = 0; i < vectors.Count; i++)
        {
            index.Add($"{i}", vectors[i]);
        }

        return index;
    }

    private static void AssertExact(VectorIndex index, List<float[]> vectors, float[] query, int count)
    {
        var expected = Enumerable.Range(0, vectors.Count)
            .Select(i => (Key: $"{i}", Score: VectorIndex.Product(query, vectors[i]), Number: i))
            .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Number).Take(count);
        Assert.Equal(expected.Select(hit => new SearchHit(hit.Key, hit.Score)), index.Search(query, count));
    }
}
