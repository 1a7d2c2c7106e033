using NativeHost.Gguf;
using NativeHost.Inference;
using InsufficientMemoryException = NativeHost.Inference.InsufficientMemoryException;

namespace NativeHost.Testing;

/// <summary>Whatever is in a file: it loads or is refused in words; the process goes on.</summary>
public abstract class DamagedFileConformance(EngineUnderTest engine)
{
    private const int Seed = 20260928;

    private readonly byte[] _model = File.ReadAllBytes(engine.ModelPath);

    [Fact]
    public async Task A_model_cut_short_anywhere_is_refused()
    {
        var random = new Random(Seed);
        using var file = new TemporaryFile([]);

        for (var round = LongRun.Rounds(usual: 200, whenLong: 5_000); round > 0; round--)
        {
            // Half of the cuts go through the header, which is a small part of the file.
            var most = round % 2 == 0 ? _model.Length : 40_000;
            file.Write(_model.AsSpan(0, random.Next(most)));

            Assert.NotNull(await FailureOf(file.Path));
        }
    }

    [Fact]
    public async Task A_model_with_a_damaged_header_loads_or_is_refused()
    {
        var random = new Random(Seed);
        using var file = new TemporaryFile([]);
        var refused = 0;

        var rounds = LongRun.Rounds(usual: 300, whenLong: 10_000);
        for (var round = 0; round < rounds; round++)
        {
            var damaged = (byte[])_model.Clone();
            for (var change = random.Next(1, 8); change > 0; change--)
            {
                damaged[random.Next(random.Next(2) == 0 ? 1_500 : 40_000)] = (byte)random.Next(256);
            }

            file.Write(damaged);
            refused += await FailureOf(file.Path) is null ? 0 : 1;
        }

        Assert.InRange(refused, 1, rounds - 1);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(7u)]
    [InlineData((uint)int.MaxValue)]
    [InlineData(uint.MaxValue)]
    [InlineData(0xFF80_0000u)] // minus infinity, of a real number
    public async Task Any_number_of_the_header_may_be_anything(uint bits)
    {
        var metadata = GgufFile.Read(engine.ModelPath).Metadata;
        string[] numbers = [.. metadata.Keys.Where(key => metadata.Real(key) is not null)];
        using var file = new TemporaryFile([]);

        foreach (var key in numbers)
        {
            file.Write(ModelBytes.WithNumber(_model, key, bits));
            _ = await FailureOf(file.Path);
        }

        Assert.True(numbers.Length > 10);
    }

    /// <summary>What a load ended with, null for a model; anything but the failures that a loader tells of fails the test.</summary>
    private async Task<Exception?> FailureOf(string path)
    {
        try
        {
            using var model = await engine.LoadAsync(path, new ModelLoadOptions { ContextTokens = 64 });
            return null;
        }
        catch (Exception failure) when (failure is ModelFormatException or UnsupportedModelException or InsufficientMemoryException or EngineException)
        {
            return failure;
        }
    }
}
