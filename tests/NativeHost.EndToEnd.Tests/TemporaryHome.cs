namespace NativeHost.EndToEnd.Tests;

/// <summary>A home folder of its own for a browser, an installer and a host; gone with the test.</summary>
internal sealed class TemporaryHome : IAsyncDisposable
{
    public TemporaryHome()
    {
        // Registration serves the browsers that are there, and a browser is there when its folder is.
        Directory.CreateDirectory(ChromiumProfile);
        Directory.CreateDirectory(Runtime);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("tabagent-e2e-").FullName;

    /// <summary>The profile folder in which Debian's Chromium looks for a user's own registrations.</summary>
    public string ChromiumProfile => Path.Combine(Folder, ".config/chromium");

    /// <summary>Where the installer puts the programs.</summary>
    public string Programs => Path.Combine(Folder, ".local/share/TabAgent/bin");

    /// <summary>Where the host looks for models on Linux.</summary>
    public string Models => Path.Combine(Folder, ".local/share/TabAgent/models");

    /// <summary>Where the host keeps its logs on Linux.</summary>
    public string Logs => Path.Combine(Folder, ".local/state/TabAgent/logs");

    /// <summary>The user's runtime folder, in which a broker is met.</summary>
    public string Runtime => Path.Combine(Folder, "run");

    /// <summary>What processes in this home have in their environment beside what it takes to live there.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Makes a process started with <paramref name="start"/> live in this home, not in the user's.</summary>
    public void Give(ProcessStartInfo start)
    {
        string[] foreign = ["XDG_", "CHROME_", "TABAGENT_", "HF_", "OLLAMA_", "LLAMA_"];
        foreach (var name in start.Environment.Keys.ToList())
        {
            if (foreign.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                start.Environment.Remove(name);
            }
        }

        start.Environment["HOME"] = Folder;
        start.Environment["XDG_RUNTIME_DIR"] = Runtime;
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }
    }

    /// <summary>Registers any file as a native host by hand, as the installer would the real one.</summary>
    public void RegisterInChromium(string hostName, string executable, string extensionId) =>
        RegisterInProfile(ChromiumProfile, hostName, executable, extensionId);

    /// <summary>The same for a folder of user's data that no installer knows.</summary>
    public static void RegisterInProfile(string profile, string hostName, string executable, string extensionId)
    {
        var folder = Directory.CreateDirectory(Path.Combine(profile, "NativeMessagingHosts")).FullName;
        var manifest = new JsonObject
        {
            ["name"] = hostName,
            ["description"] = "End-to-end test",
            ["path"] = executable,
            ["type"] = "stdio",
            ["allowed_origins"] = new JsonArray($"chrome-extension://{extensionId}/"),
        };
        File.WriteAllText(Path.Combine(folder, $"{hostName}.json"), manifest.ToJsonString());
    }

    /// <summary>Everything below this home that the host or its installer left: their own folders and all registrations.</summary>
    public IReadOnlyList<string> TracesOfHost() =>
    [
        .. Directory.EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Folder, path))
            .Where(path => path.Contains("tabagent", StringComparison.OrdinalIgnoreCase) || IsRegistration(path))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Ends the broker of this home by its own verb.</summary>
    public Task StopBrokerAsync() => TypeAsync("stop");

    /// <summary>Runs a verb of the published program.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> TypeAsync(params string[] words)
    {
        var start = new ProcessStartInfo(Repository.Published(), words) { RedirectStandardOutput = true };
        Give(start);
        using var verb = Process.Start(start)!;
        await verb.StandardOutput.ReadToEndAsync();
        await verb.WaitForExitAsync();
        return verb.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(Path.Combine(Runtime, "tabagent")))
        {
            await StopBrokerAsync();
        }

        // A browser's last processes may still write for a moment after it has exited.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(Folder, recursive: true);
                return;
            }
            catch (IOException) when (attempt < 20)
            {
                await Task.Delay(100);
            }
        }
    }

    private static bool IsRegistration(string path) =>
        Path.GetFileName(Path.GetDirectoryName(path)) is "NativeMessagingHosts" or "native-messaging-hosts";
}
