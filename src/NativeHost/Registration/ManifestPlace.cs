using System.Text.Json;

namespace NativeHost.Registration;

/// <summary>One manifest that a browser finds: for this user or for all, by folder or by registry.</summary>
/// <param name="Browser">The browser that reads it.</param>
/// <param name="Name">The host name under which it looks.</param>
/// <param name="Scope">Whose manifest it is; browsers prefer the user's.</param>
/// <param name="File">The file's path.</param>
internal sealed record ManifestPlace(Browser Browser, string Name, RegistryScope Scope, string File)
{
    /// <summary>The manifests that the browser would find, the ones that win first; a registry entry counts even without its file.</summary>
    public static IEnumerable<ManifestPlace> Of(Browser browser, RegistrationContext context)
    {
        foreach (var name in HostName.All)
        {
            foreach (var folder in browser.UserFolders)
            {
                yield return new ManifestPlace(browser, name, RegistryScope.User, Path.Combine(folder, name + ".json"));
            }

            foreach (var folder in browser.SystemFolders)
            {
                yield return new ManifestPlace(browser, name, RegistryScope.Machine, Path.Combine(folder, name + ".json"));
            }

            foreach (var scope in Enum.GetValues<RegistryScope>())
            {
                foreach (var key in browser.RegistryKeys)
                {
                    if (context.Registry?.Read(scope, $@"{key}\{name}", "") is { } file)
                    {
                        yield return new ManifestPlace(browser, name, scope, file);
                    }
                }
            }
        }
    }

    /// <summary>True when a browser that comes here finds something, be it broken.</summary>
    public bool IsTaken => Browser.RegistryKeys.Count > 0 || System.IO.File.Exists(File);

    /// <summary>Reads the manifest; what keeps it from being read becomes a fault.</summary>
    public HostManifest? Read(out ManifestFault fault)
    {
        const string Mend = "Run: tabagent register --extension-id ID";
        fault = default;
        try
        {
            return HostManifest.Parse(System.IO.File.ReadAllBytes(File));
        }
        catch (JsonException failure)
        {
            fault = new ManifestFault("manifest-json", $"not valid JSON, or a field of the wrong type: {failure.Message}", Mend);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            fault = new ManifestFault("manifest-missing", "the registry points to a file that is not there", Mend);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            fault = new ManifestFault("manifest-unreadable", $"cannot be read: {failure.Message}", "Give your user the right to read the file.");
        }

        return null;
    }
}
