namespace NativeHost.Registration;

/// <summary>Looks at what the browsers would find when an extension asks for the host.</summary>
internal sealed class ManifestDoctor(RegistrationContext context)
{
    private const string Again = "Run: tabagent register --extension-id ID";

    /// <summary>Checks of all installed browsers.</summary>
    public IEnumerable<Check> Run()
    {
        var installed = Browsers.On(context.Folders).Where(browser => browser.IsInstalled).ToList();
        if (installed.Count == 0)
        {
            yield return new Check(
                "no-browser",
                CheckState.Wrong,
                "no browser was found for this user",
                "Start the browser once, so that it makes its folder, then run: tabagent register --extension-id ID");
        }

        var isRegistered = false;
        foreach (var browser in installed)
        {
            var taken = ManifestPlace.Of(browser, context).Where(place => place.IsTaken).ToList();
            isRegistered |= taken.Exists(place => place.Name == HostName.Main);
            if (taken.Count == 0)
            {
                yield return new Check("browser", CheckState.Note, $"{browser.Name} is installed and not registered", Again);
            }

            foreach (var check in taken.GroupBy(place => place.Name).SelectMany(CheckName))
            {
                yield return check;
            }
        }

        if (installed.Count > 0 && !isRegistered)
        {
            yield return new Check("not-registered", CheckState.Wrong, $"no browser knows {HostName.Main}", Again);
        }
    }

    private IEnumerable<Check> CheckName(IEnumerable<ManifestPlace> places)
    {
        // The first one is the one that the browser takes; the others only matter when they say something else.
        var taken = places.First();
        var manifest = taken.Read(out var fault);
        if (manifest is null)
        {
            yield return WrongIn(taken, fault);
            yield break;
        }

        var faults = FaultsOf(taken, manifest).ToList();
        foreach (var found in faults)
        {
            yield return WrongIn(taken, found);
        }

        if (faults.Count == 0)
        {
            yield return new Check("manifest", CheckState.Ok, $"{taken.Browser.Name}: {taken.File} is in order");
        }

        foreach (var other in places.Where(place => place.Scope != taken.Scope))
        {
            if (other.Read(out _) is not { } shadowed || !shadowed.ToFile().AsSpan().SequenceEqual(manifest.ToFile()))
            {
                yield return WrongIn(other, new ManifestFault(
                    "manifests-disagree",
                    $"differs from {taken.File}; the browser takes the user's unless a policy forbids it",
                    $"Remove one of the two, for example as administrator: {other.File}"));
            }
        }
    }

    private IEnumerable<ManifestFault> FaultsOf(ManifestPlace place, HostManifest manifest)
    {
        // Windows finds the file by its registry key, whatever it is called.
        var fileName = context.Registry is null ? Path.GetFileNameWithoutExtension(place.File) : place.Name;
        var faults = HostManifestRules.Check(manifest, place.Browser.Family, fileName);
        return faults.Any(fault => fault.Code == "path-relative") ? faults : faults.Concat(FaultsOfProgram(manifest.Path!));
    }

    private IEnumerable<ManifestFault> FaultsOfProgram(string path)
    {
        if (!File.Exists(path))
        {
            yield return new ManifestFault("binary-missing", $"names the program {path}, which is not there", Again);
            yield break;
        }

        if (!Doctor.MayBeExecuted(path))
        {
            yield return new ManifestFault("not-executable", $"names the program {path}, which may not be executed", $"Run: chmod +x '{path}'");
        }

        if (!IsThisProgram(path))
        {
            yield return new ManifestFault(
                "path-other-program",
                $"names the program {path}, but this one is {context.ExecutablePath}",
                $"If this one is to be started, run: '{context.ExecutablePath}' register --extension-id ID");
        }
    }

    private bool IsThisProgram(string path)
    {
        var rule = context.Folders.System == SystemKind.Windows ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return string.Equals(Resolved(path), Resolved(context.ExecutablePath), rule);
    }

    private static string Resolved(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);

    private static Check WrongIn(ManifestPlace place, ManifestFault fault) =>
        new(fault.Code, CheckState.Wrong, $"{place.Browser.Name}: {place.File}: {fault.Found}", fault.Mend);
}
