// Everything a change has to pass, in the order that tells soonest: dotnet run scripts/check.cs
// The last line is always "N passed, N failed"; the exit code is 0 only if nothing failed.
#:property PublishAot=false
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

const int MaxSourceLines = 500;
var projectTimeout = TimeSpan.FromMinutes(6);
var rid = RuntimeInformation.RuntimeIdentifier switch
{
    var r when r.StartsWith("win", StringComparison.Ordinal) => "win-x64",
    var r when r.StartsWith("osx", StringComparison.Ordinal) => $"osx-{Architecture()}",
    _ => $"linux-{Architecture()}",
};
var watch = new Stopwatch();

await StepAsync("tools", () => InstallMissingAsync(["chromium", "shellcheck"]));
var built = await StepAsync("source files", SourceFilesAreShortAsync)
    && await StepAsync("restore", () => RunAsync("dotnet", "restore NativeHost.sln"))
    && await StepAsync("format", () => RunAsync("dotnet", "format NativeHost.sln --verify-no-changes --no-restore"))
    && await StepAsync("build", () => RunAsync("dotnet", "build NativeHost.sln -c Release --no-restore"))
    && await StepAsync("demo, as README has it", DemoTellsAStoryAsync)
    && await StepAsync($"publish {rid}", () => RunAsync("dotnet", $"publish src/NativeHost -c Release -r {rid} -o artifacts/publish/{rid}"));
if (!built)
{
    Console.WriteLine("0 passed, 1 failed");
    return 1;
}

var sum = new Tally(0, 0, 0);
foreach (var project in TestProjects())
{
    await StepAsync(project, async () =>
    {
        var tally = await TestAsync(project);
        sum = new(sum.Passed + tally.Passed, sum.Failed + tally.Failed, sum.Skipped + tally.Skipped);
        return tally.Failed == 0;
    });
}

Console.WriteLine($"{sum.Skipped} skipped");
Console.WriteLine($"{sum.Passed} passed, {sum.Failed} failed");
return sum.Failed == 0 ? 0 : 1;

async Task<bool> StepAsync(string name, Func<Task<bool>> step)
{
    Console.WriteLine($"== {name}");
    watch.Restart();
    var passed = await step();
    Console.WriteLine($"== {name}: {(passed ? "ok" : "FAILED")}, {watch.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)} s");
    return passed;
}

static string Architecture() => RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "x64";

// The browser tests come last: what they need, the other projects have tested in parts.
static IEnumerable<string> TestProjects() =>
    Directory.EnumerateDirectories("tests", "*.Tests")
        .Select(path => Path.GetFileName(path))
        .OrderBy(name => name.Contains("EndToEnd", StringComparison.Ordinal))
        .ThenBy(name => name, StringComparer.Ordinal);

async Task<Tally> TestAsync(string project)
{
    var results = Path.GetFullPath($"artifacts/test-results/{project}.xml");
    Directory.CreateDirectory(Path.GetDirectoryName(results)!);
    File.Delete(results);

    var passed = await RunAsync("dotnet", $"artifacts/bin/{project}/release/{project}.dll -noLogo -noColor -diagnostics -longRunning 70 -xml \"{results}\"", projectTimeout);
    if (!File.Exists(results))
    {
        Console.WriteLine($"{project} ended without results.");
        return new(0, 1, 0);
    }

    var assemblies = XDocument.Load(results).Descendants("assembly").ToList();
    int Count(string attribute) => assemblies.Sum(a => int.Parse(a.Attribute(attribute)?.Value ?? "0", CultureInfo.InvariantCulture));
    foreach (var test in assemblies.Descendants("test").Where(t => t.Attribute("result")?.Value == "Skip"))
    {
        Console.WriteLine($"SKIPPED {test.Attribute("name")?.Value}: {test.Element("reason")?.Value.Trim()}");
    }

    var failed = Count("failed") + Count("errors");
    // A run that fails without a failed test (a crash while it ended, a time-out) still is a failure.
    return new(Count("passed"), passed ? failed : Math.Max(failed, 1), Count("skipped"));
}

static async Task<bool> DemoTellsAStoryAsync()
{
    var printed = await ReadAsync("dotnet", "run --project src/NativeHost -c Release -- demo");
    Console.WriteLine(printed ?? "The demo failed.");
    return printed is not null && Regex.IsMatch(printed, @"\w{3}[.!][^[]*\[\d+ tokens, ");
}

static async Task<bool> SourceFilesAreShortAsync()
{
    var tracked = await ReadAsync("git", "ls-files -z -- *.cs");
    if (tracked is null)
    {
        Console.WriteLine("git does not list the tracked files.");
        return false;
    }

    var tooLong = tracked.Split('\0', StringSplitOptions.RemoveEmptyEntries)
        .Where(File.Exists)
        .Select(path => (path, lines: File.ReadLines(path).Count()))
        .Where(file => file.lines > MaxSourceLines)
        .ToList();
    foreach (var (path, lines) in tooLong)
    {
        Console.WriteLine($"{path} has {lines} lines; {MaxSourceLines} are allowed.");
    }

    return tooLong.Count == 0;
}

// A tool that cannot be installed fails nothing here: the tests that need it say so and skip.
static async Task<bool> InstallMissingAsync(string[] tools)
{
    var missing = tools.Where(tool => !IsOnPath(tool)).ToArray();
    if (missing.Length == 0)
    {
        return true;
    }

    var asRoot = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;
    var bySudo = !asRoot && OperatingSystem.IsLinux() && IsOnPath("sudo") && await RunAsync("sudo", "-n true");
    if (IsOnPath("apt-get") && (asRoot || bySudo))
    {
        const string Apt = "DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300";
        var before = bySudo ? "-n env " : "";
        var program = bySudo ? "sudo" : "env";
        if (await RunAsync(program, $"{before}{Apt} update")
            && await RunAsync(program, $"{before}{Apt} install -y --no-install-recommends {string.Join(' ', missing)}"))
        {
            return true;
        }
    }

    Console.WriteLine($"!! Not installed and not installable here: {string.Join(", ", missing)}. The tests that need them ARE SKIPPED.");
    return true;
}

static bool IsOnPath(string program) =>
    (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".exe")));

static async Task<bool> RunAsync(string program, string arguments, TimeSpan? timeout = null)
{
    try
    {
        using var process = Process.Start(program, arguments);
        using var time = new CancellationTokenSource(timeout ?? TimeSpan.FromMinutes(30));
        try
        {
            await process.WaitForExitAsync(time.Token);
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"{program} {arguments} did not end in time.");
            process.Kill(entireProcessTree: true);
            return false;
        }

        return process.ExitCode == 0;
    }
    catch (System.ComponentModel.Win32Exception e)
    {
        Console.WriteLine($"{program} does not start: {e.Message}");
        return false;
    }
}

static async Task<string?> ReadAsync(string program, string arguments)
{
    using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
    var text = await process.StandardOutput.ReadToEndAsync();
    await process.WaitForExitAsync();
    return process.ExitCode == 0 ? text : null;
}

/// <summary>How many tests ended which way.</summary>
internal sealed record Tally(int Passed, int Failed, int Skipped);
