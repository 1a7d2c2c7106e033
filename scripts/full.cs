// Everything that is too long for each change: dotnet run scripts/full.cs
// The check with the long tests in it, 300 faults under streams with their tally, 200 kills under conversations with theirs, 200 kills under
// downloads and what downloads of 2 GiB that are killed ten times cost, a model on a GPU (a software driver of Vulkan will do), and the benchmarks.
#:property PublishAot=false
using System.Diagnostics;
using System.Runtime.InteropServices;

const string VulkanOutput = "artifacts/vulkan";
const string EngineTests = "NativeHost.LlamaCpp.Tests";
const string EndToEndTests = "NativeHost.EndToEnd.Tests";
const string ModelCacheTests = "NativeHost.ModelCache.Tests";
const string StorageTests = "NativeHost.Storage.Tests";
Dictionary<string, string> longRun = new() { ["TABAGENT_LONG"] = "1" };
Dictionary<string, string> manyFaults = new() { ["TABAGENT_FAULTS"] = "300" };
Dictionary<string, string> manyKills = new() { ["TABAGENT_FAULTS"] = "200", ["TABAGENT_LONG"] = "1" };
// Without this, ggml leaves out a device that is not a real GPU.
Dictionary<string, string> vulkan = new() { ["TABAGENT_EXPECT_GPU"] = "1", ["GGML_VK_VISIBLE_DEVICES"] = "0" };
var failed = new List<string>();

await StepAsync("check with the long tests", "dotnet", "run scripts/check.cs", longRun);
await StepAsync("faults", "dotnet", $"artifacts/bin/{EndToEndTests}/release/{EndToEndTests}.dll -noLogo -noColor -showLiveOutput -class *.FaultTests", manyFaults);
await StepAsync("kills under conversations", "dotnet", $"artifacts/bin/{StorageTests}/release/{StorageTests}.dll -noLogo -noColor -showLiveOutput -class *.KillTests", manyKills);
await StepAsync("faults under downloads", "dotnet", $"artifacts/bin/{ModelCacheTests}/release/{ModelCacheTests}.dll -noLogo -noColor -showLiveOutput -parallel none -namespace {ModelCacheTests}.Matrix", manyKills);
if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess)
{
    const string Apt = "DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300";
    await StepAsync("Vulkan driver", "env", $"{Apt} install -y --no-install-recommends mesa-vulkan-drivers libvulkan1");
}

if (await StepAsync("build with Vulkan", "dotnet", $"build tests/{EngineTests} -c Release -p:WithVulkan=true --artifacts-path {VulkanOutput}"))
{
    await StepAsync("a model on Vulkan", "dotnet", $"{VulkanOutput}/bin/{EngineTests}/release/{EngineTests}.dll -noLogo -noColor -class *.GpuTests", vulkan);
}

await StepAsync("benchmarks", "dotnet", $"run --project tests/NativeHost.Benchmarks -c Release -- artifacts/publish/{RuntimeInformation.RuntimeIdentifier}/tabagent tests/NativeHost.Benchmarks/pong.mjs");
await StepAsync("downloads", "dotnet", $"run --project tests/NativeHost.Benchmarks -c Release -- downloads artifacts/downloads --mib 512 --pairs 3 --host artifacts/publish/{RuntimeInformation.RuntimeIdentifier}/tabagent");
Console.WriteLine(failed.Count == 0 ? "All steps passed." : $"FAILED: {string.Join(", ", failed)}");
return failed.Count == 0 ? 0 : 1;

async Task<bool> StepAsync(string name, string program, string arguments, Dictionary<string, string>? environment = null)
{
    Console.WriteLine($"== {name}");
    var watch = Stopwatch.StartNew();
    var start = new ProcessStartInfo(program, arguments);
    foreach (var (variable, value) in environment ?? [])
    {
        start.Environment[variable] = value;
    }

    using var process = Process.Start(start)!;
    await process.WaitForExitAsync();
    var passed = process.ExitCode == 0;
    Console.WriteLine($"== {name}: {(passed ? "ok" : "FAILED")}, {watch.Elapsed.TotalSeconds:F0} s");
    if (!passed)
    {
        failed.Add(name);
    }

    return passed;
}
