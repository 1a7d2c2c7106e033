using System.Runtime.InteropServices;
using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware;

/// <summary>The operating system. Null where it does not tell.</summary>
/// <param name="Name"><c>linux</c>, <c>windows</c> or <c>macos</c>.</param>
/// <param name="Version">Of the kernel on Linux, else of the system.</param>
/// <param name="Architecture">Of the processor as this process sees it, such as <c>x86_64</c> or <c>aarch64</c>.</param>
/// <param name="Title">Name and version for people.</param>
public sealed record SystemFacts(string Name, string? Version, string Architecture, string Title)
{
    /// <summary>The first build that is called Windows 11; the registry goes on to call it 10.</summary>
    private const long FirstWindows11 = 22000;

    private const string WindowsKey = @"SOFTWARE\Microsoft\Windows NT\CurrentVersion";

    internal static SystemFacts OnLinux(ISystemFiles files)
    {
        var kernel = files.Read("/proc/sys/kernel/osrelease")?.Trim();
        var distribution = FieldText.Of("PRETTY_NAME", '=', files.Read("/etc/os-release") ?? files.Read("/usr/lib/os-release"))?.Trim('"', '\'');
        return new SystemFacts("linux", kernel, ArchitectureName, distribution is null ? $"Linux {kernel}".TrimEnd() : $"{distribution} (Linux {kernel})");
    }

    internal static SystemFacts OnWindows(IMachineRegistry registry)
    {
        var build = registry.Text(WindowsKey, "CurrentBuildNumber");
        var product = registry.Text(WindowsKey, "ProductName") ?? "Windows";
        product = FieldText.Number(build) >= FirstWindows11 ? product.Replace("Windows 10", "Windows 11", StringComparison.Ordinal) : product;
        var version = build is null ? null : $"10.0.{build}.{registry.Number(WindowsKey, "UBR") ?? 0}";
        return new SystemFacts("windows", version, ArchitectureName, string.Join(' ', new[] { product, registry.Text(WindowsKey, "DisplayVersion"), version is null ? null : $"({version})" }.OfType<string>()));
    }

    internal static SystemFacts OnMacOS(IMacKernel kernel)
    {
        var version = kernel.Text("kern.osproductversion");
        return new SystemFacts("macos", version, ArchitectureName, $"macOS {version}".TrimEnd());
    }

    private static string ArchitectureName => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "x86_64",
        System.Runtime.InteropServices.Architecture.Arm64 => "aarch64",
        var other => other.ToString().ToLowerInvariant(),
    };
}
