using NativeHost.ModelCache.Repositories;
using Xunit;

namespace NativeHost.ModelCache.Tests;

public sealed class RepoIdTests
{
    [Theory]
    [InlineData("acme/tiny-GGUF")]
    [InlineData("a/b")]
    [InlineData("unsloth/Qwen3-8B-GGUF")]
    [InlineData("TheBloke/Llama-2-7B.v1_x")]
    public void Names_of_repositories_are_read(string text)
    {
        Assert.True(RepoId.TryParse(text, out var id));
        Assert.Equal(text, id.ToString());
        Assert.Equal($"models--{text.Replace("/", "--", StringComparison.Ordinal)}", id.FolderName);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tiny")]
    [InlineData("a/b/c")]
    [InlineData("../b")]
    [InlineData("a/..")]
    [InlineData("a/b..c")]
    [InlineData("a--b/c")]
    [InlineData("-a/b")]
    [InlineData("a/b.")]
    [InlineData("a/b\n")]
    [InlineData("a\\b/c")]
    [InlineData("ä/b")]
    [InlineData("a b/c")]
    public void Anything_else_is_not_one(string text) => Assert.False(RepoId.TryParse(text, out _));

    [Theory]
    [InlineData("model.gguf", true)]
    [InlineData("UD-Q4_K_XL/möde l.gguf", true)]
    [InlineData("../model.gguf", false)]
    [InlineData("a/../../b", false)]
    [InlineData("/etc/passwd", false)]
    [InlineData("a//b", false)]
    [InlineData("C:/b", false)]
    [InlineData("a\\b", false)]
    [InlineData("nul.gguf", false)]
    [InlineData("a/con", false)]
    [InlineData("a./b", false)]
    [InlineData("a\0b", false)]
    [InlineData("", false)]
    public void Only_paths_that_stay_below_their_folder_are_safe(string path, bool isSafe) => Assert.Equal(isSafe, RepoPath.IsSafe(path));
}
