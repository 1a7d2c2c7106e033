using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NativeHost.EndToEnd.Tests.Browser;

/// <summary>A headless Chromium with the test extension in it, driven through DevTools.</summary>
internal sealed class ChromiumBrowser : IAsyncDisposable
{
    // A cold file cache on a loaded machine has been seen to take more than twenty seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(10);

    // Without the last four a headless browser still asks the network for names, and asks a keyring for a password.
    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0",
        "--enable-unsafe-extension-debugging", "--disable-sync", "--disable-quic",
        "--disable-background-networking", "--disable-component-update",
        "--host-resolver-rules=MAP * ~NOTFOUND", "--password-store=basic",
    ];

    private static readonly string[] Names = ["chromium", "chromium-browser"];

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private DevTools? _devTools;
    private string _worker = "";

    private ChromiumBrowser(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What the browser and the hosts it started wrote to stdout and stderr so far.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts the browser of the user whose home this is and loads the extension; skips the test without a browser.</summary>
    public static async Task<ChromiumBrowser> StartAsync(TemporaryHome home, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Executable(), [.. Flags, $"--user-data-dir={home.ChromiumProfile}", "about:blank"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        home.Apply(start);
        var browser = new ChromiumBrowser(Process.Start(start)!);
        try
        {
            await browser.PrepareAsync(home, cancellationToken);
            return browser;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var output = browser.Output;
            await browser.DisposeAsync();
            throw new InvalidOperationException($"The browser did not get ready. It wrote:\n{output}", e);
        }
    }

    /// <summary>Calls a function of the extension's worker and awaits what it promises.</summary>
    /// <param name="arguments">JSON values, handed over as they are.</param>
    public Task<JsonElement> CallAsync(string function, CancellationToken cancellationToken, params string[] arguments) =>
        _devTools!.EvaluateAsync(_worker, $"{function}({string.Join(", ", arguments)})", cancellationToken);

    /// <summary>Connects to a host as the extension does.</summary>
    /// <returns>The number that the worker's functions know the port by.</returns>
    public async Task<string> OpenPortAsync(string hostName, CancellationToken cancellationToken) =>
        (await CallAsync("openPort", cancellationToken, $"'{hostName}'")).GetInt32().ToString(CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(ClosePatience);
        try
        {
            if (_devTools is not null)
            {
                await _devTools.SendAsync("Browser.close", cancellationToken: patience.Token);
            }

            await _process.WaitForExitAsync(patience.Token);
        }
        catch (Exception e) when (e is DevToolsException or OperationCanceledException or TimeoutException)
        {
            // A browser that does not close when asked is killed below.
        }

        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        if (_devTools is not null)
        {
            await _devTools.DisposeAsync();
        }

        _process.Dispose();
    }

    private static string Executable()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var found = folders.SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(found is null, "Chromium is not installed: scripts/check.cs installs it where it can.");
        return found!;
    }

    private async Task PrepareAsync(TemporaryHome home, CancellationToken cancellationToken)
    {
        var address = await UntilAsync(() => DevToolsAddressAsync(home), "DevToolsActivePort", cancellationToken);
        _devTools = await DevTools.ConnectAsync(address, cancellationToken);

        var loaded = await _devTools.SendAsync(
            "Extensions.loadUnpacked", new() { ["path"] = TestExtension.Folder }, cancellationToken: cancellationToken);
        Assert.Equal(TestExtension.Id, loaded.GetProperty("id").GetString());

        var target = await UntilAsync(() => WorkerTargetAsync(cancellationToken), "the service worker", cancellationToken);
        var attached = await _devTools.SendAsync(
            "Target.attachToTarget", new() { ["targetId"] = target, ["flatten"] = true }, cancellationToken: cancellationToken);
        _worker = attached.GetProperty("sessionId").GetString()!;
        await UntilAsync(() => WorkerIsReadyAsync(cancellationToken), "the worker's functions", cancellationToken);
    }

    /// <summary>The port and path that the browser writes to its profile once it listens.</summary>
    private async Task<Uri?> DevToolsAddressAsync(TemporaryHome home)
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"The browser ended with exit code {_process.ExitCode}.");
        }

        var file = Path.Combine(home.ChromiumProfile, "DevToolsActivePort");
        var lines = File.Exists(file) ? await File.ReadAllLinesAsync(file) : [];
        return lines.Length >= 2 ? new Uri($"ws://127.0.0.1:{lines[0]}{lines[1]}") : null;
    }

    private async Task<string?> WorkerTargetAsync(CancellationToken cancellationToken)
    {
        var everyType = new JsonObject { ["filter"] = new JsonArray(new JsonObject()) };
        var targets = await _devTools!.SendAsync("Target.getTargets", everyType, cancellationToken: cancellationToken);
        return targets.GetProperty("targetInfos").EnumerateArray()
            .Where(target => target.GetProperty("type").ValueEquals("service_worker")
                && target.GetProperty("url").GetString()!.Contains(TestExtension.Id, StringComparison.Ordinal))
            .Select(target => target.GetProperty("targetId").GetString())
            .FirstOrDefault();
    }

    /// <summary>The target appears some tens of milliseconds before its script has run.</summary>
    private async Task<object?> WorkerIsReadyAsync(CancellationToken cancellationToken)
    {
        var ready = await _devTools!.EvaluateAsync(
            _worker, "typeof chrome === 'object' && typeof closePort === 'function'", cancellationToken);
        return ready.ValueKind == JsonValueKind.True ? ready : null;
    }

    private static async Task<T> UntilAsync<T>(Func<Task<T?>> probe, string what, CancellationToken cancellationToken)
        where T : class
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Patience)
        {
            if (await probe() is { } value)
            {
                return value;
            }

            await Task.Delay(PollInterval, cancellationToken);
        }

        throw new TimeoutException($"{what} did not appear.");
    }
}
