using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Tests.Reading;

namespace NativeHost.BitNet.Tests.Model;

/// <summary>Models whose lengths are multiples of nothing.</summary>
public sealed class OddShapeTests
{
    private const int Count = 20;

    public static TheoryData<OddShape> Shapes =>
    [
        new OddShape("bitnet-b1.58", Width: 320, FeedForward: 200, Heads: 3, KvHeads: 1, HeadLength: 24, RopeLength: 24, Vocabulary: 37),
        new OddShape("bitnet", Width: 320, FeedForward: 321, Heads: 5, KvHeads: 5, HeadLength: 40, RopeLength: 40, Vocabulary: 50),
        new OddShape("llama", Width: 96, FeedForward: 72, Heads: 6, KvHeads: 2, HeadLength: 80, RopeLength: 80, Vocabulary: 17),
        new OddShape("bitnet-b1.58", Width: 63, FeedForward: 65, Heads: 1, KvHeads: 1, HeadLength: 2, RopeLength: 2, Vocabulary: 16),
        new OddShape("bitnet", Width: 129, FeedForward: 31, Heads: 10, KvHeads: 2, HeadLength: 20, RopeLength: 12, Vocabulary: 1),
        new OddShape("llama", Width: 16, FeedForward: 16, Heads: 7, KvHeads: 1, HeadLength: 15, RopeLength: 14, Vocabulary: 1030),
        new OddShape("llama", Width: 96, FeedForward: 72, Heads: 6, KvHeads: 2, HeadLength: 16, RopeLength: 16, Vocabulary: 100) { RopeFactor = 4 },
        new OddShape("bitnet", Width: 96, FeedForward: 72, Heads: 6, KvHeads: 2, HeadLength: 16, RopeLength: 16, Vocabulary: 100) { RopeFactor = 4 },
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_model_of_odd_lengths_is_computed_as_it_is_defined(OddShape shape)
    {
        using var file = new SampleFile(shape.Written());
        var random = new Random(2);
        int[] tokens = [.. Enumerable.Range(0, Count).Select(_ => random.Next(shape.Vocabulary))];
        var expected = ExpectedLogits.Of(file.Path, CacheFormat.Half, tokens);
        foreach (var level in Enum.GetValues<KernelLevel>().Where(KernelLevels.IsSupported))
        {
            foreach (var head in Enum.GetValues<HeadForm>())
            {
                using var model = await ModelUnderTest.OpenPackedAsync(file.Path, new BitNetOptions { Level = level, Head = head }, threads: 2);
                var logits = model.AppendEach(tokens);
                model.Rewind(0);

                Assert.Equal(logits[^1], model.Append(tokens));
                AssertNear(expected, logits, head, $"{level} {head}");
            }
        }
    }

    private static void AssertNear(float[][] expected, float[][] logits, HeadForm head, string what)
    {
        for (var token = 0; token < logits.Length; token++)
        {
            // After some tokens an activation is rounded the other way, and shows more in a model this small.
            var largest = expected[token].Max(MathF.Abs);
            var tolerance = (token < 2 ? 1e-4f : 0.03f) * MathF.Max(largest, 1);
            if (head == HeadForm.Half)
            {
                ExpectedLogits.AssertNear(expected[token], logits[token], tolerance, $"{what}, after token {token}");
            }

            Assert.True(MathF.Abs(expected[token].Max() - logits[token].Max()) <= tolerance, $"{what}, the best after token {token}");
        }
    }
}
