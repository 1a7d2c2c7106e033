using System.Buffers.Text;
using NativeHost.Storage.Conversations;
using Xunit;

namespace NativeHost.Storage.Tests;

public sealed class CursorSealTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_closed_is_opened_also_after_a_restart_and_by_nobody_else()
    {
        string closed;
        using (var store = _folder.Open())
        {
            closed = store.Cursors.Close("000123 €");
            Assert.Equal("000123 €", store.Cursors.Open(closed));
            Assert.NotEqual(closed, store.Cursors.Close("000123 €"));
            Assert.True(Base64Url.DecodeFromChars(closed).AsSpan().IndexOf("123"u8) < 0);
        }

        using var again = _folder.Open();
        using var otherFolder = new StoreFolder();
        using var other = otherFolder.Open();
        Assert.Equal("000123 €", again.Cursors.Open(closed));
        Assert.Null(other.Cursors.Open(closed));
        for (var at = 0; at < closed.Length; at++)
        {
            Assert.Null(again.Cursors.Open(string.Concat(closed.AsSpan(0, at), closed[at] == 'A' ? "B" : "A", closed.AsSpan(at + 1))));
            Assert.Null(again.Cursors.Open(closed[..at]));
        }

        Assert.Null(again.Cursors.Open("?"));
    }

    [Fact]
    public void What_others_do_changes_no_place_in_what_is_pulled()
    {
        using var store = _folder.Open();
        var (caller, other) = (new StoreCaller("one"), new StoreCaller("two"));
        store.Conversations.Create(caller, new NewConversation());
        var next = store.Sync.Pull(caller, 0, 10, 1000).Next;

        store.Conversations.Create(other, new NewConversation());

        Assert.Equal(next, store.Sync.Pull(caller, 0, 10, 1000).Next);
        Assert.Equal(next, store.Sync.Pull(caller, next, 10, 1000).Next);
        store.Conversations.Create(caller, new NewConversation { Id = "mine" });
        Assert.Equal("mine", Assert.Single(store.Sync.Pull(caller, next, 10, 1000).Conversations).Id);
    }
}
