using System.Globalization;

namespace NativeHost.Benchmarks.BrokerPath;

/// <summary>What Linux says of a process.</summary>
internal static class ProcessFigures
{
    private const double BytesPerKilobyte = 1024;

    /// <summary>Processor time of all its threads that still run: finer than the clock ticks of other sources.</summary>
    public static TimeSpan Processor(int pid)
        => TimeSpan.FromMicroseconds(Directory.EnumerateDirectories($"/proc/{pid}/task").Sum(thread =>
            double.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0], CultureInfo.InvariantCulture) / 1000));

    /// <summary>Resident memory, in bytes; pages that it shares count in full.</summary>
    public static double Resident(int pid) => Field($"/proc/{pid}/status", "VmRSS:");

    /// <summary>Its part of the memory, in bytes: a page that n processes share counts as an n-th.</summary>
    public static double Proportional(int pid) => Field($"/proc/{pid}/smaps_rollup", "Pss:");

    private static double Field(string file, string name)
    {
        var line = File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal));
        return BytesPerKilobyte * double.Parse(
            line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
