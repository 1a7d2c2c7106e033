using System.Globalization;

namespace NativeHost.Benchmarks.Ternary;

/// <summary>Which part of the cores other processes had for a while, by Linux's own count; elsewhere 0.</summary>
internal readonly struct ForeignLoad
{
    private const double TicksPerSecond = 100; // of /proc/stat

    private readonly double _all;
    private readonly double _busy;
    private readonly TimeSpan _own;

    private ForeignLoad((double All, double Busy) system, TimeSpan own) => (_all, _busy, _own) = (system.All, system.Busy, own);

    public static ForeignLoad Start() => new(OfSystem(), Environment.CpuUsage.TotalTime);

    /// <summary>From 0 to 1.</summary>
    /// <param name="children">What processes had that are not foreign.</param>
    public double Stop(TimeSpan children = default)
    {
        var (all, busy) = OfSystem();
        var own = (Environment.CpuUsage.TotalTime - _own + children).TotalSeconds * TicksPerSecond;
        return all > _all ? Math.Max(0, busy - _busy - own) / (all - _all) : 0;
    }

    private static (double All, double Busy) OfSystem()
    {
        const int Idle = 3;
        const int WaitsForDisk = 4;
        if (!OperatingSystem.IsLinux())
        {
            return default;
        }

        // "cpu", then user, nice, system, idle, waiting, irq, softirq, steal; what guests had is in the first two.
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1).Take(8).Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        var all = ticks.Sum();
        return (all, all - ticks[Idle] - ticks[WaitsForDisk]);
    }
}
