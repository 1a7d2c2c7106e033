using System.Text.Json;
using NativeHost.Registration;
using Xunit;

namespace NativeHost.Tests.Registration;

public sealed class DoctorTests : IDisposable
{
    private const string Again = "Run: tabagent register --extension-id ID";

    private readonly Machine _machine = new(SystemKind.Linux);

    private string Manifest => Path.Combine(_machine.Home, ".config", "chromium", "NativeMessagingHosts", "com.tabagent.host.json");

    [Fact]
    public void A_registered_host_is_healthy()
    {
        Register();

        var answer = _machine.Doctor();

        Assert.Equal(0, answer.ExitCode);
        Assert.DoesNotContain("WRONG", answer.Text, StringComparison.Ordinal);
        Assert.Contains($"manifest: chromium: {Manifest} is in order", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_program_is_found()
    {
        Register();
        File.Delete(_machine.Context.ExecutablePath);

        var findings = Wrong();

        AssertFinding(findings, "program", "is not at", "Install it again.");
        AssertFinding(findings, "binary-missing", "which is not there", Again);
    }

    [Fact]
    public void A_manifest_that_names_another_program_is_found()
    {
        Register();
        var other = _machine.Root.Write("#!/bin/sh\n", "old host", "native_host.py");
        TemporaryFolder.SetMode(other, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Edit(_machine.Context.ExecutablePath, other);

        AssertOnly("path-other-program", other, $"run: '{_machine.Context.ExecutablePath}' register --extension-id ID");
    }

    [Fact]
    public void A_relative_path_is_found()
    {
        Register();
        Edit(_machine.Context.ExecutablePath, "bin/tabagent");

        AssertOnly("path-relative", "\"bin/tabagent\"; it must be absolute", Again);
    }

    [Fact]
    public void A_program_without_the_right_of_execution_is_found()
    {
        Register();
        TemporaryFolder.SetMode(_machine.Context.ExecutablePath, UnixFileMode.UserRead);

        var findings = Wrong();

        AssertFinding(findings, "program", "may not be executed", $"Run: chmod +x '{_machine.Context.ExecutablePath}'");
        AssertFinding(findings, "not-executable", "may not be executed", $"Run: chmod +x '{_machine.Context.ExecutablePath}'");
    }

    [Fact]
    public void A_bad_extension_id_is_found()
    {
        Register();
        Edit(Machine.ChromiumId, "zzzzefghijklmnopabcdefghijklmnop");

        AssertOnly("origin-form", "chrome-extension://zzzz", "Copy the id from chrome://extensions, then run: tabagent register --extension-id ID");
    }

    [Fact]
    public void A_missing_slash_at_the_end_of_an_origin_is_found()
    {
        Register();
        Edit($"{Machine.ChromiumId}/", Machine.ChromiumId);

        AssertOnly("origin-slash", "lacks the slash at its end", $"Run: tabagent register --extension-id {Machine.ChromiumId}");
    }

    [Fact]
    public void A_name_other_than_the_files_is_found()
    {
        Register();
        Edit("com.tabagent.host", "com.tabagent.hosts");

        AssertOnly("name-mismatch", "the file is called com.tabagent.host.json", Again);
    }

    [Fact]
    public void Manifests_of_user_and_system_that_disagree_are_found()
    {
        Register();
        var system = _machine.Root.Write(
            File.ReadAllText(Manifest).Replace(Machine.ChromiumId, Machine.OtherChromiumId, StringComparison.Ordinal),
            "system", "etc", "chromium", "native-messaging-hosts", "com.tabagent.host.json");

        AssertOnly("manifests-disagree", $"differs from {Manifest}", $"Remove one of the two, for example as administrator: {system}");
    }

    [Fact]
    public void Invalid_JSON_is_found()
    {
        Register();
        Edit("\"stdio\",", "\"stdio\"");

        AssertOnly("manifest-json", "not valid JSON", Again);
    }

    [Fact]
    public void Another_type_than_stdio_is_found()
    {
        Register();
        Edit("\"stdio\"", "\"pkcs11\"");

        AssertOnly("type", "\"type\" is \"pkcs11\"", Again);
    }

    [Fact]
    public void A_machine_without_browser_is_found()
    {
        AssertOnly("no-browser", "no browser was found", "Start the browser once");
    }

    [Fact]
    public void A_host_that_no_browser_knows_is_found()
    {
        _machine.Install("chromium");

        AssertOnly("not-registered", "no browser knows com.tabagent.host", Again);
    }

    [Fact]
    public void An_old_glibc_missing_natives_and_a_log_folder_that_cannot_be_made_are_found()
    {
        Register();
        Directory.Delete(Path.Combine(Path.GetDirectoryName(_machine.Context.ExecutablePath)!, "natives"));
        _machine.Root.Write("a file where a folder should be", "logs");
        _machine.Context = _machine.Context with { Libraries = new SystemLibraries(new Version(2, 31), null) };

        var findings = Wrong();

        AssertFinding(findings, "glibc", "glibc 2.31 is too old", "glibc 2.34 or newer");
        AssertFinding(findings, "natives", "native libraries is missing", "Copy the whole published folder");
        AssertFinding(findings, "log-folder", "logs cannot be written", "TABAGENT_HOME");
    }

    [Fact]
    public void A_sandboxed_browser_is_noted_but_not_wrong()
    {
        Register();
        _machine.Root.Sub("home", "snap", "firefox");

        var answer = _machine.Doctor();

        Assert.Equal(0, answer.ExitCode);
        Assert.Contains("note   sandboxed-browser: ", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_system_manifest_alone_is_enough()
    {
        Register();
        var system = _machine.Root.Write(
            File.ReadAllText(Manifest), "system", "etc", "chromium", "native-messaging-hosts", "com.tabagent.host.json");
        _machine.Unregister();

        var answer = _machine.Doctor();

        Assert.Equal(0, answer.ExitCode);
        Assert.Contains($"{system} is in order", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void On_Windows_the_runtime_and_the_files_behind_the_registry_are_looked_for()
    {
        using var windows = new Machine(SystemKind.Windows);
        windows.Install("chrome");
        windows.Register("--extension-id", Machine.ChromiumId);
        Directory.Delete(windows.Context.Folders.WindowsManifests, recursive: true);

        var findings = WrongOn(windows);

        AssertFinding(findings, "vc-runtime", "vcruntime140_1.dll, msvcp140.dll", "Visual C++ Redistributable");
        AssertFinding(findings, "manifest-missing", "the registry points to a file that is not there", Again);
    }

    [Fact]
    public void This_Linux_has_a_glibc_of_some_version()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a glibc.");

        Assert.True(SystemLibraries.OfThisMachine().Glibc >= new Version(2, 0));
    }

    public void Dispose() => _machine.Dispose();

    private void Register()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Paths and rights of Linux.");
        _machine.Install("chromium");
        Assert.Equal(0, _machine.Register("--extension-id", Machine.ChromiumId).ExitCode);
    }

    private void Edit(string before, string after)
    {
        var text = File.ReadAllText(Manifest);
        Assert.Contains(before, text, StringComparison.Ordinal);
        File.WriteAllText(Manifest, text.Replace(before, after, StringComparison.Ordinal));
    }

    private void AssertOnly(string code, string found, string mend) => AssertFinding([Assert.Single(Wrong())], code, found, mend);

    private static void AssertFinding(IEnumerable<Check> findings, string code, string found, string mend)
    {
        // Every alias may carry the same fault; the first stands for all.
        var finding = findings.First(check => check.Code == code);
        Assert.Contains(found, finding.Found, StringComparison.Ordinal);
        Assert.Contains(mend, finding.Mend, StringComparison.Ordinal);
    }

    private List<Check> Wrong() => WrongOn(_machine);

    private static List<Check> WrongOn(Machine machine)
    {
        var answer = machine.Doctor("--json");

        Assert.Equal(1, answer.ExitCode);
        var diagnosis = JsonSerializer.Deserialize(answer.Text, DiagnosisJson.Default.Diagnosis);
        Assert.False(diagnosis!.IsHealthy);
        return [.. diagnosis.Checks.Where(check => check.State == CheckState.Wrong)];
    }
}
