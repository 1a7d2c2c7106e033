namespace NativeHost.Search.Tests;

internal static class RandomVectors
{
    /// <summary>A vector of length 1 in any direction.</summary>
    public static float[] Unit(Random random, int dimensions)
    {
        var vector = Enumerable.Range(0, dimensions).Select(_ => Normal(random)).ToArray();
        return Scaled(vector, 1 / Math.Sqrt(vector.Sum(number => number * number)));
    }

    public static float[] Scaled(IEnumerable<double> vector, double factor) => [.. vector.Select(number => (float)(number * factor))];

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

/// <summary>Vectors made to deceive a first look in 8 bits.</summary>
internal static class Adversarial
{
    private const int Dimensions = 64;

    public static IReadOnlyDictionary<string, Func<List<float[]>>> All { get; } = new Dictionary<string, Func<List<float[]>>>
    {
        ["all the same"] = () => [.. Enumerable.Repeat(RandomVectors.Unit(new Random(1), Dimensions), 3000)],
        ["one bit apart"] = OneBitApart,
        ["one large number that hides the others"] = Spiked,
        ["zeros among them"] = () => [.. Random(1000).Select((vector, i) => i % 3 == 0 ? new float[Dimensions] : vector)],
        ["of many lengths"] = () => [.. Random(2000).Select((vector, i) => RandomVectors.Scaled(vector.Select(number => (double)number), Math.Pow(10, (i % 13) - 6)))],
        ["so small that codes are nothing"] = () => [.. Random(500).Select(vector => RandomVectors.Scaled(vector.Select(number => (double)number), 1e-42))],
        ["opposite"] = () => [.. Random(1000).SelectMany(vector => new[] { vector, RandomVectors.Scaled(vector.Select(number => (double)number), -1) })],
    };

    private static List<float[]> Random(int count)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, count).Select(_ => RandomVectors.Unit(random, Dimensions))];
    }

    private static List<float[]> OneBitApart()
    {
        var random = new Random(3);
        var first = RandomVectors.Unit(random, Dimensions);
        return [.. Enumerable.Range(0, 2000).Select(i =>
        {
            var vector = first.ToArray();
            vector[i % Dimensions] = i % 2 == 0 ? MathF.BitIncrement(vector[i % Dimensions]) : MathF.BitDecrement(vector[i % Dimensions]);
            return vector;
        })];
    }

    private static List<float[]> Spiked()
    {
        var random = new Random(4);
        return [.. Random(2000).Select(vector =>
        {
            vector[random.Next(Dimensions)] = 50;
            return vector;
        })];
    }
}
