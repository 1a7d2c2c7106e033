using System.Globalization;

namespace NativeHost.Hardware;

/// <summary>The cores of this machine that compute at full speed side by side.</summary>
public static class PhysicalCores
{
    private const int MostProcessors = 4096;

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
        var physical = OperatingSystem.IsLinux() ? CountIn(SiblingLists(SystemFile.TryRead)) : 0;
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

    /// <summary>The list of each hardware thread that is on.</summary>
    /// <param name="read">Gives a file's text, or null; the file system in earnest.</param>
    internal static IEnumerable<string> SiblingLists(Func<string, string?> read)
    {
        const string Processors = "/sys/devices/system/cpu";

        // Numbers of threads that are off have no topology, and may lie between those of others.
        for (var processor = 0; processor <= Last(read($"{Processors}/present")); processor++)
        {
            if (read($"{Processors}/cpu{processor}/topology/thread_siblings_list") is { } text)
            {
                yield return text.Trim();
            }
        }
    }

    /// <summary>The last number of a list like "0-3,8-11"; -1 where there is none.</summary>
    private static int Last(string? list)
        => int.TryParse(list?.Trim().Split('-', ',')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? Math.Min(last, MostProcessors) : -1;
}
