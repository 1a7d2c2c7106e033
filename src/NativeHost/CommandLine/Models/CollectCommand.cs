using System.CommandLine;
using NativeHost.ModelCache.Store;

namespace NativeHost.CommandLine.Models;

/// <summary><c>tabagent gc</c>: what no model needs any more goes.</summary>
internal static class CollectCommand
{
    private const int MostDays = 3650;

    public static Command Create(LibraryVerbs verbs)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Tell what would go, and delete nothing." };
        var days = new Option<int>("--days") { Description = "Leave what has changed in so many days.", DefaultValueFactory = _ => 7 };
        days.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > MostDays)
            {
                result.AddError($"--days is 0 to {MostDays}.");
            }
        });
        var json = LibraryVerbs.JsonOption();
        var command = new Command(
            "gc", "Delete what lies in the cache and belongs to no model: broken-off downloads, bytes that nothing points to, links that lead nowhere.")
        {
            dryRun,
            days,
            json,
        };
        command.SetAction((result, cancellationToken) => verbs.RunAsync(async library =>
        {
            var age = TimeSpan.FromDays(result.GetValue(days));
            var isDryRun = result.GetValue(dryRun);
            var report = isDryRun ? library.Garbage.Plan(age, cancellationToken) : library.Garbage.Collect(age, cancellationToken);
            if (result.GetValue(json))
            {
                await verbs.WriteJsonAsync(CollectOutcome.Of(report, isDryRun), ModelsJson.Default.CollectOutcome);
            }
            else
            {
                var words = verbs.WordsBeside(isJson: false);
                foreach (var file in report.Files)
                {
                    await words.WriteLineAsync($"{file.Repo}  {Word(file.Kind)}  {Amounts.Bytes(file.Bytes)}");
                }

                await words.WriteLineAsync($"{Amounts.Bytes(report.Bytes)} {(isDryRun ? "would be" : "are")} free again.");
            }

            foreach (var problem in report.Problems)
            {
                await verbs.ComplainAsync(problem);
            }

            return ExitCodes.Ok;
        }));
        return command;
    }

    private static string Word(GarbageKind kind) => kind switch
    {
        GarbageKind.OrphanBlob => "bytes that no model needs",
        GarbageKind.StaleDownload => "a download that was broken off",
        GarbageKind.OtherToolsDownload => "another tool's download that was broken off",
        GarbageKind.PutAside => "damaged bytes that were put aside",
        GarbageKind.BrokenPointer => "a file without its bytes",
        GarbageKind.EmptyFolder => "an empty folder",
        _ => "notes about what is gone",
    };
}
