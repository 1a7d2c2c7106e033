using NativeHost.Pages;
using NativeHost.Search.Texts;
using Xunit;

namespace NativeHost.Tests.Pages;

/// <summary>What is used least goes first, of whoever has too much, and then of all.</summary>
public sealed class HeldPagesTests
{
    private static readonly long Size = Page("o", "a").Bytes;

    [Fact]
    public void The_page_that_was_used_least_lately_leaves_where_an_origin_has_too_much()
    {
        var pages = new HeldPages(mostOfOrigin: 2 * Size, most: 100 * Size);
        pages.Put(Page("p", "a"));
        pages.Put(Page("o", "a"));
        pages.Put(Page("o#n", "b"));
        Assert.NotNull(pages.Use("o", IndexedPage.IdOf("a")));

        pages.Put(Page("o", "c"));

        Assert.Equal(["c", "a"], pages.Of("o").Select(page => page.Url));
        Assert.Empty(pages.Of("o#n"));
        Assert.Single(pages.Of("p"));
        Assert.Equal(2 * Size, pages.BytesOf("o"));
    }

    [Fact]
    public void The_page_that_was_used_least_lately_leaves_where_all_have_too_much()
    {
        var pages = new HeldPages(mostOfOrigin: 100 * Size, most: 2 * Size);
        pages.Put(Page("o", "a"));
        pages.Put(Page("p", "a"));

        pages.Put(Page("q", "a"));

        Assert.Empty(pages.Of("o"));
        Assert.Equal(0, pages.BytesOf("o"));
        Assert.Single(pages.Of("p"));
        Assert.Single(pages.Of("q"));
    }

    [Fact]
    public void The_same_address_replaces_and_what_is_forgotten_takes_no_room()
    {
        var pages = new HeldPages(mostOfOrigin: 2 * Size, most: 2 * Size);
        for (var i = 0; i < 5; i++)
        {
            pages.Put(Page("o", "a"));
        }

        pages.Put(Page("o", "b"));
        Assert.Equal(2, pages.Of("o").Count);

        Assert.True(pages.Forget("o", IndexedPage.IdOf("a")));
        Assert.False(pages.Forget("o", IndexedPage.IdOf("a")));
        Assert.False(pages.Forget("p", IndexedPage.IdOf("b")));
        Assert.Equal(1, pages.ForgetAll("o"));
        Assert.Equal(0, pages.BytesOf("o"));
        pages.Put(Page("o", "c"));
        pages.Put(Page("o", "d"));
        Assert.Equal(2, pages.Of("o").Count);
    }

    private static IndexedPage Page(string owner, string url) => new()
    {
        Owner = owner,
        Origin = owner.Split('#')[0],
        Url = url,
        Title = "",
        Text = "text",
        Chunks = [new PageChunk(new TextSpan(0, 4), [1, 0], 1, IsTruncated: false)],
        Model = "m",
        IndexedAt = default,
    };
}
