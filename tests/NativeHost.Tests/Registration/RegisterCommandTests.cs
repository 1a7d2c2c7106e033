using System.Text.Json;
using NativeHost.Registration;
using Xunit;

namespace NativeHost.Tests.Registration;

public sealed class RegisterCommandTests : IDisposable
{
    private readonly Machine _machine = new(SystemKind.Linux);

    [Fact]
    public void Every_name_is_registered_with_an_installed_browser_in_a_manifest_that_browsers_accept()
    {
        var chromium = _machine.Install("chromium");

        var answer = _machine.Register("--extension-id", Machine.ChromiumId, "--extension-id", Machine.OtherChromiumId);

        Assert.Equal(0, answer.ExitCode);
        foreach (var name in HostName.All)
        {
            var path = Path.Combine(chromium.UserFolders[0], name + ".json");
            var manifest = HostManifest.Parse(File.ReadAllBytes(path));
            Assert.Contains($"chromium: registered: {path}", answer.Text, StringComparison.Ordinal);
            Assert.Empty(HostManifestRules.Check(manifest, BrowserFamily.Chromium, name));
            Assert.Equal(_machine.Context.ExecutablePath, manifest.Path);
            Assert.Equal(
                [$"chrome-extension://{Machine.ChromiumId}/", $"chrome-extension://{Machine.OtherChromiumId}/"],
                manifest.AllowedOrigins);
        }
    }

    [Fact]
    public void Chromium_ids_and_add_on_ids_each_go_to_their_own_browsers()
    {
        var chrome = _machine.Install("chrome");
        var firefox = _machine.Install("firefox");

        _machine.Register("--extension-id", Machine.ChromiumId, "--extension-id", Machine.FirefoxId);

        using var forChrome = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(chrome.UserFolders[0], "com.tabagent.host.json")));
        using var forFirefox = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(firefox.UserFolders[0], "com.tabagent.host.json")));
        Assert.False(forChrome.RootElement.TryGetProperty("allowed_extensions", out _));
        Assert.False(forFirefox.RootElement.TryGetProperty("allowed_origins", out _));
        Assert.Equal(Machine.FirefoxId, forFirefox.RootElement.GetProperty("allowed_extensions")[0].GetString());
    }

    [Fact]
    public void A_browser_for_which_no_id_was_given_is_passed_over_and_named()
    {
        _machine.Install("chrome");
        var firefox = _machine.Install("firefox");

        var answer = _machine.Register("--extension-id", Machine.ChromiumId);

        Assert.Equal(0, answer.ExitCode);
        Assert.Contains("firefox: skipped: no Firefox add-on id was given", answer.Text, StringComparison.Ordinal);
        Assert.False(Directory.Exists(firefox.UserFolders[0]));
    }

    [Fact]
    public void A_second_registration_changes_nothing_and_says_so()
    {
        _machine.Install("chromium");
        _machine.Register("--extension-id", Machine.ChromiumId);
        var before = _machine.Root.Tree();

        var answer = _machine.Register("--extension-id", Machine.ChromiumId);

        Assert.Equal(0, answer.ExitCode);
        Assert.Contains("chromium: already registered: ", answer.Text, StringComparison.Ordinal);
        Assert.Equal(before, _machine.Root.Tree());
    }

    [Fact]
    public void Unregister_leaves_the_tree_as_it_was_before_register()
    {
        _machine.Install("chromium");
        _machine.Install("brave");
        _machine.Install("firefox");
        _machine.Root.Write("{}", "home", ".config", "chromium", "Local State");
        var before = _machine.Root.Tree();
        _machine.Register("--extension-id", Machine.ChromiumId, "--extension-id", Machine.FirefoxId);

        var answer = _machine.Unregister();

        Assert.Equal(0, answer.ExitCode);
        Assert.Equal(before, _machine.Root.Tree());
    }

    [Fact]
    public void The_manifest_of_another_program_is_kept_and_comes_back()
    {
        var chrome = _machine.Install("chrome");
        const string Foreign = """{"name":"com.tabagent.native_host","path":"/opt/old/native_host.py","type":"stdio"}""";
        var path = Path.Combine(chrome.UserFolders[0], "com.tabagent.native_host.json");
        Directory.CreateDirectory(chrome.UserFolders[0]);
        File.WriteAllText(path, Foreign);

        var registered = _machine.Register("--extension-id", Machine.ChromiumId);
        _machine.Register("--extension-id", Machine.OtherChromiumId);
        var backup = File.ReadAllText(path + ".tabagent-backup");
        var unregistered = _machine.Unregister();

        Assert.Contains($"{path}.tabagent-backup", registered.Text, StringComparison.Ordinal);
        Assert.Equal(Foreign, backup);
        Assert.Contains($"restored: {path}", unregistered.Text, StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFileSystemEntries(chrome.UserFolders[0]));
        Assert.Equal(Foreign, File.ReadAllText(path));
    }

    [Fact]
    public void Unregister_leaves_the_manifest_of_another_program_alone()
    {
        var chrome = _machine.Install("chrome");
        var path = Path.Combine(chrome.UserFolders[0], "com.tabagent.host.json");
        Directory.CreateDirectory(chrome.UserFolders[0]);
        File.WriteAllText(path, "not even JSON");

        var answer = _machine.Unregister();

        Assert.Equal(0, answer.ExitCode);
        Assert.Contains("left alone, it belongs to another program", answer.Text, StringComparison.Ordinal);
        Assert.Equal("not even JSON", File.ReadAllText(path));
    }

    [Fact]
    public void Only_the_named_browser_is_served()
    {
        var chrome = _machine.Install("chrome");
        var brave = _machine.Install("brave");

        var answer = _machine.Register("--extension-id", Machine.ChromiumId, "--browser", "Brave");

        Assert.Equal(0, answer.ExitCode);
        Assert.True(File.Exists(Path.Combine(brave.UserFolders[0], "com.tabagent.host.json")));
        Assert.False(Directory.Exists(chrome.UserFolders[0]));
    }

    [Fact]
    public void Without_a_browser_nothing_is_written_and_the_answer_names_where_it_looked()
    {
        var before = _machine.Root.Tree();

        var answer = _machine.Register("--extension-id", Machine.ChromiumId);

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains("No browser was found", answer.Text, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_machine.Home, ".config", "google-chrome"), answer.Text, StringComparison.Ordinal);
        Assert.Equal(before, _machine.Root.Tree());
    }

    [Theory]
    [InlineData("Say which extension")]
    [InlineData("Not an extension id: qqqq", "--extension-id", "qqqq")]
    [InlineData("No such browser: netscape", "--extension-id", Machine.ChromiumId, "--browser", "netscape")]
    [InlineData("There is no program at ", "--extension-id", Machine.ChromiumId, "--path", "/nowhere/tabagent")]
    public void Wrong_use_is_explained_and_ends_with_2(string words, params string[] arguments)
    {
        _machine.Install("chromium");

        var answer = _machine.Register(arguments);

        Assert.Equal(2, answer.ExitCode);
        Assert.Contains(words, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrapper_given_with_path_is_registered_and_recognised_as_ours()
    {
        var chromium = _machine.Install("chromium");
        var wrapper = _machine.Root.Write("#!/bin/sh\n", "wrapper.sh");
        var path = Path.Combine(chromium.UserFolders[0], "com.tabagent.host.json");

        _machine.Register("--extension-id", Machine.ChromiumId, "--path", wrapper);
        var manifest = HostManifest.Parse(File.ReadAllBytes(path));
        _machine.Unregister();

        Assert.Equal(wrapper, manifest.Path);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_browser_whose_folder_cannot_be_written_does_not_keep_the_others_from_it()
    {
        var chrome = _machine.Install("chrome");
        var brave = _machine.Install("brave");
        File.WriteAllText(chrome.UserFolders[0], "a file where a folder should be");

        var answer = _machine.Register("--extension-id", Machine.ChromiumId);

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains("chrome: failed: ", answer.Text, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(brave.UserFolders[0], "com.tabagent.host.json")));
    }

    public void Dispose() => _machine.Dispose();
}
