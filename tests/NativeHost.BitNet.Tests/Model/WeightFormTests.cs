using NativeHost.Benchmarks.Models;
using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Model;
using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Tests.Model;

/// <summary>A model that answers from the file's own rows, and goes on with packed ones in the middle.</summary>
public sealed class WeightFormTests
{
    private static readonly TernaryModelShape Shape = new("forms", 2, 256, 512, 4, 2, 64, 512);

    /// <summary>So large that packing it takes longer than a look at it.</summary>
    private static readonly TernaryModelShape Large = new("large", 4, 512, 2048, 4, 2, 128, 1024);

    private static readonly int[] Tokens = RandomModelFile.Tokens(120);

    public static TheoryData<string, string> LevelsAndStorages()
    {
        var data = new TheoryData<string, string>();
        foreach (var level in Enum.GetValues<KernelLevel>().Where(KernelLevels.IsSupported))
        {
            data.Add($"{level}", $"{TernaryStorage.I2S}");
            data.Add($"{level}", $"{TernaryStorage.TQ2}");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(LevelsAndStorages))]
    public unsafe void The_form_may_change_after_any_step(string level, string storage)
    {
        using var path = new RandomModelFile(Shape, storage: Enum.Parse<TernaryStorage>(storage));
        using var file = TernaryModelFile.Open(path.Path);
        using var norms = new AlignedMemory();
        var options = new BitNetOptions { Head = HeadForm.Half, Level = Enum.Parse<KernelLevel>(level) };
        var layout = PackedLayout.Of(file.Shape, options.Head);
        using var block = new WeightMemory(layout.Bytes);
        WeightPacking.Pack(file, layout, block.Start, 1, new Progress<float>(), Patience.Token);
        var forms = new WeightForms(file, options, norms);
        Assert.True(forms.HasRaw);
        var (raw, packed) = (forms.Raw(), forms.Packed(layout, block.Start));

        var expected = Logits(file, options, _ => packed);

        Assert.Equal(expected, Logits(file, options, _ => raw));
        Assert.Equal(expected, Logits(file, options, step => step % 2 == 0 ? raw : packed));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task An_answer_goes_on_when_the_weights_are_packed_in_its_middle(int threads)
    {
        var options = new BitNetOptions { Head = HeadForm.Half };
        using var file = new RandomModelFile(Large);
        using var packed = await ModelUnderTest.OpenPackedAsync(file.Path, options);
        var expected = packed.AppendEach(Tokens[..12]);
        using var model = ModelUnderTest.Open(file.Path, options, threads);

        for (var token = 0; token < expected.Length; token++)
        {
            Assert.Equal(expected[token], model.Append(Tokens[token]));
            if (token == 8)
            {
                await model.Weights.WhenSettled.WaitAsync(Patience.Token);
            }
        }

        // Which form the first tokens met is up to the machine: the test above changes it at every step.
        Assert.IsType<PackedWeights>(model.Weights.Model.Layers[0].Output);
    }

    [Fact]
    public async Task A_second_load_maps_what_the_first_has_kept_and_gives_the_same()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var store = new PackedStore(folder.FullName, TimeProvider.System);
            foreach (var head in Enum.GetValues<HeadForm>())
            {
                var options = new BitNetOptions { Head = head };
                using var first = await ModelUnderTest.OpenPackedAsync(TestModels.Story, options, store: store);
                Assert.True(await first.Weights.WhenSettled);
                using var second = ModelUnderTest.Open(TestModels.Story, options, store: store);
                Assert.True(second.Weights.WhenSettled.IsCompletedSuccessfully);

                Assert.Equal(first.AppendEach(Tokens[..10]), second.AppendEach(Tokens[..10]));
            }

            Assert.Equal(3, folder.GetFiles("*.ternary").Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_model_may_go_at_any_time_also_while_it_is_packed()
    {
        var folder = Directory.CreateTempSubdirectory();
        var random = new Random(4);
        try
        {
            var store = new PackedStore(folder.FullName, TimeProvider.System);
            for (var round = 0; round < 30; round++)
            {
                var model = ModelUnderTest.Open(TestModels.Story, threads: (round % 3) + 1, store: store);
                if (round % 2 == 0)
                {
                    model.Append(Tokens.AsSpan()[..(round + 1)]);
                }

                SpinWait.SpinUntil(() => model.Weights.WhenSettled.IsCompleted, random.Next(0, 20));
                model.Dispose();
                model.Model.Dispose();

                Assert.True(model.Weights.WhenSettled.IsCompleted);
                Assert.Empty(folder.GetFiles("*.unfinished"));
                foreach (var kept in folder.GetFiles())
                {
                    kept.Delete();
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The logits of steps of 1 to 31 tokens.</summary>
    private static List<float[]> Logits(TernaryModelFile file, BitNetOptions options, Func<int, ModelWeights> weightsOf)
    {
        var shape = file.Shape;
        using var cache = new KvCache(CacheFormat.Half, 1, shape.LayerCount, shape.KvHeadCount, ModelWidths.Of(shape).Head, Tokens.Length);
        using var pass = new ForwardPass(weightsOf(0), cache, options.Level, capacity: 32, logitsRows: 1, threads: 2);
        using var abort = new Inference.AbortSignal();
        var logits = new List<float[]>();
        int[] counts = [1, 1, 12, 31, 2, 11, 13, 1];
        var position = 0;
        for (var step = 0; step < counts.Length; step++)
        {
            pass.Use(weightsOf(step));
            pass.Tokens.Clear();
            for (var i = 1; i <= counts[step]; i++)
            {
                pass.Tokens.Add(Tokens[position], 0, position, i == counts[step] ? 0 : StepTokens.NoLogits);
                position++;
            }

            Assert.True(pass.Run(abort));
            logits.Add(pass.Logits(0).ToArray());
        }

        return logits;
    }
}
