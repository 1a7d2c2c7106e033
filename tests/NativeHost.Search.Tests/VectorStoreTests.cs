using System.Security.Cryptography;
using NativeHost.Search.Vectors;
using Xunit;

namespace NativeHost.Search.Tests;

public sealed class VectorStoreTests : IDisposable
{
    private const int Dimensions = 24;
    private readonly string _folder = Directory.CreateTempSubdirectory("tabagent-test-").FullName;
    private readonly Random _random = new(9);

    [Fact]
    public void What_was_added_is_found_after_a_restart_and_what_was_removed_is_not()
    {
        var vectors = Enumerable.Range(0, 300).Select(_ => RandomVectors.Unit(_random, Dimensions)).ToList();
        using (var store = Open())
        {
            for (var i = 0; i < vectors.Count; i++)
            {
                store.Add($"schlüssel {i}", vectors[i], i);
            }

            store.Remove("schlüssel 5", 300);
            store.Add("schlüssel 6", vectors[9], 301);
        }

        using var again = Open();

        Assert.Equal(299, again.Count);
        Assert.Equal(301, again.Position);
        Assert.Equal("schlüssel 4", again.Search(vectors[4], 1)[0].Key);
        Assert.DoesNotContain("schlüssel 5", again.Search(vectors[5], 300).Select(hit => hit.Key));
        Assert.Equal(["schlüssel 9", "schlüssel 6"], again.Search(vectors[9], 2).Select(hit => hit.Key));
    }

    [Fact]
    public void A_file_that_was_cut_or_damaged_keeps_what_is_before()
    {
        using (var store = Open())
        {
            for (var i = 0; i < 100; i++)
            {
                store.Add($"{i}", RandomVectors.Unit(_random, Dimensions), i);
            }
        }

        var whole = File.ReadAllBytes(Place);
        for (var round = 0; round < 50; round++)
        {
            var at = _random.Next(48, whole.Length);
            var bytes = whole.ToArray();
            if (round % 2 == 0)
            {
                bytes = bytes[..at];
            }
            else
            {
                bytes[at] ^= (byte)(1 << _random.Next(8));
            }

            File.WriteAllBytes(Place, bytes);
            using var store = Open();
            Assert.InRange(store.Count, 0, 99);
            Assert.Equal(store.Count - 1, store.Position);
            store.Add("more", RandomVectors.Unit(_random, Dimensions), 500);
            Assert.True(store.Contains("more"));
        }

        using var last = Open();
        Assert.Equal(500, last.Position);
    }

    [Fact]
    public void Vectors_of_another_model_or_size_are_begun_anew()
    {
        using (var store = Open())
        {
            store.Add("a", RandomVectors.Unit(_random, Dimensions), 1);
        }

        using (var store = VectorStore.Open(Place, Dimensions, SHA256.HashData("another"u8)))
        {
            Assert.Equal((0, -1L), (store.Count, store.Position));
            store.Add("a", RandomVectors.Unit(_random, Dimensions), 1);
        }

        using var wider = VectorStore.Open(Place, Dimensions + 1, SHA256.HashData("another"u8));
        Assert.Equal(0, wider.Count);
    }

    [Fact]
    public void A_file_of_removed_vectors_is_written_anew_when_it_is_opened()
    {
        var kept = RandomVectors.Unit(_random, Dimensions);
        using (var store = Open())
        {
            store.Add("kept", kept, 0);
            for (var i = 1; i < 2000; i++)
            {
                store.Add("changing", RandomVectors.Unit(_random, Dimensions), i);
            }
        }

        var before = new FileInfo(Place).Length;
        using var again = Open();

        Assert.Equal((2, 1999L), (again.Count, again.Position));
        Assert.Equal("kept", again.Search(kept, 1)[0].Key);
        Assert.InRange(new FileInfo(Place).Length, 1, before / 100);
    }

    [Fact]
    public void What_cannot_be_a_key_or_a_vector_is_refused()
    {
        using var store = Open();
        var good = RandomVectors.Unit(_random, Dimensions);

        Assert.Throws<ArgumentException>(() => store.Add("", good, 0));
        Assert.Throws<ArgumentException>(() => store.Add(new string('x', 2000), good, 0));
        Assert.Throws<ArgumentException>(() => store.Add("a", good.AsSpan(1), 0));
        foreach (var bad in new[] { float.NaN, float.PositiveInfinity, float.MaxValue })
        {
            var vector = good.ToArray();
            vector[3] = bad;
            Assert.Throws<ArgumentException>(() => store.Add("a", vector, 0));
            Assert.Throws<ArgumentException>(() => store.Search(vector, 1));
        }

        Assert.Empty(store.Search(good, 5));
        Assert.Throws<IOException>(Open);
    }

    [Fact]
    public async Task Searches_go_on_beside_additions()
    {
        using var store = Open();
        var first = RandomVectors.Unit(_random, Dimensions);
        store.Add("first", first, 0);
        using var done = new CancellationTokenSource();
        var adding = Task.Run(
            () =>
            {
                var random = new Random(1);
                for (var i = 1; i < 3000; i++)
                {
                    store.Add($"{i}", RandomVectors.Unit(random, Dimensions), i);
                }
            },
            TestContext.Current.CancellationToken);

        while (!adding.IsCompleted)
        {
            Assert.Equal("first", store.Search(first, 3)[0].Key);
        }

        await adding;
        Assert.Equal(3000, store.Count);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Place => Path.Combine(_folder, "vectors");

    private VectorStore Open() => VectorStore.Open(Place, Dimensions, SHA256.HashData("model"u8));
}
