using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware.Processor;

/// <summary>Which hardware threads share a core, and which of them this process may use.</summary>
/// <param name="Cores">The threads of each core that is on, by their numbers; empty where the system hides them.</param>
/// <param name="Allowed">Threads that this process may use; empty where the system does not tell.</param>
internal sealed record LinuxTopology(IReadOnlyList<IReadOnlyList<int>> Cores, IReadOnlyList<int> Allowed)
{
    private const string Processors = "/sys/devices/system/cpu";

    /// <summary>Cores of which this process may use at least one thread.</summary>
    public int UsableCores => Allowed.Count == 0 ? Cores.Count : Cores.Count(core => core.Any(Allowed.Contains));

    /// <param name="read">Gives a file's text, or null; the file system in earnest.</param>
    public static LinuxTopology Read(Func<string, string?> read)
    {
        // Numbers of threads that are off have no topology, and may lie between those of others.
        var lists = FieldText.NumbersIn(read($"{Processors}/present"))
            .Select(processor => read($"{Processors}/cpu{processor}/topology/thread_siblings_list")?.Trim())
            .OfType<string>()
            .Distinct(StringComparer.Ordinal);
        return new LinuxTopology(
            [.. lists.Select(FieldText.NumbersIn)],
            FieldText.NumbersIn(FieldText.Of("Cpus_allowed_list", ':', read("/proc/self/status"))));
    }
}
