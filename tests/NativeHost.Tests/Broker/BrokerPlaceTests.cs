using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using NativeHost.Broker.Connecting;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Broker;

/// <summary>Where the broker is met on Linux and macOS, whatever the environment says.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class BrokerPlaceTests
{
    private const uint User = 1000;

    /// <summary>Most bytes of a socket's path on macOS, its end mark not counted.</summary>
    private const int MaxPathBytes = 103;

    private static readonly string Long = $"/{new string('l', 120)}";

    public static TheoryData<string?, string?, string, string> Environments => new()
    {
        // TABAGENT_HOME, XDG_RUNTIME_DIR, the temporary folder, the folder that they lead to
        { "/home/a/agent", "/run/user/1000", "/tmp", "/home/a/agent/run" },
        { null, "/run/user/1000", "/tmp", "/run/user/1000/tabagent" },
        { "", "/run/user/1000", "/tmp", "/run/user/1000/tabagent" },
        { null, null, "/tmp", "/run/user/1000/tabagent" },
        { null, "/elsewhere", "/tmp", "/run/user/1000/tabagent" },
        { null, "run/user/1000", "/tmp", "/run/user/1000/tabagent" },
        { null, "/exists" + Long, "/tmp", "/run/user/1000/tabagent" },
    };

    [Theory]
    [MemberData(nameof(Environments))]
    public void The_environment_leads_to_a_folder(string? home, string? runtime, string temporary, string folder)
    {
        SkipOnWindows();

        var place = Place(home, runtime, temporary, "/run/user/1000");

        Assert.Equal((folder, folder + "/broker.sock"), (place.Folder, place.Address));
    }

    [Fact]
    public void Without_a_runtime_folder_it_is_one_in_the_temporary_folder_that_names_the_user()
    {
        SkipOnWindows();

        Assert.Equal("/var/tmp/tabagent-1000", Place(null, "/gone", "/var/tmp", runtimeOfUser: null).Folder);
    }

    [Fact]
    public void A_path_that_is_too_long_for_a_socket_gives_way_to_a_shorter_one()
    {
        SkipOnWindows();
        string[] folders =
        [
            Place(Long, null, "/var/tmp", null).Folder,
            Place(Long + "2", null, "/var/tmp", null).Folder,
            Place(Long, null, Long, null).Folder,
            Place(null, null, Long, null).Folder,
            Place(null, "/exists" + Long, Long, null).Folder,
        ];

        Assert.All(folders, folder => Assert.InRange(Encoding.UTF8.GetByteCount($"{folder}/broker.sock"), 1, MaxPathBytes));
        Assert.StartsWith("/var/tmp/tabagent-1000/", folders[0], StringComparison.Ordinal);
        Assert.NotEqual(folders[0], folders[1]);
        Assert.StartsWith("/tmp/tabagent-1000/", folders[2], StringComparison.Ordinal);
        Assert.Equal(["/tmp/tabagent-1000", "/tmp/tabagent-1000"], folders[3..]);
    }

    [Fact]
    public void The_longest_path_that_is_taken_is_one_that_a_socket_can_be_bound_to()
    {
        SkipOnWindows();
        using var folder = new TemporaryFolder();
        var home = Path.Combine(folder.Path, new string('h', MaxPathBytes - Encoding.UTF8.GetByteCount(folder.Path) - "//run/broker.sock".Length));

        var place = Place(home, null, "/tmp", null);

        Assert.Equal(MaxPathBytes, Encoding.UTF8.GetByteCount(place.Address));
        place.Prepare();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(place.Address));
        Assert.StartsWith("/tmp/tabagent-1000/", Place(home + "h", null, "/tmp", null).Folder, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_others_may_enter_is_closed_to_them()
    {
        SkipOnWindows();
        using var folder = new TemporaryFolder();
        var place = Place(folder.Path, null, "/tmp", null);
        Directory.CreateDirectory(place.Folder);
        File.SetUnixFileMode(place.Folder, (UnixFileMode)0b111_111_111);

        place.Prepare();

        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(place.Folder));
    }

    [Fact]
    public void A_link_in_the_folders_place_is_refused_and_what_it_leads_to_is_left_as_it_is()
    {
        SkipOnWindows();
        using var folder = new TemporaryFolder();
        var target = folder.Sub("target");
        var mode = File.GetUnixFileMode(target);
        var place = Place(folder.Path, null, "/tmp", null);
        Directory.CreateSymbolicLink(place.Folder, target);

        var refusal = Assert.Throws<UnauthorizedAccessException>(place.Prepare);

        Assert.Contains(place.Folder, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(mode, File.GetUnixFileMode(target));
    }

    [Fact]
    public void A_file_in_the_folders_place_is_refused_by_its_name()
    {
        SkipOnWindows();
        using var folder = new TemporaryFolder();
        folder.Write("", "run");
        var place = Place(folder.Path, null, "/tmp", null);

        Assert.Contains(place.Folder, Assert.Throws<IOException>(place.Prepare).Message, StringComparison.Ordinal);
    }

    /// <param name="runtimeOfUser">The runtime folder that is there, beside those whose path begins with <c>/exists</c>.</param>
    private static BrokerPlace Place(string? home, string? runtime, string temporary, string? runtimeOfUser)
        => BrokerPlace.OnUnix(
            variable => variable == "TABAGENT_HOME" ? home : runtime,
            temporary,
            User,
            folder => folder == runtimeOfUser || folder.StartsWith("/exists", StringComparison.Ordinal));

    private static void SkipOnWindows() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has named pipes instead.");
}
