using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware.Processor;

/// <summary>How busy all processors together are, by what they counted between two looks.</summary>
/// <remarks>One thread at a time.</remarks>
/// <param name="read">Ticks of work and of all time since some moment; null where the system does not tell.</param>
internal sealed class ProcessorLoad(Func<(long Busy, long All)?> read)
{
    private (long Busy, long All)? _last;

    /// <summary>The part of the time since the last look that was worked, in percent.</summary>
    /// <exception cref="IOException">The system does not tell.</exception>
    public LoadFacts Read()
    {
        var now = read() ?? throw new IOException("The system does not tell how busy its processors are.");
        var last = _last;
        _last = now;

        // Counters of 32 bits begin again from zero once in a while.
        return new LoadFacts(
            last is { } before && now.All > before.All && now.Busy >= before.Busy ? 100.0 * (now.Busy - before.Busy) / (now.All - before.All) : null);
    }

    public static (long Busy, long All)? OnLinux(ISystemFiles files)
    {
        // cpu  user nice system idle iowait irq softirq steal …
        var fields = (files.Read("/proc/stat") ?? "").Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 5 || fields[0] != "cpu")
        {
            return null;
        }

        var ticks = fields.Skip(1).Take(8).Select(field => FieldText.Number(field) ?? 0).ToList();
        return (ticks.Sum() - ticks[3] - ticks.ElementAtOrDefault(4), ticks.Sum());
    }

    public static (long Busy, long All)? OnWindows(IWindowsKernel kernel) => kernel.ProcessorTicks() is var (idle, all) ? (all - idle, all) : null;

    public static (long Busy, long All)? OnMacOS(IMacKernel kernel)
        => kernel.ProcessorTicks() is [var user, var system, var idle, var nice] ? ((long)user + system + nice, (long)user + system + idle + nice) : null;
}

/// <summary>What the processors do.</summary>
/// <param name="Percent">Of the time since somebody asked before, 0 to 100; null where nobody did.</param>
public sealed record LoadFacts(double? Percent);
