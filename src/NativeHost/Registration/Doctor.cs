namespace NativeHost.Registration;

/// <summary>Looks for whatever keeps a browser from starting the host, and says how to mend it.</summary>
internal sealed class Doctor(RegistrationContext context)
{
    /// <summary>Runs all checks. Nothing on the machine is changed, but for the log folder, which is made when it is missing.</summary>
    public Diagnosis Run()
    {
        List<Check> checks =
        [
            CheckProgram(),
            CheckNatives(),
            CheckLogFolder(),
            .. CheckSystem(),
            .. context.CheckHost?.Invoke() ?? [],
            .. new ManifestDoctor(context).Run(),
            .. SandboxedBrowsers(),
        ];
        return new Diagnosis(checks.TrueForAll(check => check.State != CheckState.Wrong), checks);
    }

    /// <summary>True when the file has a right of execution; Windows has no such right.</summary>
    public static bool MayBeExecuted(string file) =>
        OperatingSystem.IsWindows()
        || (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;

    private Check CheckProgram()
    {
        var program = context.ExecutablePath;
        if (!File.Exists(program))
        {
            return new Check("program", CheckState.Wrong, $"this program is not at {program}", "Install it again.");
        }

        return MayBeExecuted(program)
            ? new Check("program", CheckState.Ok, program)
            : new Check("program", CheckState.Wrong, $"{program} may not be executed", $"Run: chmod +x '{program}'");
    }

    private Check CheckNatives()
    {
        var natives = context.NativesFolder ?? Path.Combine(Path.GetDirectoryName(context.ExecutablePath)!, "natives");
        return Directory.Exists(natives)
            ? new Check("natives", CheckState.Ok, natives)
            : new Check(
                "natives",
                CheckState.Wrong,
                $"the folder with the native libraries is missing: {natives}",
                context.NativesFolder is null
                    ? "Copy the whole published folder, not only the program, or run the installer again."
                    : "TABAGENT_NATIVES names it: correct the variable, or remove it.");
    }

    private Check CheckLogFolder()
    {
        try
        {
            Directory.CreateDirectory(context.LogFolder);
            var probe = Path.Combine(context.LogFolder, $"{Guid.NewGuid():N}.probe");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return new Check("log-folder", CheckState.Ok, context.LogFolder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new Check(
                "log-folder",
                CheckState.Wrong,
                $"logs cannot be written to {context.LogFolder}: {failure.Message}",
                "Give your user the right to write there, or name another place in TABAGENT_HOME.");
        }
    }

    private IEnumerable<Check> CheckSystem()
    {
        var libraries = context.Libraries;
        if (context.Folders.System == SystemKind.Linux)
        {
            yield return libraries.Glibc >= SystemLibraries.OldestGlibc
                ? new Check("glibc", CheckState.Ok, $"glibc {libraries.Glibc}")
                : new Check(
                    "glibc",
                    CheckState.Wrong,
                    libraries.Glibc is null ? "this system has no glibc" : $"glibc {libraries.Glibc} is too old",
                    $"Use a system with glibc {SystemLibraries.OldestGlibc} or newer: Debian 12, Ubuntu 22.04, Fedora 35 or later.");
        }

        if (libraries.WindowsSystemFolder is { } folder)
        {
            var missing = SystemLibraries.VisualCppRuntime.Where(file => !File.Exists(Path.Combine(folder, file))).ToList();
            yield return missing.Count == 0
                ? new Check("vc-runtime", CheckState.Ok, $"the Visual C++ runtime is in {folder}")
                : new Check(
                    "vc-runtime",
                    CheckState.Wrong,
                    $"missing in {folder}: {string.Join(", ", missing)}",
                    "Install the Microsoft Visual C++ Redistributable (x64), 2015 or later.");
        }
    }

    // A sandboxed browser starts only programs inside its sandbox, so a manifest alone would not help.
    private IEnumerable<Check> SandboxedBrowsers()
    {
        if (context.Folders.System != SystemKind.Linux)
        {
            yield break;
        }

        string[] snaps = ["chromium", "firefox"];
        string[] flatpaks =
        [
            "com.google.Chrome", "org.chromium.Chromium", "com.microsoft.Edge", "com.brave.Browser", "com.vivaldi.Vivaldi",
            "com.opera.Opera", "org.mozilla.firefox",
        ];
        var folders = snaps.Select(name => Path.Combine(context.Folders.Home, "snap", name))
            .Concat(flatpaks.Select(name => Path.Combine(context.Folders.Home, ".var", "app", name)));
        foreach (var folder in folders.Where(Directory.Exists))
        {
            yield return new Check(
                "sandboxed-browser",
                CheckState.Note,
                $"a browser runs in a sandbox (snap or Flatpak): {folder}; it is not registered",
                "Use the browser's ordinary package instead.");
        }
    }
}
