using NativeHost.Processes;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Processes;

/// <summary>Which files only the user and the system can have put where they are.</summary>
public sealed class TrustedProgramTests : IDisposable
{
    private const uint User = 1000;
    private const uint Other = 1001;
    private const int Folder = 0x4000 | 0x1ED; // 0755
    private const int File = 0x8000 | 0x1ED;
    private const int Link = 0xA000 | 0x1FF; // 0777, as Linux says of every link
    private const int ForAll = 0x2;
    private const int Sticky = 0x200;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, UnixFile> _files = new()
    {
        ["/"] = new(0, Folder, null),
        ["/usr"] = new(0, Folder, null),
        ["/usr/bin"] = new(0, Folder, null),
        ["/usr/bin/git"] = new(0, File, null),
        ["/bin"] = new(0, Link, "usr/bin"),
        ["/tmp"] = new(0, Folder | ForAll | Sticky, null),
        ["/tmp/mine"] = new(User, File, null),
        ["/tmp/theirs"] = new(Other, File, null),
        ["/open"] = new(0, Folder | ForAll, null),
        ["/open/git"] = new(0, File, null),
        ["/home"] = new(0, Folder, null),
        ["/home/me"] = new(User, Folder, null),
        ["/home/me/tool"] = new(User, File, null),
        ["/home/me/loose"] = new(User, File | ForAll, null),
        ["/home/me/device"] = new(User, 0x2000 | 0x1B4, null),
        ["/home/me/to-open"] = new(User, Link, "../../open/git"),
        ["/home/me/to-git"] = new(User, Link, "/bin/git"),
        ["/home/me/dangling"] = new(User, Link, "gone"),
        ["/home/me/circle"] = new(User, Link, "circle"),
        ["/home/other"] = new(Other, Folder, null),
        ["/home/other/tool"] = new(User, File, null),
    };

    [Theory]
    [InlineData("/usr/bin/git")]
    [InlineData("/bin/git")]
    [InlineData("/usr/./bin//../bin/git")]
    [InlineData("/tmp/mine")]
    [InlineData("/home/me/tool")]
    [InlineData("/home/me/to-git")]
    public void A_file_that_only_the_user_and_the_system_can_change_is_trusted(string path)
        => Assert.Null(TrustedProgram.FaultOfFile(path, User, Look));

    [Theory]
    [InlineData("/tmp/theirs", "is not safe: /tmp/theirs belongs to another user")]
    [InlineData("/open/git", "is not safe: everybody may write to /open")]
    [InlineData("/home/me/loose", "is not safe: everybody may write to /home/me/loose")]
    [InlineData("/home/me/to-open", "is not safe: everybody may write to /open")]
    [InlineData("/home/other/tool", "is not safe: /home/other belongs to another user")]
    [InlineData("/home/me/missing", "is not there")]
    [InlineData("/home/me/tool/inside", "is not there")]
    [InlineData("/home/me/dangling", "is not there")]
    [InlineData("/home/me/circle", "is a link that leads nowhere")]
    [InlineData("/home/me/device", "is no file")]
    [InlineData("/home/me", "is no file")]
    [InlineData("/", "is no file")]
    public void Any_other_is_not_and_it_is_told_why(string path, string fault)
        => Assert.Equal(fault, TrustedProgram.FaultOfFile(path, User, Look));

    [Fact]
    public void The_system_tells_owners_rights_and_links()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("There are no such rights.");
            return;
        }

        var file = _folder.Write("#!/bin/sh\n", "program");
        var link = Path.Combine(_folder.Path, "link");
        System.IO.File.CreateSymbolicLink(link, "program");

        Assert.Equal((UnixFile.CurrentUser, UnixFileKind.File), (UnixFile.Of(file)!.Value.Owner, UnixFile.Of(file)!.Value.Kind));
        Assert.Equal((UnixFileKind.Link, "program"), (UnixFile.Of(link)!.Value.Kind, UnixFile.Of(link)!.Value.Target));
        Assert.Equal(UnixFileKind.Folder, UnixFile.Of(_folder.Path)!.Value.Kind);
        Assert.Equal((UnixFileKind.Other, 0u), (UnixFile.Of("/dev/null")!.Value.Kind, UnixFile.Of("/dev/null")!.Value.Owner));
        Assert.Null(UnixFile.Of(Path.Combine(_folder.Path, "missing")));

        Assert.Equal("may not be executed", TrustedProgram.FaultOf(link));
        System.IO.File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Null(TrustedProgram.FaultOf(link));
        System.IO.File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);
        Assert.Equal($"is not safe: everybody may write to {file}", TrustedProgram.FaultOf(link));
        Assert.Null(TrustedProgram.FaultOf("/bin/sh"));
    }

    public void Dispose() => _folder.Dispose();

    private UnixFile? Look(string path) => _files.TryGetValue(path, out var file) ? file : null;
}
