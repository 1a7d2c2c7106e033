using NativeHost.Conversations.Search;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Conversations;

/// <summary>A message has a vector for each of its parts, all of them or none, whatever becomes of it and of the process.</summary>
public sealed class MessageVectorsTests : IDisposable
{
    private static readonly ReadOnlyMemory<float> X = new float[] { 1, 0, 0 };
    private static readonly ReadOnlyMemory<float> Y = new float[] { 0, 1, 0 };
    private static readonly ReadOnlyMemory<float> Z = new float[] { 0, 0, 1 };

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_best_part_counts_and_a_message_is_found_once()
    {
        using var vectors = Open();
        Add(vectors, "long", 1, [X, Y, .. Enumerable.Repeat(Z, 30)]);
        Add(vectors, "short", 2, [Y]);

        Assert.Equal([("o\nlong", 1.0), ("o\nshort", 0.0)], Find(vectors, Z, 2));
        Assert.Equal([("o\nlong", 1.0), ("o\nshort", 1.0)], Find(vectors, Y, 5));
        Assert.Equal([("o\nshort", 1.0)], vectors.Search(Y.Span, 5, key => key == "o\nshort").Select(hit => (hit.Key, hit.Score)));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(1, 3)]
    [InlineData(3, 2)]
    [InlineData(3, 0)]
    public void What_a_message_had_before_a_change_is_not_found_any_more_nor_after_a_restart(int before, int after)
    {
        using (var vectors = Open())
        {
            Add(vectors, "m", 1, [.. Enumerable.Repeat(X, before)]);
            Add(vectors, "m", 2, [.. Enumerable.Repeat(Y, after)]);
            Assert.DoesNotContain(Find(vectors, X, 10), hit => hit.Score > 0);
        }

        using var again = Open();
        Assert.DoesNotContain(Find(again, X, 10), hit => hit.Score > 0);
        Assert.Equal(after == 0 ? [] : [("o\nm", 1.0)], Find(again, Y, 10));
        Want(again, "m", 2);
        Assert.Equal(after == 0 ? 1 : 0, again.CountWanted(_ => true));
        again.Remove("o\nm");
        Assert.Empty(Find(again, Y, 10));
    }

    [Fact]
    public void A_removal_does_not_hide_an_earlier_change_that_is_not_learned_yet()
    {
        using (var vectors = Open())
        {
            Add(vectors, "m", 1, [X]);
            Add(vectors, "gone", 2, [Y]);
            Want(vectors, "m", 3);
            vectors.Remove("o\ngone");
        }

        using var again = Open();
        Want(again, "m", 3);
        Assert.Equal(1, again.CountWanted(_ => true));
    }

    [Fact]
    public void A_message_whose_parts_are_not_all_there_is_learned_again()
    {
        using (var vectors = Open())
        {
            Add(vectors, "m", 1, [X, X, X]);
            Want(vectors, "m", 2);

            // A vector of the wrong size fails the second part, as a full disk would.
            Assert.Throws<ArgumentException>(() => vectors.Add("o\nm", 2, [Y, Y, new float[] { 1 }]));
        }

        using var again = Open();
        Want(again, "m", 2);
        Assert.Equal(1, again.CountWanted(_ => true));
        Add(again, "m", 2, [Z]);
        Assert.Equal([("o\nm", 0.0)], Find(again, Y, 10));
    }

    [Fact]
    public void What_went_while_nobody_followed_is_dropped()
    {
        using var vectors = Open();
        Add(vectors, "gone", 1, [X, Y]);
        Add(vectors, "here", 2, [X, Y]);

        vectors.Prune(key => key == "o\nhere");

        Assert.Equal([("o\nhere", 1.0)], Find(vectors, Y, 10));
    }

    public void Dispose() => _folder.Dispose();

    private static void Want(MessageVectors vectors, string id, long position) => vectors.Want($"o\n{id}", position);

    private static void Add(MessageVectors vectors, string id, long position, IReadOnlyList<ReadOnlyMemory<float>> parts)
    {
        Want(vectors, id, position);
        vectors.Add($"o\n{id}", position, parts);
    }

    private static IEnumerable<(string Key, double Score)> Find(MessageVectors vectors, ReadOnlyMemory<float> query, int count)
        => vectors.Search(query.Span, count, _ => true).Select(hit => (hit.Key, hit.Score));

    private MessageVectors Open()
    {
        var vectors = new MessageVectors(Path.Combine(_folder.Path, "vectors.bin"), "model", 3);
        vectors.Open("store");
        return vectors;
    }
}
