using System.CommandLine;

namespace NativeHost.CommandLine.Models;

/// <summary><c>tabagent gc</c>: what no model needs any more goes.</summary>
internal static class CollectCommand
{
    private const int MostDays = 3650;

    public static Command Create(TextWriter output, TextWriter errors)
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
        var command = new Command(
            "gc", "Delete what lies in the cache and belongs to no model: broken-off downloads, bytes that nothing points to, links that lead nowhere.")
        {
            dryRun,
            days,
        };
        command.SetAction((result, cancellationToken) => LibraryVerb.RunAsync(errors, async library =>
        {
            var age = TimeSpan.FromDays(result.GetValue(days));
            var isDryRun = result.GetValue(dryRun);
            var report = isDryRun ? library.Garbage.Plan(age, cancellationToken) : library.Garbage.Collect(age, cancellationToken);
            foreach (var file in report.Files)
            {
                await output.WriteLineAsync($"{file.Repo}  {file.Kind}  {PullWords.Bytes(file.Bytes)}");
            }

            foreach (var problem in report.Problems)
            {
                await errors.WriteLineAsync($"tabagent: {problem}");
            }

            await output.WriteLineAsync($"{PullWords.Bytes(report.Bytes)} {(isDryRun ? "would be" : "are")} free again.");
            return ExitCodes.Ok;
        }));
        return command;
    }
}
