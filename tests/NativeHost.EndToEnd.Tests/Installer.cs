namespace NativeHost.EndToEnd.Tests;

/// <summary>Runs the Linux installer script, as a user would, in a temporary home.</summary>
internal static class Installer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task InstallAsync(TemporaryHome home, string extensionId, CancellationToken cancellationToken) =>
        RunAsync(home, ["--extension-id", extensionId, "--from", Repository.PublishedFolder], cancellationToken);

    public static Task UninstallAsync(TemporaryHome home, CancellationToken cancellationToken) =>
        RunAsync(home, ["--uninstall"], cancellationToken);

    /// <summary>Registers another of the installed programs.</summary>
    public static Task RegisterAsync(TemporaryHome home, string extensionId, string program, CancellationToken cancellationToken) =>
        RunAsync(
            home,
            Path.Combine(home.Programs, "tabagent"),
            ["register", "--extension-id", extensionId, "--path", program],
            cancellationToken);

    private static Task RunAsync(TemporaryHome home, string[] arguments, CancellationToken cancellationToken) =>
        RunAsync(home, Repository.LinuxInstaller, arguments, cancellationToken);

    private static async Task RunAsync(TemporaryHome home, string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
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
