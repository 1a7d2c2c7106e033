using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Model;
using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;
using NativeHost.BitNet.Tests.Reading;

namespace NativeHost.BitNet.Tests.Review;

public sealed class LoadedWeightsTests
{
    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cache_folder_that_is_none_ends_neither_the_process_nor_the_model()
    {
        using var file = new SampleFile(new SampleModel().Written());

        // No path may hold this character, which the system's calls for folders answer with an exception of their own.
        using var weights = Open(file, new PackedStore("a\0b", TimeProvider.System));

        Assert.False(await weights.WhenSettled.WaitAsync(TimeSpan.FromSeconds(30), Timeout));
        Assert.IsType<PackedWeights>(weights.Model.Layers[0].Down);
    }

    private static LoadedWeights<ModelWeights> Open(SampleFile file, PackedStore store)
    {
        var (opened, options) = (TernaryModelFile.Open(file.Path), new BitNetOptions());
        return LoadedWeights<ModelWeights>.Open(
            opened, options.Head, store, norms => new WeightForms(opened, options, norms), threads: 1, new Progress<float>(), Timeout);
    }
}
