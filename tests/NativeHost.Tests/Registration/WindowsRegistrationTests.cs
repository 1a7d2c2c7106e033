using NativeHost.Registration;
using Xunit;

namespace NativeHost.Tests.Registration;

public sealed class WindowsRegistrationTests : IDisposable
{
    private const string ChromeKey = @"Software\Google\Chrome\NativeMessagingHosts\com.tabagent.host|";

    private readonly Machine _machine = new(SystemKind.Windows);

    private string Manifests => _machine.Context.Folders.WindowsManifests;

    [Fact]
    public void The_registry_points_to_a_manifest_of_the_browsers_family()
    {
        _machine.Install("chrome");
        _machine.Install("firefox");

        var answer = _machine.Register("--extension-id", Machine.ChromiumId, "--extension-id", Machine.FirefoxId);

        Assert.Equal(0, answer.ExitCode);
        var forChrome = Path.Combine(Manifests, "chromium", "com.tabagent.host.json");
        var forFirefox = Path.Combine(Manifests, "firefox", "com.tabagent.host.json");
        Assert.Equal(forChrome, _machine.Registry.User[ChromeKey]);
        Assert.Equal(forFirefox, _machine.Registry.User[@"Software\Mozilla\NativeMessagingHosts\com.tabagent.host|"]);
        Assert.NotNull(HostManifest.Parse(File.ReadAllBytes(forChrome)).AllowedOrigins);
        Assert.NotNull(HostManifest.Parse(File.ReadAllBytes(forFirefox)).AllowedExtensions);
    }

    [Fact]
    public void Brave_is_entered_under_its_own_key_and_under_that_of_Chrome()
    {
        _machine.Install("brave");

        _machine.Register("--extension-id", Machine.ChromiumId);

        Assert.Contains(ChromeKey, _machine.Registry.User.Keys);
        Assert.Contains(@"Software\BraveSoftware\Brave-Browser\NativeMessagingHosts\com.tabagent.host|", _machine.Registry.User.Keys);
    }

    [Fact]
    public void Unregister_leaves_neither_keys_nor_files()
    {
        _machine.Install("chrome");
        _machine.Install("edge");
        _machine.Register("--extension-id", Machine.ChromiumId);

        var answer = _machine.Unregister();

        Assert.Equal(0, answer.ExitCode);
        Assert.Empty(_machine.Registry.User);
        Assert.False(Directory.Exists(Manifests));
    }

    [Fact]
    public void The_entry_of_another_program_comes_back()
    {
        _machine.Install("chrome");
        _machine.Registry.Write(ChromeKey[..^1], "", @"C:\old\host.json");

        _machine.Register("--extension-id", Machine.ChromiumId);
        _machine.Register("--extension-id", Machine.OtherChromiumId);
        var answer = _machine.Unregister();

        Assert.Contains("restored", answer.Text, StringComparison.Ordinal);
        Assert.Equal(new Dictionary<string, string> { [ChromeKey] = @"C:\old\host.json" }, _machine.Registry.User);
    }

    public void Dispose() => _machine.Dispose();
}
