using System.Globalization;
using NativeHost.Benchmarks.BrokerPath;

namespace NativeHost.Benchmarks.Ternary;

/// <summary>Times two sides in turns, and prints medians and the median of the pairs' ratios.</summary>
/// <param name="pairs">How many pairs count; one more goes ahead.</param>
/// <param name="mostForeign">
/// A pair during which other processes had more of the cores than this does not count, but after six tries for each one everything does.
/// </param>
internal sealed class PairedRuns(int pairs, double mostForeign)
{
    private const int MostTries = 6;

    /// <summary>The pairs of the last call.</summary>
    public IReadOnlyList<Pair> Last { get; private set; } = [];

    /// <param name="what">What is timed, for the table.</param>
    /// <param name="bar">Of ours ÷ theirs in tokens a second; null where there is none.</param>
    /// <param name="time">Times a side.</param>
    /// <param name="beside">Measured once between the two of a pair, such as the memory's speed.</param>
    public void Measure(
        string what, TernarySide ours, TernarySide theirs, double? bar, Func<TernarySide, Timing> time, Func<double>? beside = null)
    {
        var measured = new List<Pair>();
        var tries = MostTries * pairs;
        for (var number = -1; measured.Count < pairs; number++)
        {
            var pair = MeasureOne(isOursFirst: number % 2 == 0, ours, theirs, time, beside);
            var isDisturbed = pair.Foreign > mostForeign && --tries > 0;
            if (number >= 0 && !isDisturbed)
            {
                measured.Add(pair);
            }
        }

        Last = measured;
        var wall = Median(pair => pair.Ours.TokensPerSecond / pair.Theirs.TokensPerSecond);
        var processor = Median(pair => pair.Theirs.ProcessorMs / pair.Ours.ProcessorMs);
        Figures.Print(
            $"{what}: {ours.Name} | {theirs.Name}",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Median(pair => pair.Ours.TokensPerSecond),7:F2} | {Median(pair => pair.Theirs.TokensPerSecond),7:F2} tok/s  {wall:F2}x, processor {processor:F2}x, foreign {Median(pair => pair.Foreign):P0}"),
            bar is { } wanted ? string.Create(CultureInfo.InvariantCulture, $"≥ {wanted:F2}x{(wall >= wanted ? "" : "  MISSED")}") : "");
    }

    private static Pair MeasureOne(bool isOursFirst, TernarySide ours, TernarySide theirs, Func<TernarySide, Timing> time, Func<double>? beside)
    {
        // The one that goes first finds the processor cooler, so they take turns.
        var foreign = ForeignLoad.Start();
        var first = time(isOursFirst ? ours : theirs);
        var between = beside?.Invoke() ?? 0;
        var second = time(isOursFirst ? theirs : ours);
        return isOursFirst ? new Pair(first, second, between, foreign.Stop()) : new Pair(second, first, between, foreign.Stop());
    }

    public double Median(Func<Pair, double> figure) => Figures.Median(Last.Select(figure));
}

/// <param name="Between">What was measured between the two.</param>
/// <param name="Foreign">Part of all cores that other processes had.</param>
internal readonly record struct Pair(Timing Ours, Timing Theirs, double Between, double Foreign);
