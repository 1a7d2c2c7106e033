using System.Diagnostics;
using System.Globalization;
using NativeHost.Benchmarks.BrokerPath;

namespace NativeHost.Benchmarks.Downloads;

/// <summary>How long the list of what is cached takes.</summary>
internal sealed class ListBench(string folder, int runs)
{
    private const int Models = 1000;

    private string Home => Path.Combine(folder, "home");

    /// <param name="host">A published host; null for the scan alone.</param>
    public async Task MeasureAsync(string? host)
    {
        DownloadBench.Remove(Home);
        ListedCache.Write(Home, Models);
        var scans = (First: new List<double>(), Again: new List<double>());
        var lists = (First: new List<double>(), Again: new List<double>());
        for (var run = 0; run < runs; run++)
        {
            DownloadBench.Remove(Path.Combine(Home, "work"));
            scans.First.Add(await ScanAsync());
            scans.Again.Add(await ScanAsync());
            if (host is not null)
            {
                // Where the host keeps what it knows of the cache.
                DownloadBench.Remove(Path.Combine(Home, ".cache"));
                lists.First.Add(await ListAsync(host));
                lists.Again.Add(await ListAsync(host));
            }
        }

        Print("scan of 1,000 models", scans.First, scans.Again);
        if (host is not null)
        {
            Print("tabagent list of 1,000 models, whole process", lists.First, lists.Again);
        }

        DownloadBench.Remove(Home);
    }

    private static void Print(string what, List<double> first, List<double> again)
        => Figures.Print(
            what,
            string.Create(CultureInfo.InvariantCulture, $"{Figures.Median(first):F0} ms the first time, then {Figures.Median(again):F0} ms"),
            "< 200 ms");

    private async Task<double> ScanAsync()
    {
        using var child = await ChildProcess.StartAsync(isPlain: false, "list", Home);
        var figures = await child.RunAsync();
        return figures.Bytes == Models ? figures.Wall.TotalMilliseconds : throw new InvalidOperationException($"{figures.Bytes} models were found.");
    }

    private async Task<double> ListAsync(string host)
    {
        var start = new ProcessStartInfo(host, ["list"])
        {
            RedirectStandardOutput = true,
            Environment = { ["HF_HOME"] = Home, ["HOME"] = Home, ["HF_HUB_CACHE"] = null, ["XDG_CACHE_HOME"] = null },
        };
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The host did not start.");
        var lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n').Count(line => line.Contains(":Q4_K_M", StringComparison.Ordinal));
        await process.WaitForExitAsync();
        return lines == Models ? watch.Elapsed.TotalMilliseconds : throw new InvalidOperationException($"{lines} models were listed.");
    }
}
