using System.Collections.Concurrent;

namespace NativeHost.EndToEnd.Tests.Browser;

/// <summary>A headless Chromium in a temporary home, driven over its DevTools socket; it ends with this object.</summary>
internal sealed class ChromiumBrowser : IAsyncDisposable
{
    /// <summary>How long anything a browser does may take: a first run on a cold, busy machine was seen to need 23 s.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();
    private DevToolsConnection? _devTools;

    private ChromiumBrowser(Process process)
    {
        _process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What the browser and the hosts it started wrote to stderr.</summary>
    public string Log => string.Join('\n', _log);

    /// <summary>Skips the running test, with the reason, where no browser is installed or its registration is not Linux's.</summary>
    public static void RequireInstalled()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The browser tests register the host as Linux does.");
        Assert.SkipWhen(FindInstalled() is null, "No chromium in PATH. On Debian or Ubuntu: apt-get install chromium");
    }

    public static Task<ChromiumBrowser> StartAsync(TemporaryHome home, CancellationToken cancellationToken) =>
        StartAsync(home, home.ChromiumProfile, cancellationToken);

    /// <param name="profile">Folder of the user's data; two browsers at a time need two.</param>
    public static async Task<ChromiumBrowser> StartAsync(TemporaryHome home, string profile, CancellationToken cancellationToken)
    {
        // A browser that ran there before has left its own.
        var portFile = Path.Combine(profile, "DevToolsActivePort");
        File.Delete(portFile);
        var start = new ProcessStartInfo(FindInstalled()!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync", "--disable-quic",
                "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
                "--host-resolver-rules=MAP * ~NOTFOUND", "--password-store=basic", "--enable-logging=stderr",
                "--enable-unsafe-extension-debugging", "--remote-debugging-port=0",
                $"--user-data-dir={profile}", "about:blank",
            },
        };
        home.Give(start);
        var browser = new ChromiumBrowser(Process.Start(start)!);
        try
        {
            await browser.ConnectAsync(portFile, cancellationToken);
            return browser;
        }
        catch (Exception e)
        {
            await browser.DisposeAsync();
            throw new DevToolsException($"Chromium did not start: {e.Message}\n{browser.Log}");
        }
    }

    /// <summary>Loads an unpacked extension and attaches to its service worker.</summary>
    public async Task<ExtensionWorker> LoadExtensionAsync(string folder, CancellationToken cancellationToken)
    {
        var loaded = await CallAsync("Extensions.loadUnpacked", new JsonObject { ["path"] = folder }, cancellationToken);
        return await AttachToWorkerAsync(loaded["id"]!.GetValue<string>(), cancellationToken);
    }

    /// <summary>Ends an extension's service worker, as the browser does when it needs the memory; its ports close.</summary>
    public async Task StopWorkerAsync(string extensionId, CancellationToken cancellationToken)
    {
        var target = await FindWorkerAsync(extensionId, cancellationToken);
        await CallAsync("Target.closeTarget", new JsonObject { ["targetId"] = target }, cancellationToken);
        await Polling.UntilAsync(
            "the service worker's end",
            Patience,
            async () => await FindWorkerAsync(extensionId, cancellationToken) is null ? "gone" : null,
            cancellationToken);
    }

    /// <summary>Has a message of the extension's page start its service worker again, and attaches to it.</summary>
    public async Task<ExtensionWorker> WakeWorkerAsync(string extensionId, CancellationToken cancellationToken)
    {
        var page = new JsonObject { ["url"] = $"chrome-extension://{extensionId}/page.html" };
        await CallAsync("Target.createTarget", page, cancellationToken);
        return await AttachToWorkerAsync(extensionId, cancellationToken);
    }

    /// <summary>Ends the browser as a crash does.</summary>
    public async Task KillAsync()
    {
        await _devTools!.DisposeAsync();
        _devTools = null;
        _process.Kill();
        await WaitForExitAsync(TimeSpan.FromSeconds(10));
    }

    public async ValueTask DisposeAsync()
    {
        if (_devTools is not null)
        {
            try
            {
                await _devTools.CallAsync("Browser.close", [], null, TimeSpan.FromSeconds(5), CancellationToken.None);
            }
            catch (Exception e) when (e is DevToolsException or TimeoutException)
            {
                // It closes its socket before it answers, or will not close and is killed below.
            }

            await WaitForExitAsync(TimeSpan.FromSeconds(10));
            await _devTools.DisposeAsync();
        }

        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await WaitForExitAsync(TimeSpan.FromSeconds(10));
        }

        _process.Dispose();
    }

    private async Task<ExtensionWorker> AttachToWorkerAsync(string extensionId, CancellationToken cancellationToken)
    {
        var target = await Polling.UntilAsync(
            "the extension's service worker", Patience, () => FindWorkerAsync(extensionId, cancellationToken), cancellationToken);
        var attached = await CallAsync(
            "Target.attachToTarget", new JsonObject { ["targetId"] = target, ["flatten"] = true }, cancellationToken);
        var worker = new ExtensionWorker(_devTools!, extensionId, attached["sessionId"]!.GetValue<string>());
        await worker.WaitUntilReadyAsync(cancellationToken);
        return worker;
    }

    private static string? FindInstalled() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => new[] { Path.Combine(folder, "chromium"), Path.Combine(folder, "chromium-browser") })
            .FirstOrDefault(File.Exists);

    private async Task ConnectAsync(string portFile, CancellationToken cancellationToken)
    {
        var address = await Polling.UntilAsync(
            "Chromium's DevTools port",
            Patience,
            () => _process.HasExited
                ? throw new DevToolsException($"it exited with code {_process.ExitCode}")
                : Task.FromResult(ReadAddress(portFile)),
            cancellationToken);
        _devTools = await DevToolsConnection.OpenAsync(address, cancellationToken);
    }

    // The file holds the port and the path on a line each; it may be seen half written.
    private static Uri? ReadAddress(string portFile)
    {
        var lines = File.Exists(portFile) ? File.ReadAllLines(portFile) : [];
        return lines.Length == 2 ? new Uri($"ws://127.0.0.1:{lines[0]}{lines[1]}") : null;
    }

    private async Task<string?> FindWorkerAsync(string extensionId, CancellationToken cancellationToken)
    {
        var everything = new JsonObject { ["filter"] = new JsonArray(new JsonObject()) };
        var targets = await CallAsync("Target.getTargets", everything, cancellationToken);
        return targets["targetInfos"]!.AsArray()
            .Where(target => target!["type"]!.GetValue<string>() == "service_worker"
                && target["url"]!.GetValue<string>().StartsWith($"chrome-extension://{extensionId}/", StringComparison.Ordinal))
            .Select(target => target!["targetId"]!.GetValue<string>())
            .FirstOrDefault();
    }

    private Task<JsonObject> CallAsync(string method, JsonObject parameters, CancellationToken cancellationToken) =>
        _devTools!.CallAsync(method, parameters, session: null, Patience, cancellationToken);

    // Polled, because Process.WaitForExitAsync also waits for stderr, which an orphaned host would hold open.
    private async Task WaitForExitAsync(TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        while (!_process.HasExited && clock.Elapsed < patience)
        {
            await Task.Delay(20);
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            _log.Enqueue(line.Data);
        }
    }
}
