using System.Diagnostics;
using NativeHost.EndToEnd.Tests.Browser;

namespace NativeHost.EndToEnd.Tests;

/// <summary>The installer that a user runs, run for a temporary user.</summary>
internal static class Registration
{
    /// <summary>Registers the published host for the test extension.</summary>
    public static Task InstallAsync(TemporaryHome home, CancellationToken cancellationToken)
    {
        PublishedHost.Executable();
        return RunAsync(home, ["--extension-id", TestExtension.Id, "--from", PublishedHost.Folder], cancellationToken);
    }

    public static Task UninstallAsync(TemporaryHome home, CancellationToken cancellationToken) =>
        RunAsync(home, ["--uninstall"], cancellationToken);

    private static async Task RunAsync(TemporaryHome home, string[] arguments, CancellationToken cancellationToken)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only the installer for Linux is run here.");
        var installer = Path.Combine(PublishedHost.RepositoryRoot, "installer", "install-linux.sh");
        var start = new ProcessStartInfo("bash", [installer, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        home.Apply(start);

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);

        Assert.True(process.ExitCode == 0, $"The installer failed ({process.ExitCode}):\n{await output}\n{await errors}");
    }
}
