using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Kernels;
using NativeHost.Inference;

namespace NativeHost.BitNet.Tests.Model;

/// <summary>However tokens are brought to the model, and on however many threads, the logits are the same to the bit.</summary>
public sealed class PrefillTests : IDisposable
{
    /// <summary>Around the borders of what is computed at once, and of attention's chunks.</summary>
    private static readonly int[] Lengths = [1, 2, 3, 11, 12, 13, 127, 128, 129, 130, 255, 256, 257, 260];

    private static readonly int[] Tokens = RandomModelFile.Tokens(260);

    private readonly RandomModelFile _file = new(RandomModelFile.Small);

    public static TheoryData<string, string> LevelsAndCaches()
    {
        var data = new TheoryData<string, string>();
        foreach (var level in Enum.GetValues<KernelLevel>().Where(KernelLevels.IsSupported))
        {
            data.Add($"{level}", $"{CacheFormat.Half}");
            data.Add($"{level}", $"{CacheFormat.Byte}");
        }

        return data;
    }

    public void Dispose() => _file.Dispose();

    [Theory]
    [MemberData(nameof(LevelsAndCaches))]
    public async Task A_prompt_at_once_gives_what_its_tokens_do_one_by_one(string level, string cache)
    {
        var options = new BitNetOptions { Level = Enum.Parse<KernelLevel>(level), Cache = Enum.Parse<CacheFormat>(cache) };
        using var model = await ModelUnderTest.OpenPackedAsync(_file.Path, options);
        var expected = model.AppendEach(Tokens);

        foreach (var length in Lengths)
        {
            model.Model.Threads = (length % 3) + 1;
            model.Rewind(0);
            Assert.Equal(expected[length - 1], model.Append(Tokens.AsSpan()[..length]));

            // What follows sees the same cache.
            if (length < Tokens.Length)
            {
                Assert.Equal(expected[length], model.Append(Tokens.AsSpan()[length]));
            }
        }
    }

    [Fact]
    public async Task A_prompt_in_any_parts_gives_the_same()
    {
        using var model = await ModelUnderTest.OpenPackedAsync(_file.Path, threads: 2);
        var expected = model.Append(Tokens);
        var random = new Random(3);

        for (var round = 0; round < 12; round++)
        {
            model.Rewind(0);
            var logits = Array.Empty<float>();
            for (var start = 0; start < Tokens.Length;)
            {
                var count = Math.Min(random.Next(2) == 0 ? random.Next(1, 5) : random.Next(1, 180), Tokens.Length - start);
                logits = model.Append(Tokens.AsSpan(start, count));
                start += count;
            }

            Assert.Equal(expected, logits);
        }
    }

    [Fact]
    public async Task Runs_of_several_sequences_in_a_step_do_not_touch_each_other()
    {
        var options = new BitNetOptions { SequenceCount = 3 };
        using var model = await ModelUnderTest.OpenPackedAsync(_file.Path, options, threads: 2);
        int[][] texts = [RandomModelFile.Tokens(140, 1), RandomModelFile.Tokens(3, 2), RandomModelFile.Tokens(131, 3)];
        var expected = texts.Select((text, sequence) => model.AppendEach(text, sequence)).ToArray();

        foreach (var cut in (int[][])[[140, 3, 131], [1, 1, 1], [128, 2, 1], [5, 3, 127]])
        {
            var batch = new StepBatch(ModelUnderTest.BatchTokens);
            for (var sequence = 2; sequence >= 0; sequence--)
            {
                model.Rewind(0, sequence);
                batch.Add(sequence, ModelUnderTest.TokensOf(texts[sequence].AsSpan(0, cut[sequence])), wantsLogits: true);
            }

            Assert.Equal(StepOutcome.Done, model.Model.Step(batch, model.Abort));
            for (var sequence = 2; sequence >= 0; sequence--)
            {
                Assert.Equal(cut[sequence], model.Model.Position(sequence));
                Assert.Equal(expected[sequence][cut[sequence] - 1], model.Model.Logits(2 - sequence).ToArray());
            }
        }
    }

    [Fact]
    public async Task Any_number_of_threads_gives_the_same()
    {
        float[][]? expected = null;
        foreach (var threads in (int[])[1, 2, 3, 5])
        {
            using var model = await ModelUnderTest.OpenPackedAsync(_file.Path, threads: threads);
            float[][] logits = [model.Append(Tokens.AsSpan()[..200]), .. model.AppendEach(Tokens[200..215]), model.Append(Tokens.AsSpan()[215..218])];

            expected ??= logits;
            Assert.Equal(expected, logits);
        }
    }

    [Fact]
    public async Task Only_the_logits_that_are_wanted_are_there()
    {
        using var model = await ModelUnderTest.OpenPackedAsync(_file.Path, new BitNetOptions { SequenceCount = 2 });
        var expected = model.AppendTo(1, Tokens.AsSpan()[..4]);
        model.Rewind(0, 1);
        var batch = new StepBatch(8);
        batch.Add(0, ModelUnderTest.TokensOf(Tokens.AsSpan(0, 3)), wantsLogits: false);
        batch.Add(1, ModelUnderTest.TokensOf(Tokens.AsSpan(0, 4)), wantsLogits: true);

        Assert.Equal(StepOutcome.Done, model.Model.Step(batch, model.Abort));

        Assert.Throws<ArgumentOutOfRangeException>(() => model.Model.Logits(0));
        Assert.Equal(expected, model.Model.Logits(1).ToArray());
    }
}
