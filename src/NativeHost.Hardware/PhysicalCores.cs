using NativeHost.Hardware.Probing;
using NativeHost.Hardware.Processor;

namespace NativeHost.Hardware;

/// <summary>The cores of this machine that compute at full speed side by side.</summary>
public static class PhysicalCores
{
    /// <summary>
    /// Threads to compute with where nobody says: one core is left to the browser, because an engine's threads wait for each other
    /// in a spin, and one that has lost its core holds up all.
    /// </summary>
    public static int DefaultThreads => Math.Max(1, Count() - 1);

    /// <summary>Physical cores that this process may use; at least 1.</summary>
    public static int Count()
    {
        // ProcessorCount knows of affinity and container limits; not every topology does.
        var usable = Environment.ProcessorCount;
        var physical = OperatingSystem.IsLinux() ? LinuxTopology.Read(SystemFile.TryRead).UsableCores
            : OperatingSystem.IsWindows() ? WindowsProcessorRecords.Read(new WindowsKernel().ProcessorRecords()).Cores.Count
            : (int)(new MacKernel().Number("hw.physicalcpu") ?? 0);
        if (physical == 0)
        {
            // Where the topology is hidden: most x86 machines run two threads a core, and ARM ones a single one.
            var threadsPerCore = System.Runtime.Intrinsics.X86.X86Base.IsSupported ? 2 : 1;
            physical = usable / threadsPerCore;
        }

        return Math.Clamp(physical, 1, usable);
    }
}
