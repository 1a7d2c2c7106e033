using System.Diagnostics;
using System.Globalization;

namespace NativeHost.Benchmarks.Downloads;

/// <summary>What a child process measured of itself while it did one thing.</summary>
/// <param name="User">Processor time in its own code, of all threads.</param>
/// <param name="System">The same in the kernel.</param>
/// <param name="ExtraBytes">The most memory that was resident, over what was just before.</param>
/// <param name="Bytes">What came over the wire, or whatever else the work counts.</param>
internal sealed record ChildFigures(TimeSpan Wall, TimeSpan User, TimeSpan System, long ExtraBytes, long Bytes)
{
    public TimeSpan Processor => User + System;

    /// <summary>Processor time of a process that runs, so far: also of threads that have ended.</summary>
    public static TimeSpan ProcessorOf(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    /// <param name="work">Gives the bytes, or what else it counts.</param>
    public static async Task<ChildFigures> MeasureAsync(Func<Task<long>> work)
    {
        using var own = Process.GetCurrentProcess();
        var idle = own.WorkingSet64;
        var before = Environment.CpuUsage;
        var watch = Stopwatch.StartNew();
        var received = await work();
        var wall = watch.Elapsed;
        var after = Environment.CpuUsage;
        own.Refresh();
        return new ChildFigures(
            wall, after.UserTime - before.UserTime, after.PrivilegedTime - before.PrivilegedTime, own.PeakWorkingSet64 - idle, received);
    }

    /// <summary>One line, which <see cref="Parse"/> reads.</summary>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{Wall.Ticks} {User.Ticks} {System.Ticks} {ExtraBytes} {Bytes}");

    /// <exception cref="FormatException">The child said something else.</exception>
    public static ChildFigures Parse(string line)
        => line.Split(' ').Select(word => long.Parse(word, CultureInfo.InvariantCulture)).ToArray()
            is [var wall, var user, var system, var extra, var received]
            ? new ChildFigures(TimeSpan.FromTicks(wall), TimeSpan.FromTicks(user), TimeSpan.FromTicks(system), extra, received)
            : throw new FormatException($"These are no figures: {line}");
}
