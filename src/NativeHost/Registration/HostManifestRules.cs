using System.Text.RegularExpressions;

namespace NativeHost.Registration;

/// <summary>What browsers ask of a manifest. A breach of any rule makes the whole file worthless, and they do not say why.</summary>
/// <remarks>
/// The rules of Chromium stand in native_messaging_host_manifest.cc and url_pattern.cc, those of Firefox in its schema
/// native_manifest.json.
/// </remarks>
internal static partial class HostManifestRules
{
    private const string Again = "Run: tabagent register --extension-id ID";
    private const string OriginStart = "chrome-extension://";

    /// <summary>All breaches, in the order of the fields.</summary>
    /// <param name="manifest">The file's content.</param>
    /// <param name="family">The family of the browser that reads it.</param>
    /// <param name="fileName">The file's name without folder and ending.</param>
    public static IReadOnlyList<ManifestFault> Check(HostManifest manifest, BrowserFamily family, string fileName)
    {
        var faults = new List<ManifestFault>();
        CheckName(faults, manifest.Name, fileName);
        if (manifest.Type != "stdio")
        {
            faults.Add(new("type", $"\"type\" is {Quoted(manifest.Type)}; browsers know only \"stdio\"", Again));
        }

        if (!IsAbsolute(manifest.Path))
        {
            faults.Add(new("path-relative", $"\"path\" is {Quoted(manifest.Path)}; it must be absolute", Again));
        }

        if (string.IsNullOrEmpty(manifest.Description))
        {
            faults.Add(new("description", "\"description\" is missing or empty", Again));
        }

        if (family == BrowserFamily.Chromium)
        {
            CheckOrigins(faults, manifest.AllowedOrigins);
        }
        else
        {
            CheckExtensions(faults, manifest.AllowedExtensions);
        }

        return faults;
    }

    private static void CheckName(List<ManifestFault> faults, string? name, string fileName)
    {
        if (name is null || !WellFormedName().IsMatch(name))
        {
            faults.Add(new(
                "name-form",
                $"\"name\" is {Quoted(name)}; only a-z, 0-9, _ and single dots between them are allowed",
                Again));
        }
        else if (name != fileName)
        {
            faults.Add(new("name-mismatch", $"\"name\" is {Quoted(name)}, but the file is called {fileName}.json", Again));
        }
    }

    private static void CheckOrigins(List<ManifestFault> faults, IReadOnlyList<string?>? origins)
    {
        if (origins is not { Count: > 0 })
        {
            faults.Add(new("origins-missing", "\"allowed_origins\" is missing or empty, so no extension may start the host", Again));
            return;
        }

        foreach (var origin in origins)
        {
            if (origin is not null && origin.StartsWith(OriginStart, StringComparison.Ordinal)
                && ExtensionIds.IsChromium(origin[OriginStart.Length..]))
            {
                faults.Add(new(
                    "origin-slash",
                    $"the origin {Quoted(origin)} lacks the slash at its end, and one bad origin makes the whole file worthless",
                    $"Run: tabagent register --extension-id {origin[OriginStart.Length..]}"));
            }
            else if (origin is null || !WellFormedOrigin().IsMatch(origin))
            {
                faults.Add(new(
                    "origin-form",
                    $"the origin {Quoted(origin)} is not chrome-extension://ID/ with an ID of 32 letters from a to p; wildcards are not allowed",
                    "Copy the id from chrome://extensions, then run: tabagent register --extension-id ID"));
            }
        }
    }

    private static void CheckExtensions(List<ManifestFault> faults, IReadOnlyList<string?>? extensions)
    {
        if (extensions is not { Count: > 0 })
        {
            faults.Add(new("extensions-missing", "\"allowed_extensions\" is missing or empty, so no add-on may start the host", Again));
            return;
        }

        foreach (var id in extensions.Where(id => id is null || !ExtensionIds.IsFirefox(id)))
        {
            faults.Add(new(
                "extension-form",
                $"the add-on id {Quoted(id)} is neither name@place nor {{GUID}}",
                "Copy the id from about:debugging, then run: tabagent register --extension-id ID"));
        }
    }

    // A manifest of one system may be judged on another, so both forms count.
    private static bool IsAbsolute(string? path) => path is not null && AbsolutePath().IsMatch(path);

    private static string Quoted(string? text) => text is null ? "missing" : $"\"{text}\"";

    [GeneratedRegex(@"\A[a-z0-9_]+(\.[a-z0-9_]+)*\z")]
    private static partial Regex WellFormedName();

    [GeneratedRegex(@"\Achrome-extension://[a-p]{32}/\z")]
    private static partial Regex WellFormedOrigin();

    [GeneratedRegex(@"\A(/|[A-Za-z]:[\\/]|\\\\)")]
    private static partial Regex AbsolutePath();
}
