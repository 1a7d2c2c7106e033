using System.Runtime.Versioning;

namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>A front where the place to meet the broker is unusual, or somebody else's.</summary>
[SupportedOSPlatform("linux")]
public sealed class BrokerPlaceTests
{
    private const UnixFileMode OthersMayEnter =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode OthersMayWrite =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>A user who owns nothing on any Linux.</summary>
    private static readonly string[] AsNobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];

    private static readonly string Long = new('l', 150);

    private static CancellationToken Timeout => Patience.Token;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_path_too_long_for_a_socket_is_met_elsewhere(bool withLongTemporaryFolder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test names folders as on Linux.");
        await using var home = new TemporaryHome();
        var temporary = Directory.CreateDirectory(Path.Combine(home.Folder, withLongTemporaryFolder ? Long : "t")).FullName;
        var environment = new Dictionary<string, string>
        {
            ["TABAGENT_HOME"] = Path.Combine(home.Folder, Long),
            ["TMPDIR"] = temporary,
        };
        try
        {
            await using var front = HostProcess.StartProgram(home, Repository.Published("tabagent-host"), [HostProcess.Origin], environment);
            Assert.Equal("pong", (await front.AskAsync(Requests.Ping(), Timeout)).Final["response"]?.ToString());
            Assert.Equal(withLongTemporaryFolder, !Directory.EnumerateFiles(temporary, "broker.sock", SearchOption.AllDirectories).Any());
        }
        finally
        {
            // Ends the broker that the home does not know of, and removes its folder. A front that is still there would start another one.
            await using var undo = HostProcess.StartProgram(home, Repository.Published(), ["unregister"], environment);
            await undo.ExitAsync(TimeSpan.FromSeconds(10), Timeout);
        }
    }

    [Fact]
    public async Task Another_user_is_refused_even_where_the_folder_lets_him_in()
    {
        await using var home = new TemporaryHome();
        await RequireOtherUserAsync(home);
        await using var served = HostProcess.StartAsBrowser(home, HostProgram.Front);
        await served.AskAsync(Requests.Ping(), Timeout);
        foreach (var folder in (string[])[home.Folder, home.Runtime, Path.GetDirectoryName(BrokerSocket.PathIn(home))!])
        {
            File.SetUnixFileMode(folder, OthersMayEnter);
        }

        File.SetUnixFileMode(BrokerSocket.PathIn(home), OthersMayWrite);
        await using var stranger = StartFrontAsNobody(home);

        var frame = Assert.Single(await stranger.ReceiveAllAsync(Timeout));
        Assert.Equal("broker_unavailable", frame["code"]?.ToString());
        await BrokerProcesses.HasLoggedAsync(home, "Refused a process of another user", Timeout);
        Assert.Equal("pong", (await served.AskAsync(Requests.Ping(), Timeout)).Final["response"]?.ToString());
    }

    [Fact]
    public async Task A_runtime_folder_of_somebody_else_is_named_at_the_port()
    {
        await using var home = new TemporaryHome();
        await RequireOtherUserAsync(home);
        File.SetUnixFileMode(home.Folder, OthersMayEnter);
        await using var stranger = StartFrontAsNobody(home);

        var frame = Assert.Single(await stranger.ReceiveAllAsync(Timeout));

        Assert.Equal("broker_unavailable", frame["code"]?.ToString());
        Assert.Contains(home.Runtime, frame["message"]?.ToString(), StringComparison.Ordinal);
        Assert.Equal(4, await stranger.ExitAsync(TimeSpan.FromSeconds(5), Timeout));
    }

    private static HostProcess StartFrontAsNobody(TemporaryHome home)
        => HostProcess.StartProgram(
            home, "setpriv", [.. AsNobody, Repository.Published("tabagent-host"), HostProcess.Origin], new Dictionary<string, string>());

    private static async Task RequireOtherUserAsync(TemporaryHome home)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root on Linux can act as another user.");
        var start = new ProcessStartInfo("setpriv", [.. AsNobody, "test", "-x", Repository.Published("tabagent-host")]);
        home.Give(start);
        try
        {
            using var look = Process.Start(start)!;
            await look.WaitForExitAsync(Timeout);
            Assert.SkipUnless(look.ExitCode == 0, "Another user does not reach the published programs in this checkout.");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("There is no setpriv (util-linux) here.");
        }
    }
}
