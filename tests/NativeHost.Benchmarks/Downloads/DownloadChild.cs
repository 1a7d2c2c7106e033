using System.Globalization;
using System.Security.Cryptography;
using NativeHost.Hardware.Planning;
using NativeHost.Library;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Variants;
using NativeHost.Settings;

namespace NativeHost.Benchmarks.Downloads;

/// <summary>
/// What a process does that <see cref="ChildProcess"/> starts: it gets ready, waits for a line, does one thing, and prints what that cost.
/// </summary>
internal static class DownloadChild
{
    private const int ReadBytes = 1 << 20;

    // Code that ran often enough is compiled again, by a thread that waits for calm.
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(150);

    public static async Task RunAsync(string[] words)
    {
        await (words switch
        {
            ["pull", var home, var endpoint, var warmUps] => PullAsync(home, endpoint, int.Parse(warmUps, CultureInfo.InvariantCulture)),
            ["bare", var path, var address, var warmUps] => BareAsync(path, new Uri(address), int.Parse(warmUps, CultureInfo.InvariantCulture)),
            ["hash", var path] => HashAsync(path),
            ["list", var home] => ListAsync(home),
            _ => throw new ArgumentException($"Nobody says {string.Join(' ', words)}.", nameof(words)),
        });
    }

    /// <summary>Pulls the large model as the host does. The plan is made before.</summary>
    /// <param name="warmUps">How many small ones are pulled before, as by a process that has run for a while.</param>
    private static async Task PullAsync(string home, string endpoint, int warmUps)
    {
        await using var library = LibraryOf(home, endpoint);
        for (var number = 0; number < warmUps; number++)
        {
            await EndAsync(library, await PlanAsync(library, HubProcess.WarmUpModel(number)));
            await Task.Delay(Calm);
        }

        var plan = await PlanAsync(library, HubProcess.Model);
        await MeasureAsync(async () => (await EndAsync(library, plan)).ReceivedBytes);
    }

    private static async Task BareAsync(string path, Uri address, int warmUps)
    {
        for (var number = 0; number < warmUps; number++)
        {
            BareDownload.Run(path, address, HubProcess.WarmUpBytes);
            await Task.Delay(Calm);
        }

        File.Delete(path);
        await MeasureAsync(() => Task.FromResult(BareDownload.Run(path, address, long.MaxValue)));
    }

    private static Task HashAsync(string blob) => MeasureAsync(() => Task.FromResult(Hash(blob)));

    /// <summary>Reads a blob once from beginning to end and hashes it, and nothing else.</summary>
    /// <returns>Its length.</returns>
    private static long Hash(string blob)
    {
        using var file = File.OpenHandle(blob, options: FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[ReadBytes];
        var position = 0L;
        for (int read; (read = RandomAccess.Read(file, buffer, position)) > 0; position += read)
        {
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset()) == Path.GetFileName(blob)
            ? position
            : throw new InvalidOperationException($"{blob} is not what its name says.");
    }

    private static Task ListAsync(string home)
        => MeasureAsync(async () =>
        {
            await using var library = LibraryOf(home, "http://127.0.0.1:9/");
            return library.Scan.Read(CancellationToken.None).Repositories.Count;
        });

    private static async Task MeasureAsync(Func<Task<long>> work)
    {
        await Console.Out.WriteLineAsync(ChildProcess.Ready);
        await Console.In.ReadLineAsync();
        await Console.Out.WriteLineAsync((await ChildFigures.MeasureAsync(work)).ToString());
    }

    private static ModelLibrary LibraryOf(string home, string endpoint)
    {
        var environment = new Dictionary<string, string> { ["HF_HOME"] = home, ["HF_ENDPOINT"] = endpoint };
        var folders = new LibraryFolders(home, Path.Combine(home, "work"), Path.Combine(home, "packed"));
        return new ModelLibrary(environment.GetValueOrDefault, folders, HostSettings.Default, TimeProvider.System);
    }

    private static Task<PullPlan> PlanAsync(ModelLibrary library, string model)
        => library.Planner.PlanAsync(ModelAddress.Parse(model), freeBytes: null, new PlanSettings(), CancellationToken.None);

    /// <exception cref="InvalidOperationException">The model did not come.</exception>
    private static async Task<PullStatus> EndAsync(ModelLibrary library, PullPlan plan)
    {
        var status = await library.Pulls.Start(plan, priority: 0).EndAsync(CancellationToken.None);
        return status.State == PullState.Completed
            ? status
            : throw new InvalidOperationException($"The pull ended as {status.State}.", status.Failure);
    }
}
