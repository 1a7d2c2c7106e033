using NativeHost.Storage.Conversations;
using Xunit;

namespace NativeHost.Storage.Tests;

public sealed class LockTests : IDisposable
{
    private static readonly StoreCaller Caller = new("extension");

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_owner_is_told_at_once_and_nothing_is_taken_for_damage()
    {
        using var store = _folder.Open();
        store.Conversations.Create(Caller, new NewConversation { Id = "c" });

        var failure = Assert.Throws<StorageException>(_folder.Open);

        Assert.Equal(StorageFault.Busy, failure.Fault);
        Assert.NotNull(store.Conversations.Find(Caller, "c"));
        Assert.Equal(3, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void A_file_that_somebody_else_holds_is_busy_and_not_damaged()
    {
        _folder.Open().Dispose();
        using (new FileStream(_folder.Data, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Equal(StorageFault.Busy, Assert.Throws<StorageException>(_folder.Open).Fault);
        }

        using var store = _folder.Open();
        Assert.Null(store.Recovery);
    }

    [Fact]
    public void Only_the_user_gets_at_it()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Rights on Windows come from the folder above.");
            return;
        }

        Directory.Delete(_folder.Path);
        Directory.CreateDirectory(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        using var store = _folder.Open();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.Path));
        foreach (var file in Directory.GetFiles(_folder.Path))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void A_store_that_was_closed_says_so()
    {
        var store = _folder.Open();
        store.Dispose();

        var failure = Assert.Throws<StorageException>(() => store.Conversations.Find(Caller, "c"));

        Assert.Equal(StorageFault.Closed, failure.Fault);
    }
}
