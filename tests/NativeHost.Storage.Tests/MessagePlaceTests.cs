using NativeHost.Storage.Database;
using NativeHost.Storage.Messages;
using Xunit;

namespace NativeHost.Storage.Tests;

public sealed class MessagePlaceTests
{
    private const string Made = "msg_0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("m", null, true)]
    [InlineData("m", "", false)]
    [InlineData("ü€😀", "m", true)]
    [InlineData(Made, "msg_ffffffffffffffffffffffffffffffff", true)]
    [InlineData("msg_0123456789ABCDEF0123456789abcdef", "MSG_0123456789abcdef0123456789abcdef", true)]
    [InlineData("msg_0123456789abcdef0123456789abcde", "msg_0123456789abcdef0123456789abcdef0", false)]
    [InlineData("msg_0123456789abcdef0123456789abcdeg", Made, true)]
    public void A_key_says_all_of_it(string id, string? parent, bool isLive)
    {
        var place = new MessagePlace(7, long.MaxValue - 1, id, parent, 1_700_000_000_000, -1, isLive);

        Assert.Equal(place, MessagePlace.Of(place.ToKey()));
    }

    [Fact]
    public void Keys_are_in_order_of_conversation_and_number_and_no_longer_than_LiteDB_takes()
    {
        var longest = new string('x', StorageLimits.MaxIdBytes);
        var keys = new[] { (1L, 2L), (1L, 300L), (2L, 1L) }.Select(order => new MessagePlace(order.Item1, order.Item2, longest, longest, 5 - order.Item2, 5, true).ToKey()).ToList();

        Assert.All(keys, key => Assert.InRange(key.Length, 1, Math.Min(1023, MessagePlace.MaxKeyBytes)));
        for (var at = 1; at < keys.Count; at++)
        {
            Assert.True(keys[at - 1].AsSpan().SequenceCompareTo(keys[at]) < 0);
        }

        Assert.True(keys[1].AsSpan().SequenceCompareTo(Keys.Pair(1, 300)) > 0);
        Assert.True(keys[1].AsSpan().SequenceCompareTo(Keys.Pair(1, 301)) < 0);
    }

    [Fact]
    public void A_key_of_a_made_id_is_short()
        => Assert.InRange(new MessagePlace(1, 1, Made, Made, 1, 1, true).ToKey().Length, 1, 70);
}
