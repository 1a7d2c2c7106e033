using NativeHost.Settings;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests;

public sealed class SettingsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Without_a_file_the_defaults_hold()
        => Assert.Equal(HostSettings.Default, SettingsFile.Read(_folder.Path));

    [Fact]
    public void What_the_user_set_counts_and_the_rest_keeps_its_default()
    {
        _folder.Write(
            """
            {
              // A laptop with little memory.
              "keepAliveMinutes": 2.5,
              "concurrentStreams": 1,
            }
            """,
            "settings.json");

        Assert.Equal(
            new HostSettings(KeepAliveMinutes: 2.5, ConcurrentStreams: 1), SettingsFile.Read(_folder.Path));
        Assert.Equal(TimeSpan.FromSeconds(150), SettingsFile.Read(_folder.Path).KeepAlive);
    }

    [Theory]
    [InlineData("", "settings.json")]
    [InlineData("null", "null")]
    [InlineData("[]", "HostSettings")]
    [InlineData("""{"keepAliveMinute":1}""", "keepAliveMinute")]
    [InlineData("""{"keepAliveMinutes":-2}""", "keepAliveMinutes is 0 to 525600, or -1")]
    [InlineData("""{"streamGraceSeconds":-1}""", "streamGraceSeconds")]
    [InlineData("""{"concurrentStreams":0}""", "concurrentStreams is 1 to 1000")]
    [InlineData("""{"concurrentStreams":"many"}""", "concurrentStreams")]
    [InlineData("""{"queueLength":1001}""", "queueLength")]
    [InlineData("""{"tokensPerMinute":-1}""", "tokensPerMinute")]
    [InlineData("""{"largeDownloadGigabytes":-1}""", "largeDownloadGigabytes")]
    [InlineData("""{"downloadMegabytesPerSecond":0.0001}""", "downloadMegabytesPerSecond")]
    public void What_no_setting_can_be_is_refused_with_its_name_and_its_file(string content, string named)
    {
        _folder.Write(content, "settings.json");

        var refusal = Assert.Throws<SettingsUnreadableException>(() => SettingsFile.Read(_folder.Path));

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(SettingsFile.PathIn(_folder.Path), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_readme_shows_the_defaults()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Folder, "README.md"));
        var start = readme.IndexOf("```json", StringComparison.Ordinal) + "```json".Length;
        _folder.Write(readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)], "settings.json");

        Assert.Equal(HostSettings.Default, SettingsFile.Read(_folder.Path));
    }

    [Fact]
    public void A_file_of_any_size_is_not_read_into_memory()
    {
        _folder.Write(new string(' ', 100_000) + "{}", "settings.json");

        Assert.Throws<SettingsUnreadableException>(() => SettingsFile.Read(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();
}
