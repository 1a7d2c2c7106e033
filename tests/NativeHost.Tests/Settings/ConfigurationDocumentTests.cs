using System.Text.RegularExpressions;
using NativeHost.Settings;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Settings;

/// <summary>docs/CONFIGURATION.md says what the code does.</summary>
public sealed partial class ConfigurationDocumentTests : IDisposable
{
    private static readonly string File = Path.Combine(Repository.Folder, "docs", "CONFIGURATION.md");

    private readonly TemporaryFolder _folder = new();

    private static string Table =>
        "| setting | default | what it may be | meaning |\n|---|---|---|---|\n"
        + string.Concat(HostSettingTable.All.Select(setting =>
            $"| `{setting.Name}` | `{setting.Show(HostSettings.Default)}` | {setting.Range} | {setting.Meaning} |\n"));

    private static string Example =>
        $"{{\n{string.Join(",\n", HostSettingTable.All.Select(setting => $"  \"{setting.Name}\": {setting.Show(HostSettings.Default)}"))}\n}}\n";

    [Fact]
    public void The_table_and_the_defaults_are_those_of_the_code()
        => Assert.Equal(Generated(Document()), Document());

    /// <summary>Writes the document anew; run it where the test above fails, and look at what it changed.</summary>
    [Fact(Explicit = true)]
    public void Rewrite() => System.IO.File.WriteAllText(File, Generated(Document()));

    [Fact]
    public void Its_examples_are_settings_that_nothing_is_wrong_in()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The paths are Unix ones.");
        var examples = JsonExample().Matches(Document());
        Assert.Equal(2, examples.Count);
        foreach (Match example in examples)
        {
            _folder.Write(example.Groups["json"].Value, "settings.json");

            Assert.Empty(UserSettings.Read(_folder.Path, _ => null).Problems);
        }
    }

    [Fact]
    public void It_names_every_variable_that_the_program_reads()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Folder, "src"), "*.cs", SearchOption.AllDirectories);
        var read = sources.SelectMany(source => Variable().Matches(System.IO.File.ReadAllText(source)).Select(match => match.Value)).ToHashSet();

        Assert.Contains("TABAGENT_HOME", read);
        Assert.Empty(read.Except(Variable().Matches(Document()).Select(match => match.Value)));
    }

    public void Dispose() => _folder.Dispose();

    private static string Document() => System.IO.File.ReadAllText(File);

    private static string Generated(string document)
        => JsonExample().Replace(SettingsTable().Replace(document, _ => Table, 1), _ => $"```json\n{Example}```", 1);

    [GeneratedRegex(@"^\| setting \|.*\n(\|.*\n)+", RegexOptions.Multiline)]
    private static partial Regex SettingsTable();

    [GeneratedRegex(@"```json\n(?<json>[^`]*)```")]
    private static partial Regex JsonExample();

    [GeneratedRegex(@"TABAGENT_[A-Z]+(_[A-Z]+)*")]
    private static partial Regex Variable();
}
