namespace NativeHost.Registration;

/// <summary>The table of browsers: who looks where, on each of the three systems.</summary>
/// <remarks>
/// Sources: Chromium's chrome_paths.cc and launch_context_win.cc, Microsoft's list of registry keys for Edge, Mozilla's page
/// "Native manifests", and what KeePassXC and Bitwarden write. Where those disagree on Windows, both keys are written.
/// </remarks>
internal static class Browsers
{
    private const string ChromiumHosts = "NativeMessagingHosts";
    private const string ChromeKey = @"Software\Google\Chrome\NativeMessagingHosts";
    private const string MozillaKey = @"Software\Mozilla\NativeMessagingHosts";

    /// <summary>All browsers known on the given system, installed or not.</summary>
    public static IReadOnlyList<Browser> On(MachineFolders folders) => folders.System switch
    {
        SystemKind.Linux => OnLinux(folders),
        SystemKind.MacOS => OnMacOS(folders),
        SystemKind.Windows => OnWindows(folders),
        _ => throw new ArgumentOutOfRangeException(nameof(folders), folders.System, "No such system."),
    };

    private static List<Browser> OnLinux(MachineFolders folders)
    {
        Browser Chromium(string name, string profile, string system, string? readsFrom = null) => new()
        {
            Name = name,
            Family = BrowserFamily.Chromium,
            Markers = [Path.Combine(folders.ConfigHome, profile)],
            UserFolders = [Path.Combine(folders.ConfigHome, readsFrom ?? profile, ChromiumHosts)],
            SystemFolders = [Path.Combine(folders.SystemRoot, "etc", system, "native-messaging-hosts")],
        };
        Browser Firefox(string name, string profile, params string[] otherMarkers) => new()
        {
            Name = name,
            Family = BrowserFamily.Firefox,
            Markers = [Path.Combine(folders.Home, profile), .. otherMarkers],
            UserFolders = [Path.Combine(folders.Home, profile, "native-messaging-hosts")],
            SystemFolders =
            [
                Path.Combine(folders.SystemRoot, "usr", "lib", "mozilla", "native-messaging-hosts"),
                Path.Combine(folders.SystemRoot, "usr", "lib64", "mozilla", "native-messaging-hosts"),
            ],
        };

        return
        [
            Chromium("chrome", "google-chrome", "opt/chrome"),
            Chromium("chrome-beta", "google-chrome-beta", "opt/chrome"),
            Chromium("chrome-dev", "google-chrome-unstable", "opt/chrome"),
            Chromium("chrome-for-testing", "google-chrome-for-testing", "opt/chrome_for_testing"),
            Chromium("chromium", "chromium", "chromium"),
            Chromium("edge", "microsoft-edge", "opt/edge"),
            Chromium("edge-beta", "microsoft-edge-beta", "opt/edge"),
            Chromium("edge-dev", "microsoft-edge-dev", "opt/edge"),
            Chromium("brave", "BraveSoftware/Brave-Browser", "opt/chrome"),
            Chromium("brave-beta", "BraveSoftware/Brave-Browser-Beta", "opt/chrome"),
            Chromium("brave-nightly", "BraveSoftware/Brave-Browser-Nightly", "opt/chrome"),
            Chromium("vivaldi", "vivaldi", "opt/chrome"),
            Chromium("vivaldi-snapshot", "vivaldi-snapshot", "opt/chrome"),

            // Opera reads Chrome's folder; its own only shows that it is there.
            Chromium("opera", "opera", "opt/chrome", readsFrom: "google-chrome"),

            // From version 147 on Firefox keeps new profiles under the settings folder, but still reads manifests from ~/.mozilla.
            Firefox("firefox", ".mozilla", Path.Combine(folders.ConfigHome, "mozilla")),
            Firefox("librewolf", ".librewolf"),
        ];
    }

    private static List<Browser> OnMacOS(MachineFolders folders)
    {
        var support = Path.Combine(folders.Home, "Library", "Application Support");

        Browser Chromium(string name, string profile, string? system = null) => new()
        {
            Name = name,
            Family = BrowserFamily.Chromium,
            Markers = [Path.Combine(support, profile)],
            UserFolders = [Path.Combine(support, profile, ChromiumHosts)],
            SystemFolders = system is null ? [] : [Path.Combine(folders.SystemRoot, "Library", system, ChromiumHosts)],
        };
        Browser Firefox(string name, string profile, string marker) => new()
        {
            Name = name,
            Family = BrowserFamily.Firefox,
            Markers = [Path.Combine(support, marker)],
            UserFolders = [Path.Combine(support, profile, ChromiumHosts)],
            SystemFolders = [Path.Combine(folders.SystemRoot, "Library", "Application Support", "Mozilla", ChromiumHosts)],
        };

        return
        [
            Chromium("chrome", "Google/Chrome", "Google/Chrome"),
            Chromium("chrome-beta", "Google/Chrome Beta", "Google/Chrome"),
            Chromium("chrome-dev", "Google/Chrome Dev", "Google/Chrome"),
            Chromium("chrome-canary", "Google/Chrome Canary", "Google/Chrome"),
            Chromium("chrome-for-testing", "Google/ChromeForTesting"),
            Chromium("chromium", "Chromium", "Application Support/Chromium"),
            Chromium("edge", "Microsoft Edge", "Microsoft/Edge"),
            Chromium("edge-beta", "Microsoft Edge Beta", "Microsoft/Edge"),
            Chromium("edge-dev", "Microsoft Edge Dev", "Microsoft/Edge"),
            Chromium("edge-canary", "Microsoft Edge Canary", "Microsoft/Edge"),
            Chromium("brave", "BraveSoftware/Brave-Browser", "Google/Chrome"),
            Chromium("vivaldi", "Vivaldi"),
            Chromium("arc", "Arc/User Data"),
            Opera(support),
            Firefox("firefox", "Mozilla", "Firefox"),
            Firefox("librewolf", "LibreWolf", "LibreWolf"),
            Firefox("zen", "Zen", "Zen"),
        ];
    }

    // Opera's own documents name Chrome's folder, other programs write to Opera's: both are written.
    private static Browser Opera(string support) => new()
    {
        Name = "opera",
        Family = BrowserFamily.Chromium,
        Markers = [Path.Combine(support, "com.operasoftware.Opera")],
        UserFolders =
        [
            Path.Combine(support, "Google", "Chrome", ChromiumHosts),
            Path.Combine(support, "com.operasoftware.Opera", ChromiumHosts),
        ],
    };

    private static List<Browser> OnWindows(MachineFolders folders)
    {
        Browser Of(string name, BrowserFamily family, string marker, params string[] keys) => new()
        {
            Name = name,
            Family = family,
            Markers = [Path.Combine(folders.LocalAppData, Path.Combine(marker.Split('/')))],
            RegistryKeys = keys,
        };
        Browser Chromium(string name, string marker, params string[] keys) => Of(name, BrowserFamily.Chromium, marker, keys);
        Browser Firefox(string name, string marker) => Of(name, BrowserFamily.Firefox, marker, MozillaKey);

        return
        [
            Chromium("chrome", "Google/Chrome", ChromeKey),
            Chromium("chrome-beta", "Google/Chrome Beta", ChromeKey),
            Chromium("chrome-dev", "Google/Chrome Dev", ChromeKey),
            Chromium("chrome-canary", "Google/Chrome SxS", ChromeKey),
            Chromium("chrome-for-testing", "Google/Chrome for Testing", ChromeKey),
            Chromium("chromium", "Chromium", @"Software\Chromium\NativeMessagingHosts"),
            Chromium("edge", "Microsoft/Edge", @"Software\Microsoft\Edge\NativeMessagingHosts"),
            Chromium("brave", "BraveSoftware/Brave-Browser", @"Software\BraveSoftware\Brave-Browser\NativeMessagingHosts", ChromeKey),
            Chromium("vivaldi", "Vivaldi", @"Software\Vivaldi\NativeMessagingHosts", ChromeKey),
            Chromium("opera", "Opera Software", @"Software\Opera Software\NativeMessagingHosts", ChromeKey),
            Firefox("firefox", "Mozilla/Firefox"),
            Firefox("librewolf", "librewolf"),
            Firefox("zen", "zen"),
        ];
    }
}
