namespace NativeHost.Inference.Machine;

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
        // ProcessorCount knows of affinity and container limits; the topology does not.
        var usable = Environment.ProcessorCount;
        var physical = OperatingSystem.IsLinux() ? CountIn(SiblingLists()) : 0;
        if (physical == 0)
        {
            // Where the topology is hidden: most x86 machines run two threads a core, and ARM ones a single one.
            var threadsPerCore = System.Runtime.Intrinsics.X86.X86Base.IsSupported ? 2 : 1;
            physical = usable / threadsPerCore;
        }

        return Math.Clamp(physical, 1, usable);
    }

    /// <summary>Number of different cores among the hardware threads' lists of siblings; 0 where there are none.</summary>
    internal static int CountIn(IEnumerable<string> siblingLists) => siblingLists.Distinct(StringComparer.Ordinal).Count();

    private static IEnumerable<string> SiblingLists()
    {
        const string Processors = "/sys/devices/system/cpu";
        for (var processor = 0; processor < 4096; processor++)
        {
            var text = SystemFile.TryRead($"{Processors}/cpu{processor}/topology/thread_siblings_list");
            if (text is null)
            {
                yield break;
            }

            yield return text.Trim();
        }
    }
}
