// Publishes the host for every platform it runs on, or for those named: dotnet run scripts/publish.cs [rid ...]
// Each lands in artifacts/publish/<rid>: the executable, and the native libraries beside it.
#:property PublishAot=false
using System.Diagnostics;

string[] platforms = ["linux-x64", "linux-arm64", "win-x64", "osx-arm64", "osx-x64"];
var wanted = args.Length > 0 ? args : platforms;
if (wanted.Except(platforms).FirstOrDefault() is { } unknown)
{
    Console.WriteLine($"{unknown} is not published; these are: {string.Join(", ", platforms)}.");
    return 2;
}

var failed = 0;
foreach (var rid in wanted)
{
    var folder = $"artifacts/publish/{rid}";
    if (Directory.Exists(folder))
    {
        // What an earlier version left there must not be shipped with this one.
        Directory.Delete(folder, recursive: true);
    }

    using var dotnet = Process.Start("dotnet", ["publish", "src/NativeHost", "-c", "Release", "-r", rid, "-o", folder]);
    await dotnet.WaitForExitAsync();
    var bytes = Directory.Exists(folder)
        ? new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)
        : 0;
    Console.WriteLine(dotnet.ExitCode == 0 ? $"== {rid}: {bytes / (1024 * 1024)} MiB in {folder}" : $"== {rid}: FAILED");
    failed += dotnet.ExitCode == 0 ? 0 : 1;
}

return failed == 0 ? 0 : 1;
