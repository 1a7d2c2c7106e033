using System.ComponentModel;
using System.Diagnostics;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;
using Xunit;

namespace NativeHost.Tests.Registration;

public sealed class InstallerTests : IDisposable
{
    // Says what it was asked, word by word, as the real program would be asked.
    private const string FakeProgram = """
        #!/bin/sh
        printf '<%s>' "$0" "$@" >> "$HOME/calls"
        printf '\n' >> "$HOME/calls"
        """;

    private const string LinuxPlace = ".local/share/TabAgent/bin";
    private const string MacOSPlace = "Library/Application Support/TabAgent/bin";

    private readonly TemporaryFolder _root = new();

    private static CancellationToken Timeout => Patience.Token;

    private string Home => Path.Combine(_root.Path, "home");

    private string Calls => File.ReadAllText(Path.Combine(Home, "calls"));

    [Theory]
    [InlineData("install-linux.sh")]
    [InlineData("install-macos.sh")]
    public async Task Shellcheck_finds_nothing_in(string script)
    {
        SkipOnWindows();
        try
        {
            var answer = await RunAsync("shellcheck", [Installer(script)]);

            Assert.Equal("", answer.Text);
            Assert.Equal(0, answer.ExitCode);
        }
        catch (Win32Exception)
        {
            Assert.Skip("shellcheck is not installed.");
        }
    }

    [Fact]
    public void PowerShell_parses_the_script_for_Windows()
    {
        Parser.ParseFile(Installer("install-windows.ps1"), out var tokens, out var errors);

        Assert.Empty(errors.Select(error => error.ToString()));
        Assert.Contains(tokens, token => token.Text == "Copy-Program");
    }

    [Theory]
    [InlineData("install-linux.sh", LinuxPlace)]
    [InlineData("install-macos.sh", MacOSPlace)]
    public async Task The_whole_folder_is_copied_and_the_copy_registers_itself(string script, string place)
    {
        SkipOnWindows();
        var published = Publish();
        _root.Write("library", "published folder", "natives", "libllama.so");

        var answer = await RunAsync(Installer(script), ["--extension-id", "one", "--from", published, "--extension-id", "two words"]);

        var target = Path.Combine(Home, place);
        Assert.Equal((0, $"<{target}/tabagent><register><--extension-id><one><--extension-id><two words>\n"), (answer.ExitCode, Calls));
        Assert.Equal("library", await File.ReadAllTextAsync(Path.Combine(target, "natives", "libllama.so"), Timeout));
    }

    [Theory]
    [InlineData("install-linux.sh", LinuxPlace)]
    [InlineData("install-macos.sh", MacOSPlace)]
    public async Task A_second_installation_leaves_nothing_of_the_first(string script, string place)
    {
        SkipOnWindows();
        var published = Publish();
        _root.Write("old", "home", place, "natives", "libold.so");

        var answer = await RunAsync(Installer(script), ["--extension-id", "one", "--from", published]);

        Assert.Equal(0, answer.ExitCode);
        Assert.Equal(
            ["tabagent", "tabagent-host"], Directory.GetFileSystemEntries(Path.Combine(Home, place)).Select(Path.GetFileName).Order());
        Assert.Equal(["bin"], Directory.GetFileSystemEntries(Path.Combine(Home, place, "..")).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("install-linux.sh", LinuxPlace)]
    [InlineData("install-macos.sh", MacOSPlace)]
    public async Task Uninstall_unregisters_and_removes_the_program_but_no_data(string script, string place)
    {
        SkipOnWindows();
        var installer = Installer(script);
        await RunAsync(installer, ["--extension-id", "one", "--from", Publish()]);
        var data = _root.Write("conversations", "home", place, "..", "data.db");

        var withData = await RunAsync(installer, ["--uninstall"]);
        var isDataThere = File.Exists(data);
        File.Delete(data);
        var again = await RunAsync(installer, ["--uninstall"]);

        Assert.Equal((0, 0), (withData.ExitCode, again.ExitCode));
        Assert.Matches($"<{Regex.Escape(Path.Combine(Home, place))}\\.gone\\.\\d+/tabagent><unregister>\n$", Calls);
        Assert.True(isDataThere);
        Assert.False(Directory.Exists(Path.GetDirectoryName(Path.Combine(Home, place))));
    }

    [Theory]
    [InlineData("install-linux.sh", LinuxPlace)]
    [InlineData("install-macos.sh", MacOSPlace)]
    public async Task Where_it_cannot_be_unregistered_the_program_stays_in_its_place(string script, string place)
    {
        SkipOnWindows();
        var installer = Installer(script);
        var published = Publish();
        _root.Write($"{FakeProgram}\n[ \"$1\" != unregister ]\n", "published folder", "tabagent");
        await RunAsync(installer, ["--extension-id", "one", "--from", published]);

        var answer = await RunAsync(installer, ["--uninstall"]);

        Assert.NotEqual(0, answer.ExitCode);
        Assert.True(File.Exists(Path.Combine(Home, place, "tabagent")));
        Assert.Equal(["bin"], Directory.GetFileSystemEntries(Path.Combine(Home, place, "..")).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("install-linux.sh")]
    [InlineData("install-macos.sh")]
    public async Task By_default_the_folder_above_the_script_is_installed(string script)
    {
        SkipOnWindows();
        var published = Publish();
        var copy = Path.Combine(_root.Sub("published folder", "installer"), script);
        File.Copy(Installer(script), copy);

        var answer = await RunAsync(copy, ["--extension-id", "one"]);

        Assert.Equal(0, answer.ExitCode);
        Assert.Contains("<register>", Calls, StringComparison.Ordinal);
        Assert.True(Directory.Exists(published));
    }

    [Theory]
    [InlineData("install-linux.sh", 2, "say which extension")]
    [InlineData("install-linux.sh", 2, "needs a value", "--from")]
    [InlineData("install-linux.sh", 2, "unknown option --force", "--force")]
    [InlineData("install-linux.sh", 1, "there is no tabagent in", "--extension-id", "one", "--from", "/nowhere")]
    [InlineData("install-macos.sh", 2, "say which extension")]
    [InlineData("install-macos.sh", 1, "there is no tabagent in", "--extension-id", "one", "--from", "/nowhere")]
    public async Task Wrong_use_is_explained_and_changes_nothing(string script, int exitCode, string words, params string[] arguments)
    {
        SkipOnWindows();
        _root.Sub("home");

        var answer = await RunAsync(Installer(script), arguments);

        Assert.Equal(exitCode, answer.ExitCode);
        Assert.Contains(words, answer.Text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Home));
    }

    [Fact]
    public async Task A_too_old_glibc_stops_the_installation()
    {
        SkipOnWindows();
        var published = Publish();
        var getconf = _root.Write("#!/bin/sh\necho 'glibc 2.31'\n", "fakes", "getconf");
        TemporaryFolder.SetMode(getconf, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var answer = await RunAsync(Installer("install-linux.sh"), ["--extension-id", "one", "--from", published], firstOnPath: Path.Combine(_root.Path, "fakes"));

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains("glibc 2.31 is too old", answer.Text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Home));
    }

    public void Dispose() => _root.Dispose();

    private static void SkipOnWindows() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no sh.");

    private string Publish()
    {
        _root.Sub("home");
        _root.Write(FakeProgram, "published folder", "tabagent");
        _root.Write(FakeProgram, "published folder", "tabagent-host");
        return Path.Combine(_root.Path, "published folder");
    }

    private static string Installer(string script)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "NativeHost.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return Path.Combine(folder.FullName, "installer", script);
    }

    private async Task<Answer> RunAsync(string program, IReadOnlyList<string> arguments, string? firstOnPath = null)
    {
        var isScript = program.EndsWith(".sh", StringComparison.Ordinal);
        var start = new ProcessStartInfo(isScript ? "sh" : program, isScript ? [program, .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _root.Path,
        };
        start.Environment["HOME"] = Home;
        start.Environment.Remove("XDG_DATA_HOME");
        if (firstOnPath is not null)
        {
            start.Environment["PATH"] = $"{firstOnPath}:{Environment.GetEnvironmentVariable("PATH")}";
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Timeout);
        var errors = process.StandardError.ReadToEndAsync(Timeout);
        await process.WaitForExitAsync(Timeout);
        return new Answer(process.ExitCode, await output + await errors);
    }
}
