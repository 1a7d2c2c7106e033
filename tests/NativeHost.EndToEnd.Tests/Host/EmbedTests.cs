namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>Vectors for scripts, with the model that comes along.</summary>
public sealed class EmbedTests
{
    [Fact]
    public async Task Texts_that_mean_the_same_have_vectors_that_are_near()
    {
        await using var home = new TemporaryHome();
        var start = new ProcessStartInfo(Repository.Published(), ["embed", "a doctor treats an illness", "the physician gave medicine", "bread is made of flour"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        home.Give(start);
        using var verb = Process.Start(start)!;
        var errors = verb.StandardError.ReadToEndAsync(Patience.Token);
        var lines = (await verb.StandardOutput.ReadToEndAsync(Patience.Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await verb.WaitForExitAsync(Patience.Token);

        Assert.True(verb.ExitCode == 0, await errors);
        var vectors = lines.Select(line => JsonNode.Parse(line)!.AsArray().Select(number => number!.GetValue<double>()).ToArray()).ToArray();
        Assert.Equal(3, vectors.Length);
        Assert.All(vectors, vector => Assert.Equal(1, Product(vector, vector), 3));
        Assert.True(Product(vectors[0], vectors[1]) > Product(vectors[0], vectors[2]));
    }

    private static double Product(double[] one, double[] other) => one.Zip(other, (a, b) => a * b).Sum();
}
