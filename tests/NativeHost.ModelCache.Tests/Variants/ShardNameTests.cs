using NativeHost.ModelCache.Variants;
using Xunit;

namespace NativeHost.ModelCache.Tests.Variants;

public sealed class ShardNameTests
{
    [Theory]
    [InlineData("a-00001-of-00003.gguf", "a", 1, 3, true)]
    [InlineData("UD-Q4/a-Q4_K_M-00003-of-00003.GGUF", "UD-Q4/a-Q4_K_M", 3, 3, true)]
    [InlineData("a-00001-of-00002-00002-of-00005.gguf", "a-00001-of-00002", 2, 5, true)]
    [InlineData("a-00000-of-00003.gguf", "a", 0, 3, false)]
    [InlineData("a-00004-of-00003.gguf", "a", 4, 3, false)]
    [InlineData("a-00000-of-00000.gguf", "a", 0, 0, false)]
    public void The_name_of_a_shard_is_taken_apart(string path, string prefix, int number, int count, bool isInRange)
    {
        var shard = ShardName.Parse(path);

        Assert.Equal(new ShardName(prefix, number, count), shard);
        Assert.Equal(isInRange, shard!.IsInRange);
    }

    [Theory]
    [InlineData("a.gguf")]
    [InlineData("a-1-of-3.gguf")]
    [InlineData("a-000001-of-000003.gguf")]
    [InlineData("a-00001-of-00003.safetensors")]
    [InlineData("a-00001-of-00003.gguf\n")]
    [InlineData("a-00001-of-00003-v2.gguf")]
    [InlineData("-00001-of-00003.gguf")]
    [InlineData("folder/-00001-of-00003.gguf")]
    [InlineData("a-٠٠٠٠١-of-00003.gguf")]
    [InlineData("a.gguf.part1of2")]
    public void Other_names_are_no_shards(string path) => Assert.Null(ShardName.Parse(path));

    [Fact]
    public void A_sibling_has_the_name_that_the_loader_looks_for()
        => Assert.Equal("f/a-00012-of-00100.gguf", ShardName.Parse("f/a-00001-of-00100.gguf")!.Sibling(12));
}
