namespace NativeHost.EndToEnd.Tests;

/// <summary>Waiting for what another process does and tells nobody about.</summary>
internal static class Polling
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <returns>The first value that is not null.</returns>
    /// <exception cref="TimeoutException">There was none within <paramref name="patience"/>.</exception>
    public static async Task<T> UntilAsync<T>(
        string what, TimeSpan patience, Func<Task<T?>> look, CancellationToken cancellationToken)
        where T : class
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            if (await look() is { } found)
            {
                return found;
            }

            if (clock.Elapsed > patience)
            {
                throw new TimeoutException($"Waited {patience.TotalSeconds:0.#} s for {what}.");
            }

            await Task.Delay(Interval, cancellationToken);
        }
    }

    /// <returns>Whether no process ran this file any more (or only zombies did) within <paramref name="patience"/>.</returns>
    public static async Task<bool> ProgramGoneAsync(string file, TimeSpan patience, CancellationToken cancellationToken)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            if (!ProcessesOf(file).Any())
            {
                return true;
            }

            if (clock.Elapsed > patience)
            {
                return false;
            }

            await Task.Delay(Interval, cancellationToken);
        }
    }

    /// <returns>Whether the process was gone (or only a zombie was left of it) within <paramref name="patience"/>.</returns>
    public static async Task<bool> ProcessGoneAsync(int pid, TimeSpan patience, CancellationToken cancellationToken)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            if (!IsRunning(pid))
            {
                return true;
            }

            if (clock.Elapsed > patience)
            {
                return false;
            }

            await Task.Delay(Interval, cancellationToken);
        }
    }

    /// <summary>Whether there is such a process, and not only a zombie of it.</summary>
    public static bool IsRunning(int pid)
    {
        try
        {
            // "PID (name) S …", where S is Z for a process that has ended and was not yet waited for.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The host's processes that live in a home: fronts, brokers and workers, stopped ones too, zombies not.</summary>
    public static IReadOnlyList<HomeProcess> ProcessesIn(TemporaryHome home)
    {
        var found = new List<HomeProcess>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            // A zombie has neither arguments nor an environment.
            if (int.TryParse(Path.GetFileName(folder), out var pid)
                && TextsOf(folder, "cmdline") is [var program, var first, ..]
                && Path.GetFileName(program) is "tabagent" or "tabagent-host"
                && TextsOf(folder, "environ").Contains($"XDG_RUNTIME_DIR={home.Runtime}"))
            {
                found.Add(new HomeProcess(pid, Path.GetFileName(program) == "tabagent" ? first : HomeProcess.Front));
            }
        }

        return found;
    }

    /// <summary>Process ids of those that run a file.</summary>
    public static IEnumerable<int> ProcessesOf(string file)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            // A zombie has no executable, so it is not found.
            if (int.TryParse(Path.GetFileName(folder), out var pid) && ExecutableOf(folder) == file)
            {
                yield return pid;
            }
        }
    }

    private static string[] TextsOf(string processFolder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(processFolder, file)).Split('\0');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? ExecutableOf(string processFolder)
    {
        try
        {
            return File.ResolveLinkTarget(Path.Combine(processFolder, "exe"), returnFinalTarget: false)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>A process of the host's.</summary>
/// <param name="Role"><see cref="Front"/>, or the verb that it was started with.</param>
internal sealed record HomeProcess(int Pid, string Role)
{
    public const string Front = "front";
    public const string Broker = "broker";
    public const string Worker = "worker";
}
