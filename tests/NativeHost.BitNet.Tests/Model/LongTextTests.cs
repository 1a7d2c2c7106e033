using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Tests.Model;

/// <summary>Texts of several chunks of attention, whose partial results are merged, against the definition, which knows no chunks.</summary>
public sealed class LongTextTests : IDisposable
{
    /// <summary>Of logits that are spread by 4 or so. Numbers rounded the other way leave some hundredths, 0.12 at most.</summary>
    private const float Tolerance = 0.3f;

    private static readonly int[] Tokens = RandomModelFile.Tokens(300);

    private readonly RandomModelFile _file = new(RandomModelFile.Small);

    public static TheoryData<string> Levels => [.. Enum.GetValues<KernelLevel>().Where(KernelLevels.IsSupported).Select(level => $"{level}")];

    public void Dispose() => _file.Dispose();

    [Theory]
    [MemberData(nameof(Levels))]
    public async Task A_text_of_several_chunks_is_computed_as_it_is_defined(string level)
    {
        foreach (var cache in Enum.GetValues<CacheFormat>())
        {
            var expected = PlainModel.Logits(_file.Path, PlainActivations.Bytes, cache, Tokens);
            var options = new BitNetOptions { Level = Enum.Parse<KernelLevel>(level), Head = HeadForm.Half, Cache = cache };
            using var model = await ModelUnderTest.OpenPackedAsync(_file.Path, options, threads: 2);
            var distances = new List<float>();

            foreach (var length in (int[])[100, 128, 130, 200, 256, 258, 300])
            {
                model.Append(Tokens.AsSpan(model.Model.Position(0), length - 1 - model.Model.Position(0)));
                distances.Add(ExpectedLogits.Distance(expected[length - 1], model.Append(Tokens[length - 1])));
            }

            TestContext.Current.TestOutputHelper!.WriteLine($"{cache}: {string.Join(" ", distances)}");
            Assert.All(distances, distance => Assert.InRange(distance, 0, Tolerance));
        }
    }
}
