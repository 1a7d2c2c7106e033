using System.CommandLine;
using System.Text.Json;
using NativeHost.CommandLine;
using NativeHost.Registration;
using NativeHost.Settings;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Settings;

/// <summary>The verb <c>config</c> as a person types it, and what the doctor says of the same.</summary>
public sealed class ConfigCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string?> _variables = [];

    [Fact]
    public void Every_setting_is_shown_with_its_value_its_source_its_range_and_its_meaning()
    {
        _folder.Write("""{"queueLength": 3}""", "settings.json");
        _variables["TABAGENT_CONCURRENT_STREAMS"] = "2";

        var (exitCode, text, _) = Run();

        Assert.Equal(0, exitCode);
        Assert.StartsWith($"{SettingsFile.PathIn(_folder.Path)}\n", text, StringComparison.Ordinal);
        Assert.Contains("\nqueueLength = 3  (from the file)\n    a whole number, 0 to 1000; variable TABAGENT_QUEUE_LENGTH\n", text, StringComparison.Ordinal);
        Assert.Contains("\nconcurrentStreams = 2  (from TABAGENT_CONCURRENT_STREAMS)\n", text, StringComparison.Ordinal);
        Assert.Contains("\nkeepAliveMinutes = 30  (the default)\n    0 to 525600, or -1; ", text, StringComparison.Ordinal);
        Assert.All(HostSettingTable.All, setting => Assert.Contains($"    {setting.Meaning}\n", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Json_has_the_same_for_programs()
    {
        _folder.Write("""{"queueLength": 3, "commands": [{"name": "up", "program": "/usr/bin/uptime", "arguments": [], "origins": ["*"]}]}""", "settings.json");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The command is a Unix one.");

        var (exitCode, text, _) = Run("--json");

        Assert.Equal(0, exitCode);
        var root = JsonElement.Parse(text);
        var settings = root.GetProperty("settings").EnumerateArray().ToDictionary(setting => setting.GetProperty("name").GetString()!);
        Assert.Equal(HostSettingTable.All.Select(setting => setting.Name), settings.Keys);
        Assert.Equal(3, settings["queueLength"].GetProperty("value").GetInt32());
        Assert.Equal(32, settings["queueLength"].GetProperty("default").GetInt32());
        Assert.Equal("file", settings["queueLength"].GetProperty("source").GetString());
        Assert.Equal("default", settings["proxy"].GetProperty("source").GetString());
        Assert.Equal(["up"], settings["commands"].GetProperty("value").EnumerateArray().Select(name => name.GetString()));
        Assert.True(root.GetProperty("isThere").GetBoolean());
        Assert.Empty(root.GetProperty("problems").EnumerateArray());
    }

    [Fact]
    public void What_is_wrong_is_told_here_and_by_the_doctor_and_ends_with_one()
    {
        _folder.Write("{\n\"queueLenght\": 3}", "settings.json");
        _variables["TABAGENT_LOG_LEVEL"] = "loud";

        var (exitCode, text, _) = Run();
        var checks = SettingsDoctor.Run(_folder.Path, Variable).Where(check => check.Code == "settings").ToList();

        Assert.Equal(1, exitCode);
        Assert.Contains("WRONG  " + SettingsFile.PathIn(_folder.Path) + ", line 2: there is no setting queueLenght; queueLength may be meant.", text, StringComparison.Ordinal);
        Assert.Contains("WRONG  The variable TABAGENT_LOG_LEVEL has to be Verbose, Debug", text, StringComparison.Ordinal);
        Assert.Equal(2, checks.Count);
        Assert.All(checks, check => Assert.Equal(CheckState.Wrong, check.State));
        Assert.Contains("line 2", checks[0].Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_is_wrong_the_doctor_names_the_file()
    {
        Assert.Contains("the defaults hold", Assert.Single(SettingsDoctor.Run(_folder.Path, Variable), check => check.Code == "settings").Found, StringComparison.Ordinal);
        _folder.Write("{}", "settings.json");

        Assert.Equal(
            new Check("settings", CheckState.Ok, SettingsFile.PathIn(_folder.Path)),
            Assert.Single(SettingsDoctor.Run(_folder.Path, Variable), check => check.Code == "settings"));
    }

    [Fact]
    public void A_command_whose_program_cannot_be_run_is_told_by_the_doctor()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The programs are Unix ones.");
        _folder.Write(
            """
            {"commands": [
              {"program": "/bin/sh", "arguments": [], "origins": ["*"]},
              {"program": "/no/such", "arguments": [], "origins": ["*"]},
              {"program": "/no/such", "arguments": ["x"], "origins": ["*"]}
            ]}
            """,
            "settings.json");

        var check = Assert.Single(SettingsDoctor.Run(_folder.Path, Variable), check => check.State == CheckState.Wrong);

        Assert.Equal(("commands", "/no/such is not there"), (check.Code, check.Found));

        TemporaryFolder.SetMode(SettingsFile.PathIn(_folder.Path), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);

        Assert.Contains(SettingsDoctor.Run(_folder.Path, Variable), check => check.Found.EndsWith($"everybody may write to {SettingsFile.PathIn(_folder.Path)}", StringComparison.Ordinal));
    }

    [Fact]
    public void The_path_is_printed_alone()
        => Assert.Equal((0, $"{SettingsFile.PathIn(_folder.Path)}\n", ""), Run("path"));

    [Fact]
    public void A_setting_is_set_and_taken_back()
    {
        var set = Run("set", "queueLength", "5");
        var isFive = UserSettings.Read(_folder.Path, Variable).Values.QueueLength == 5;
        var unset = Run("unset", "queueLength");

        Assert.True(isFive);
        Assert.Equal((0, 0), (set.ExitCode, unset.ExitCode));
        Assert.StartsWith("queueLength = 5, in ", set.Text, StringComparison.Ordinal);
        Assert.StartsWith("queueLength = 32, in ", unset.Text, StringComparison.Ordinal);
        Assert.Equal(HostSettings.Default, UserSettings.Read(_folder.Path, Variable).Values);
    }

    [Fact]
    public void What_cannot_be_set_is_told_and_is_a_wrong_use()
    {
        var (exitCode, _, errors) = Run("set", "queueLength", "-1");

        Assert.Equal(2, exitCode);
        Assert.Equal("tabagent: queueLength has to be a whole number, 0 to 1000.\n", errors);
        Assert.False(File.Exists(SettingsFile.PathIn(_folder.Path)));
    }

    public void Dispose() => _folder.Dispose();

    private string? Variable(string name) => _variables.GetValueOrDefault(name);

    private (int ExitCode, string Text, string Errors) Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var root = new RootCommand { ConfigCommand.Create(_folder.Path, Variable, output, errors) };
        return (root.Parse(["config", .. arguments]).Invoke(), output.ToString(), errors.ToString());
    }
}
