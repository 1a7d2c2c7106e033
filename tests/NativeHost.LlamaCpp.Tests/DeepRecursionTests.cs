using System.Text;

namespace NativeHost.LlamaCpp.Tests;

public sealed class DeepRecursionTests
{
    [Fact]
    public void The_parts_of_a_text_are_the_text_and_begin_with_a_space()
    {
        var text = Encoding.UTF8.GetBytes(string.Join(' ', Enumerable.Repeat("wörd", 200_000)));
        var parts = new List<byte[]>();

        DeepRecursion.Run(text, part => parts.Add(part.ToArray()));

        Assert.True(parts.Count > 3);
        Assert.Equal(text, parts.SelectMany(part => part));
        Assert.All(parts, part => Assert.InRange(part.Length, 1, DeepRecursion.MaxPartBytes));
        Assert.All(parts.Skip(1), part => Assert.Equal((byte)' ', part[0]));
    }

    [Fact]
    public void A_text_without_spaces_is_cut_between_characters()
    {
        var text = Encoding.UTF8.GetBytes(new string('好', 100_000));
        var parts = new List<string>();

        DeepRecursion.Run(text, part => parts.Add(Encoding.UTF8.GetString(part.Span)));

        Assert.Equal(new string('好', 100_000), string.Concat(parts));
    }
}
