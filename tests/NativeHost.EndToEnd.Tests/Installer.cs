namespace NativeHost.EndToEnd.Tests;

/// <summary>Runs the Linux installer script, as a user would, in a temporary home.</summary>
internal static class Installer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task InstallAsync(TemporaryHome home, string extensionId, CancellationToken cancellationToken) =>
        RunAsync(home, ["--extension-id", extensionId, "--from", Repository.PublishedFolder], cancellationToken);

    public static Task UninstallAsync(TemporaryHome home, CancellationToken cancellationToken) =>
        RunAsync(home, ["--uninstall"], cancellationToken);

    private static async Task RunAsync(TemporaryHome home, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Repository.LinuxInstaller, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        home.Give(start);
        using var installer = Process.Start(start)!;
        var printed = installer.StandardOutput.ReadToEndAsync(cancellationToken);
        var complaints = installer.StandardError.ReadToEndAsync(cancellationToken);
        await installer.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        Assert.True(installer.ExitCode == 0, $"The installer exited with {installer.ExitCode}.\n{await printed}\n{await complaints}");
    }
}
