using NativeHost.Registration;
using Xunit;

namespace NativeHost.Tests.Registration;

public sealed class BrowsersTests
{
    private static readonly MachineFolders Linux = new(SystemKind.Linux, "/home/ada", "/home/ada/settings", "");
    private static readonly MachineFolders MacOS = new(SystemKind.MacOS, "/Users/ada", "", "");
    private static readonly MachineFolders Windows = new(SystemKind.Windows, "/Users/ada", "", "/Users/ada/AppData/Local");

    [Theory]
    [InlineData("chrome", "/home/ada/settings/google-chrome/NativeMessagingHosts", "/etc/opt/chrome/native-messaging-hosts")]
    [InlineData("chromium", "/home/ada/settings/chromium/NativeMessagingHosts", "/etc/chromium/native-messaging-hosts")]
    [InlineData("edge-dev", "/home/ada/settings/microsoft-edge-dev/NativeMessagingHosts", "/etc/opt/edge/native-messaging-hosts")]
    [InlineData("brave", "/home/ada/settings/BraveSoftware/Brave-Browser/NativeMessagingHosts", "/etc/opt/chrome/native-messaging-hosts")]
    [InlineData("opera", "/home/ada/settings/google-chrome/NativeMessagingHosts", "/etc/opt/chrome/native-messaging-hosts")]
    [InlineData("firefox", "/home/ada/.mozilla/native-messaging-hosts", "/usr/lib/mozilla/native-messaging-hosts")]
    [InlineData("librewolf", "/home/ada/.librewolf/native-messaging-hosts", "/usr/lib/mozilla/native-messaging-hosts")]
    public void On_Linux_a_browser_reads_these_folders(string name, string user, string system)
    {
        var browser = Named(Linux, name);

        Assert.Equal(user, Slashes(browser.UserFolders[0]));
        Assert.Equal(system, Slashes(browser.SystemFolders[0]));
    }

    [Theory]
    [InlineData("chrome-canary", "/Users/ada/Library/Application Support/Google/Chrome Canary/NativeMessagingHosts")]
    [InlineData("edge", "/Users/ada/Library/Application Support/Microsoft Edge/NativeMessagingHosts")]
    [InlineData("arc", "/Users/ada/Library/Application Support/Arc/User Data/NativeMessagingHosts")]
    [InlineData("firefox", "/Users/ada/Library/Application Support/Mozilla/NativeMessagingHosts")]
    public void On_macOS_a_browser_reads_this_folder(string name, string user)
    {
        Assert.Equal(user, Slashes(Named(MacOS, name).UserFolders[0]));
    }

    [Theory]
    [InlineData("chrome", @"Software\Google\Chrome\NativeMessagingHosts")]
    [InlineData("chromium", @"Software\Chromium\NativeMessagingHosts")]
    [InlineData("edge", @"Software\Microsoft\Edge\NativeMessagingHosts")]
    [InlineData("vivaldi", @"Software\Vivaldi\NativeMessagingHosts")]
    [InlineData("zen", @"Software\Mozilla\NativeMessagingHosts")]
    public void On_Windows_a_browser_reads_this_key(string name, string key)
    {
        Assert.Equal(key, Named(Windows, name).RegistryKeys[0]);
        Assert.Empty(Named(Windows, name).UserFolders);
    }

    [Fact]
    public void Names_are_unique_and_every_browser_has_a_marker()
    {
        foreach (var folders in new[] { Linux, MacOS, Windows })
        {
            var browsers = Browsers.On(folders);

            Assert.Equal(browsers.Count, browsers.Select(browser => browser.Name).Distinct().Count());
            Assert.All(browsers, browser => Assert.NotEmpty(browser.Markers));
        }
    }

    private static Browser Named(MachineFolders folders, string name) => Browsers.On(folders).Single(browser => browser.Name == name);

    private static string Slashes(string path) => path.Replace('\\', '/');
}
