using NativeHost.Grants;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Grants;

public sealed class GrantStoreTests : IDisposable
{
    private const string Origin = "chrome-extension://abcdefghijklmnopabcdefghijklmnop/";
    private const string OtherOrigin = "tabagent@example.org";

    private readonly TemporaryFolder _root = new();
    private readonly GrantStore _store;

    public GrantStoreTests() => _store = StoreIn("config");

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task What_was_given_is_there_for_others_and_goes_when_it_is_revoked()
    {
        var given = await _store.GiveAsync(Origin, GrantKind.UnloadOthers, Timeout);
        await _store.GiveAsync(OtherOrigin, GrantKind.UnloadOthers, Timeout);
        var seen = StoreIn("config").Read().Grants;
        var revoked = await StoreIn("config").RevokeAsync(Origin, GrantKind.UnloadOthers, Timeout);

        Assert.True(given.IsChanged);
        Assert.Equal(["unload_others"], given.Grants);
        Assert.Equal([Origin, OtherOrigin], seen.Keys);
        Assert.True(revoked.IsChanged);
        Assert.Empty(revoked.Grants);
        Assert.Equal([OtherOrigin], _store.Read().Grants.Keys);
    }

    [Fact]
    public async Task What_is_so_already_is_not_written_again()
    {
        await _store.GiveAsync(Origin, GrantKind.UnloadOthers, Timeout);
        var before = File.GetLastWriteTimeUtc(_store.FilePath).AddHours(-1);
        File.SetLastWriteTimeUtc(_store.FilePath, before);

        var again = await _store.GiveAsync(Origin, GrantKind.UnloadOthers, Timeout);
        var nothing = await _store.RevokeAsync(OtherOrigin, null, Timeout);

        Assert.False(again.IsChanged);
        Assert.False(nothing.IsChanged);
        Assert.Equal(before, File.GetLastWriteTimeUtc(_store.FilePath));
    }

    [Fact]
    public async Task A_kind_that_only_a_newer_program_knows_outlives_a_change()
    {
        _root.Write($$$"""{"version":1,"grants":{"{{{Origin}}}":["fly"]}}""", "config", "grants.json");

        await _store.GiveAsync(Origin, GrantKind.UnloadOthers, Timeout);
        await _store.RevokeAsync(Origin, GrantKind.UnloadOthers, Timeout);

        Assert.Equal(["fly"], _store.Read().Grants[Origin]);
        Assert.Equal(["fly"], (await _store.GiveAsync(Origin, GrantKind.UnloadOthers, Timeout)).Grants.Except(["unload_others"]));
        Assert.Empty((await _store.RevokeAsync(Origin, null, Timeout)).Grants);
    }

    [Fact]
    public async Task Grants_that_are_given_at_the_same_time_are_all_there_and_a_reader_never_sees_a_part()
    {
        const int Givers = 40;
        using var done = new CancellationTokenSource();
        var reader = Task.Run(
            () =>
            {
                var most = 0;
                while (!done.IsCancellationRequested)
                {
                    var count = _store.Read().Grants.Count;
                    Assert.True(count >= most, "A grant was lost.");
                    most = count;
                }
            },
            Timeout);

        await Task.WhenAll(Enumerable.Range(0, Givers).Select(
            giver => Task.Run(() => StoreIn("config").GiveAsync($"giver{giver}@example.org", GrantKind.UnloadOthers, Timeout))));
        await done.CancelAsync();
        await reader;

        Assert.Equal(Givers, _store.Read().Grants.Count);
        Assert.Equal(["grants.json", "grants.lock"], Directory.EnumerateFiles(Path.Combine(_root.Path, "config")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Only_the_user_reads_the_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps the folder to its user by itself.");
        await _store.GiveAsync(Origin, GrantKind.UnloadOthers, Timeout);
        TemporaryFolder.SetMode(_store.FilePath, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        await _store.GiveAsync(OtherOrigin, GrantKind.UnloadOthers, Timeout);

#pragma warning disable CA1416 // Not reached on Windows.
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_store.FilePath));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(_store.FilePath)!));
#pragma warning restore CA1416
    }

    [Fact]
    public async Task What_a_crash_left_of_a_change_is_in_nobodys_way()
    {
        _root.Write("half a fi", "config", "grants.json.tmp");

        await _store.GiveAsync(Origin, GrantKind.UnloadOthers, Timeout);

        Assert.Equal([Origin], _store.Read().Grants.Keys);
        Assert.False(File.Exists(_store.FilePath + ".tmp"));
    }

    [Theory]
    [InlineData("", "Mend the file")]
    [InlineData("{", "Mend the file")]
    [InlineData("null", "Mend the file")]
    [InlineData("{}", "Mend the file")]
    [InlineData("""{"version":0,"grants":{}}""", "Mend the file")]
    [InlineData("""{"version":1}""", "Mend the file")]
    [InlineData("""{"version":1,"grants":null}""", "Mend the file")]
    [InlineData("""{"version":1,"grants":{"a":null}}""", "Mend the file")]
    [InlineData("""{"version":1,"grants":{"a":[null]}}""", "Mend the file")]
    [InlineData("""{"version":1,"grants":{"a":"unload_others"}}""", "Mend the file")]
    [InlineData("""{"version":1,"grants":{"\ud800":["\udc00"]}}""", "Mend the file")]
    [InlineData("""{"version":2,"grants":["another form"]}""", "Update this program")]
    public async Task A_file_that_cannot_be_used_is_named_and_never_overwritten(string content, string remedy)
    {
        _root.Write(content, "config", "grants.json");

        var read = Assert.Throws<GrantsUnreadableException>(_store.Read);
        await Assert.ThrowsAsync<GrantsUnreadableException>(() => _store.GiveAsync(Origin, GrantKind.UnloadOthers, Timeout));
        await Assert.ThrowsAsync<GrantsUnreadableException>(() => _store.RevokeAsync(Origin, null, Timeout));

        Assert.Contains(_store.FilePath, read.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, read.Message, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(_store.FilePath, Timeout));
    }

    [Fact]
    public void A_file_of_any_size_is_refused_before_it_is_read()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_store.FilePath)!);
        using (var huge = File.Create(_store.FilePath))
        {
            huge.SetLength(1L << 40);
        }

        Assert.Throws<GrantsUnreadableException>(_store.Read);
    }

    public void Dispose() => _root.Dispose();

    private GrantStore StoreIn(string folder) => new(Path.Combine(_root.Path, folder), TimeProvider.System);
}
