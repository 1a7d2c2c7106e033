namespace NativeHost.Benchmarks.BrokerPath;

/// <summary>Medians and the words around them.</summary>
internal static class Figures
{
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <param name="bar">What is wanted; empty where nothing is.</param>
    public static void Print(string what, string measured, string bar = "")
        => Console.WriteLine($"{what,-58} {measured,-40} {bar}");
}
