using NativeHost.Actions;
using NativeHost.Conversations;
using NativeHost.Grants;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.Settings;
using NativeHost.Storage;
using NativeHost.Storage.Conversations;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Conversations;

/// <summary>Who owns the store of a user, and whom it sees in a caller.</summary>
public sealed class UserConversationsTests : IDisposable
{
    private static readonly Caller Extension = new(CallerKind.Extension, "chrome-extension://one/");
    private static readonly Caller Other = new(CallerKind.Extension, "chrome-extension://two/");

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly GrantStore _grants;

    public UserConversationsTests() => _grants = new GrantStore(_folder.Sub("config"), TimeProvider.System);

    private string DataFile => Path.Combine(_folder.Path, "conversations", "conversations.db");

    [Fact]
    public void Nothing_is_on_the_disk_before_the_first_use_and_then_it_is_the_users_alone()
    {
        using var conversations = New();
        Assert.False(Directory.Exists(Path.GetDirectoryName(DataFile)));

        Assert.Same(conversations.Open(), conversations.Open());

        Assert.True(File.Exists(DataFile));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(DataFile)!));
        }
    }

    [Fact]
    public void One_that_is_busy_is_opened_when_its_owner_has_let_go_of_it()
    {
        using var conversations = New();
        using (var owner = New())
        {
            owner.Open();
            var busy = Assert.Throws<StorageException>(conversations.Open);
            Assert.Equal(ErrorCode.DatabaseBusy, ErrorReplies.Of(busy).Code);
            Assert.Contains("tabagent stop", ErrorReplies.Of(busy).Message, StringComparison.Ordinal);
        }

        conversations.Open();
    }

    [Fact]
    public void When_the_host_ends_nobody_opens_it_again()
    {
        var conversations = New();
        conversations.Dispose();

        Assert.Equal(StorageFault.Closed, Assert.Throws<StorageException>(conversations.Open).Fault);
        Assert.False(File.Exists(DataFile));
    }

    [Fact]
    public void Namespaces_of_an_extension_and_the_user_are_owners_of_their_own()
    {
        using var conversations = New();
        string[] names = [.. new[] { Extension, Extension.Within("work"), Extension.Within("home"), Other, Caller.Local }.Select(caller => conversations.CallerOf(caller).Origin)];

        Assert.Equal(names.Distinct(), names);
        Assert.Equal(Extension.Origin, names[0]);
        Assert.All(names, name => Assert.InRange(name.Length, 1, StorageLimits.MaxOriginBytes));
    }

    [Fact]
    public async Task Others_are_seen_with_a_grant_and_by_the_user()
    {
        using var conversations = New();
        Assert.Equal(Extension.Origin, conversations.CallerOf(Extension, Extension.Origin).Origin);
        foreach (var origin in new[] { Other.Origin, UserConversations.Everybody, UserConversations.NameOf(Extension.Within("work")) })
        {
            Assert.Equal(ErrorCode.GrantRequired, Assert.Throws<RequestException>(() => conversations.CallerOf(Extension, origin)).Code);
        }

        await _grants.GiveAsync(Extension.Origin, GrantKind.AllConversations, Patience.Token);

        Assert.Equal(Other.Origin, conversations.CallerOf(Extension, Other.Origin).Origin);
        Assert.True(conversations.CallerOf(Extension, UserConversations.Everybody) is { SeesAll: true, Origin: "chrome-extension://one/" });
        Assert.Equal(Extension.Origin, conversations.CallerOf(Caller.Local, Extension.Origin).Origin);
        Assert.False(conversations.CallerOf(Extension).SeesAll);
    }

    [Fact]
    public void A_damaged_file_is_told_of_once_by_the_process_that_mended_it()
    {
        using (var before = New())
        {
            before.Open().Conversations.Create(new StoreCaller("o"), new NewConversation { Title = "kept" });
            Assert.Null(before.TakeNotice());
        }

        Damage();
        using (var mending = New())
        {
            mending.Open();
            var notice = mending.TakeNotice();
            Assert.Contains("conversations.damaged-", notice, StringComparison.Ordinal);
            Assert.DoesNotContain(Path.GetDirectoryName(DataFile)!, notice, StringComparison.Ordinal);
            Assert.DoesNotContain("1 conversation", notice, StringComparison.Ordinal);
            Assert.Null(mending.TakeNotice());
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        using var after = New();
        Assert.NotNull(after.Open().Recovery);
        Assert.Null(after.TakeNotice());
    }

    [Fact]
    public void A_host_that_nothing_was_stored_with_opens_nothing()
    {
        using var conversations = New();
        conversations.StartUpkeep();

        _time.Advance(TimeSpan.FromDays(3));

        Assert.False(Directory.Exists(Path.GetDirectoryName(DataFile)));
        Assert.False(conversations.Opened.IsCompleted);
    }

    [Fact]
    public void Upkeep_opens_it_soon_after_the_start_and_deletes_what_is_old()
    {
        var settings = HostSettings.Default with { ConversationDays = 10 };
        using (var before = New())
        {
            before.Open().Conversations.Create(new StoreCaller("o"), new NewConversation { Id = "old" });
        }

        _time.Advance(TimeSpan.FromDays(11));
        using var conversations = New(settings);
        conversations.StartUpkeep();
        _time.Advance(TimeSpan.FromSeconds(2));

        using var other = New();
        Assert.Equal(StorageFault.Busy, Assert.Throws<StorageException>(other.Open).Fault);

        Assert.Null(conversations.Open().Conversations.Find(new StoreCaller("o"), "old"));
    }

    [Fact]
    public void An_extension_has_a_quota_and_the_user_has_none()
    {
        var limits = ConversationLimits.Of(HostSettings.Default with { ConversationMegabytes = 1.5, ConversationDays = 2 });

        Assert.Equal((1_500_000, TimeSpan.FromDays(2)), (limits(Extension.Origin).MaxBytes, limits(Extension.Origin).MaxAge));
        Assert.Equal(1_500_000, limits("localhost#").MaxBytes);
        Assert.Null(limits(UserConversations.NameOf(Caller.Local)).MaxBytes);
        Assert.Null(limits(UserConversations.NameOf(Caller.Local.Within("n"))).MaxBytes);
        Assert.Null(ConversationLimits.Of(HostSettings.Default with { ConversationMegabytes = 0 })(Extension.Origin).MaxBytes);
    }

    [Fact]
    public void Every_fault_of_the_store_has_a_code()
        => Assert.Equal(
            Enum.GetValues<StorageFault>().Length, Enum.GetValues<StorageFault>().Select(fault => ErrorReplies.Of(new StorageException(fault, "x")).Code).Distinct().Count());

    public void Dispose() => _folder.Dispose();

    private UserConversations New(HostSettings? settings = null) => new(
        new StoreOptions { Folder = Path.GetDirectoryName(DataFile)!, Time = _time, Limits = ConversationLimits.Of(settings ?? HostSettings.Default) },
        new CallerStates(),
        new CallerGrants(_grants, HostLog.None),
        HostLog.None);

    // The page behind the file's head.
    private void Damage()
    {
        using var file = File.OpenWrite(DataFile);
        file.Position = 8192 + 100;
        file.Write(new byte[2000]);
    }
}
