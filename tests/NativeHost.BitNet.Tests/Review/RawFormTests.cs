using System.Runtime.Intrinsics.X86;
using NativeHost.BitNet.Model;
using NativeHost.BitNet.Reading;
using NativeHost.BitNet.Tests.Reading;

namespace NativeHost.BitNet.Tests.Review;

public sealed class RawFormTests
{
    /// <summary>The plain form takes some 20 ns a weight: 40 s for a token of two billion, where packing first takes two.</summary>
    [Fact]
    public void A_model_answers_from_the_files_rows_only_where_there_is_a_kernel_for_them()
    {
        using var sample = new SampleFile(new SampleModel().Written());
        using var file = TernaryModelFile.Open(sample.Path);
        using var norms = new AlignedMemory();

        Assert.Equal(Avx2.IsSupported, new WeightForms(file, new BitNetOptions(), norms).HasRaw);
    }
}
