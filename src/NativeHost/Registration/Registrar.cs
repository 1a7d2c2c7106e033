namespace NativeHost.Registration;

/// <summary>Enters the host with the browsers of one user, and takes it out again.</summary>
/// <remarks>A browser whose place cannot be written is reported as failed; the others are still served.</remarks>
internal sealed class Registrar(RegistrationContext context)
{
    /// <summary>The value beside a registry key's default that keeps the path of another program's manifest.</summary>
    public const string RegistryBackupValue = "tabagent-backup";

    /// <summary>Registers every host name with each of the browsers for which there are ids.</summary>
    public IReadOnlyList<RegistrationStep> Register(IEnumerable<Browser> browsers, ExtensionIds ids, string executable)
    {
        var steps = new List<RegistrationStep>();
        foreach (var browser in browsers)
        {
            var hasIds = (browser.Family == BrowserFamily.Chromium ? ids.Chromium : ids.Firefox).Count > 0;
            if (!hasIds)
            {
                var kind = browser.Family == BrowserFamily.Chromium ? "Chromium extension id" : "Firefox add-on id";
                steps.Add(new RegistrationStep(browser.Name, StepResult.Skipped, $"skipped: no {kind} was given"));
                continue;
            }

            Attempt(steps, browser, () => RegisterOne(steps, browser, ids, executable));
        }

        return steps;
    }

    /// <summary>Removes what <see cref="Register"/> wrote, with every browser known, and restores what it replaced.</summary>
    public IReadOnlyList<RegistrationStep> Unregister()
    {
        var steps = new List<RegistrationStep>();
        foreach (var browser in Browsers.On(context.Folders))
        {
            Attempt(steps, browser, () => UnregisterOne(steps, browser));
        }

        if (context.Registry is not null)
        {
            RemoveWindowsManifests();
        }

        return steps;
    }

    private static void Attempt(List<RegistrationStep> steps, Browser browser, Action work)
    {
        try
        {
            work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or System.Security.SecurityException)
        {
            steps.Add(new RegistrationStep(browser.Name, StepResult.Failed, $"failed: {failure.Message}"));
        }
    }

    private void RegisterOne(List<RegistrationStep> steps, Browser browser, ExtensionIds ids, string executable)
    {
        foreach (var name in HostName.All)
        {
            var manifest = HostManifest.Build(browser.Family, name, executable, ids);
            foreach (var folder in browser.UserFolders)
            {
                var path = Path.Combine(folder, name + ".json");
                var text = ManifestFile.Write(path, manifest) switch
                {
                    ManifestWrite.Unchanged => $"already registered: {path}",
                    ManifestWrite.ForeignBackedUp => $"registered: {path} (the manifest of another program is kept as {ManifestFile.BackupOf(path)})",
                    _ => $"registered: {path}",
                };
                steps.Add(new RegistrationStep(browser.Name, StepResult.Done, text));
            }

            foreach (var key in browser.RegistryKeys)
            {
                steps.Add(new RegistrationStep(browser.Name, StepResult.Done, RegisterKey($@"{key}\{name}", WindowsManifest(browser, name), manifest)));
            }
        }
    }

    private string RegisterKey(string key, string file, HostManifest manifest)
    {
        var registry = context.Registry ?? throw new InvalidOperationException("This system has no registry.");
        ManifestFile.Write(file, manifest);

        var before = registry.Read(RegistryScope.User, key, "");
        if (IsSamePath(before, file))
        {
            return $@"already registered: HKCU\{key}";
        }

        if (before is not null)
        {
            registry.Write(key, RegistryBackupValue, before);
        }

        registry.Write(key, "", file);
        return before is null ? $@"registered: HKCU\{key}" : $@"registered: HKCU\{key} (the entry of another program, {before}, is kept)";
    }

    private void UnregisterOne(List<RegistrationStep> steps, Browser browser)
    {
        foreach (var name in HostName.All)
        {
            foreach (var folder in browser.UserFolders)
            {
                var path = Path.Combine(folder, name + ".json");
                var removal = ManifestFile.Remove(path);
                if (removal != ManifestRemoval.Absent)
                {
                    steps.Add(StepOf(browser, removal, path));
                }
            }

            foreach (var key in browser.RegistryKeys)
            {
                var removal = RemoveKey($@"{key}\{name}", WindowsManifest(browser, name));
                if (removal != ManifestRemoval.Absent)
                {
                    steps.Add(StepOf(browser, removal, $@"HKCU\{key}\{name}"));
                }
            }
        }
    }

    private ManifestRemoval RemoveKey(string key, string file)
    {
        var registry = context.Registry ?? throw new InvalidOperationException("This system has no registry.");
        var now = registry.Read(RegistryScope.User, key, "");
        if (!IsSamePath(now, file))
        {
            return now is null ? ManifestRemoval.Absent : ManifestRemoval.ForeignKept;
        }

        var before = registry.Read(RegistryScope.User, key, RegistryBackupValue);
        registry.DeleteValue(key, RegistryBackupValue);
        if (before is not null)
        {
            registry.Write(key, "", before);
            return ManifestRemoval.ForeignRestored;
        }

        registry.DeleteValue(key, "");
        registry.DeleteIfEmpty(key);
        return ManifestRemoval.Removed;
    }

    private static RegistrationStep StepOf(Browser browser, ManifestRemoval removal, string place) => removal switch
    {
        ManifestRemoval.Removed => new(browser.Name, StepResult.Done, $"removed: {place}"),
        ManifestRemoval.ForeignRestored => new(browser.Name, StepResult.Done, $"removed, and what stood there before restored: {place}"),
        _ => new(browser.Name, StepResult.Skipped, $"left alone, it belongs to another program: {place}"),
    };

    private void RemoveWindowsManifests()
    {
        foreach (var family in Enum.GetValues<BrowserFamily>())
        {
            foreach (var name in HostName.All)
            {
                ManifestFile.Remove(WindowsManifest(family, name));
            }
        }

        ManifestFile.RemoveIfEmpty(context.Folders.WindowsManifests);
    }

    private string WindowsManifest(Browser browser, string name) => WindowsManifest(browser.Family, name);

    private string WindowsManifest(BrowserFamily family, string name) =>
        Path.Combine(context.Folders.WindowsManifests, family == BrowserFamily.Chromium ? "chromium" : "firefox", name + ".json");

    private static bool IsSamePath(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
