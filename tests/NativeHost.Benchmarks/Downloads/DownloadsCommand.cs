using System.CommandLine;

namespace NativeHost.Benchmarks.Downloads;

/// <summary><c>downloads FOLDER</c>: what a download costs, and what looking at one and at the cache costs.</summary>
internal static class DownloadsCommand
{
    private const string Cost = "cost";
    private const string Plain = "plain";
    private const string Watch = "watch";
    private const string List = "list";

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "On the disk to measure; the cache in it is removed." };
        var mebibytes = new Option<int>("--mib") { Description = "Size of the model, in MiB.", DefaultValueFactory = _ => 2048 };
        var pairs = new Option<int>("--pairs") { DefaultValueFactory = _ => 9 };
        var host = new Option<string?>("--host") { Description = "A published host, whose list is measured as well." };
        var parts = new Option<string[]>("--parts") { DefaultValueFactory = _ => [Cost, Plain, Watch, List], AllowMultipleArgumentsPerToken = true };
        parts.AcceptOnlyFromAmong(Cost, Plain, Watch, List);
        var command = new Command("downloads", "Measure downloads from a hub on this machine.") { folder, mebibytes, pairs, host, parts };
        command.SetAction(async (parsed, _) =>
        {
            var root = Directory.CreateDirectory(parsed.GetValue(folder)!).FullName;
            var size = (long)parsed.GetValue(mebibytes) << 20;
            foreach (var part in parsed.GetValue(parts)!)
            {
                await (part switch
                {
                    Cost => new DownloadBench(root, size, parsed.GetValue(pairs)).MeasureCostAsync(isPlain: false),
                    Plain => new DownloadBench(root, size, parsed.GetValue(pairs)).MeasureCostAsync(isPlain: true),
                    Watch => new DownloadBench(root, size, parsed.GetValue(pairs)).MeasureWatchingAsync(),
                    _ => new ListBench(root, parsed.GetValue(pairs)).MeasureAsync(parsed.GetValue(host)),
                });
            }
        });
        return command;
    }
}
