using NativeHost.Hardware.Planning;
using NativeHost.ModelCache.Variants;
using Xunit;

namespace NativeHost.ModelCache.Tests.Variants;

public sealed class VariantChoiceTests
{
    private const string Repo = "acme/Tiny-GGUF";
    private const long GiB = 1024 * Listings.MiB;

    private static readonly PlanSettings Usual = new();

    /// <summary>An 8B model as publishers offer it.</summary>
    private static readonly RepoContents Eight = Listings.Scan(
        Repo, "Tiny-F16.gguf 15300", "Tiny-Q8_0.gguf 8100", "Tiny-Q6_K.gguf 6300", "Tiny-Q5_K_M.gguf 5500", "Tiny-UD-Q4_K_XL.gguf 4900", "Tiny-Q4_K_M.gguf 4700",
        "Tiny-Q4_K_S.gguf 4500", "Tiny-Q2_K.gguf 3000", "mmproj-F16.gguf 800");

    [Theory]
    [InlineData("Q4_K_M", "Tiny-Q4_K_M.gguf")]
    [InlineData("q4_k_m", "Tiny-Q4_K_M.gguf")]
    [InlineData("fp16", "Tiny-F16.gguf")]
    [InlineData("UD-Q4_K_XL", "Tiny-UD-Q4_K_XL.gguf")]
    [InlineData("Q4_K_XL", "Tiny-UD-Q4_K_XL.gguf")]
    [InlineData("Tiny-Q6_K.gguf", "Tiny-Q6_K.gguf")]
    [InlineData("tiny-q6_k", "Tiny-Q6_K.gguf")]
    public void A_tag_names_exactly_one_variant(string tag, string file) => Assert.Equal(file, PathOf(VariantChoice.ByTag(Eight, tag)));

    [Theory]
    [InlineData("Q4_K")]
    [InlineData("Q4")]
    [InlineData("Q4_0")]
    [InlineData("UD-Q4_K_M")]
    [InlineData("Q4_K_M ")]
    [InlineData("unknown")]
    [InlineData("nonsense")]
    public void A_tag_that_is_not_there_says_what_is(string tag)
    {
        var failure = Fails(CacheFault.QuantNotFound, () => VariantChoice.ByTag(Eight, tag));

        Assert.Equal(["F16", "Q8_0", "Q6_K", "Q5_K_M", "UD-Q4_K_XL", "Q4_K_M", "Q4_K_S", "Q2_K"], failure.Choices);
        Assert.Contains("It has F16, Q8_0,", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_plain_label_means_the_plain_variant_where_both_are_there()
    {
        var both = Listings.Scan(Repo, "Tiny-UD-Q4_K_XL.gguf", "Tiny-Q4_K_XL.gguf");

        Assert.Equal("Tiny-Q4_K_XL.gguf", PathOf(VariantChoice.ByTag(both, "Q4_K_XL")));
        Assert.Equal("Tiny-UD-Q4_K_XL.gguf", PathOf(VariantChoice.ByTag(both, "ud-q4_k_xl")));
    }

    [Fact]
    public void Of_one_file_and_a_split_with_the_same_label_the_whole_and_simple_is_taken()
    {
        Assert.Equal("Tiny-Q8_0.gguf", PathOf(VariantChoice.ByTag(Listings.Scan(Repo, "Tiny-Q8_0-00001-of-00002.gguf", "Tiny-Q8_0-00002-of-00002.gguf", "Tiny-Q8_0.gguf"), "Q8_0")));
        Assert.Equal("Tiny-Q8_0-00001-of-00001.gguf", PathOf(VariantChoice.ByTag(Listings.Scan(Repo, "Tiny-Q8_0-00001-of-00001.gguf", "Tiny-Q8_0.gguf 0"), "Q8_0")));
    }

    [Fact]
    public void An_incomplete_split_is_refused_with_what_is_missing()
    {
        var contents = Listings.Scan(Repo, "Tiny-Q8_0-00001-of-00003.gguf", "Tiny-Q8_0-00003-of-00003.gguf");

        foreach (var choose in new Func<Variant>[]
            { () => VariantChoice.ByTag(contents, "Q8_0"), () => VariantChoice.ByFile(contents, "Tiny-Q8_0-00003-of-00003.gguf"), () => VariantChoice.Best(contents, null, Usual) })
        {
            var failure = Fails(CacheFault.SplitIncomplete, choose);
            Assert.Equal(["Tiny-Q8_0-00002-of-00003.gguf"], failure.Choices);
            Assert.Contains("only 2 of the 3 files", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Any_file_of_a_split_names_the_whole_of_it()
    {
        var contents = Listings.Scan(Repo, "f/Tiny-Q8_0-00001-of-00002.gguf", "f/Tiny-Q8_0-00002-of-00002.gguf");

        Assert.Equal(2, VariantChoice.ByFile(contents, "f/Tiny-Q8_0-00002-of-00002.gguf").Files.Count);
        Assert.Equal(2, VariantChoice.ByTag(contents, "Tiny-Q8_0-00002-of-00002.gguf").Files.Count);
    }

    [Fact]
    public void A_file_that_is_no_model_says_what_it_is()
    {
        Assert.Contains("no model but a vision projector", Fails(CacheFault.QuantNotFound, () => VariantChoice.ByFile(Eight, "mmproj-F16.gguf")).Message, StringComparison.Ordinal);
        Assert.Equal("Tiny-F16.gguf", Fails(CacheFault.FileNotFound, () => VariantChoice.ByFile(Eight, "Tiny-Q3_K_M.gguf")).Choices[0]);
    }

    [Theory]
    [InlineData("Q4_K_M", 64.0)]
    [InlineData("Q4_K_M", 6.5)]
    [InlineData("Q4_K_S", 5.8)]
    [InlineData("Q2_K", 5.0)]
    public void Without_a_tag_the_usual_compromise_is_taken_else_the_best_that_fits(string label, double freeGiB)
        => Assert.Equal(label, VariantChoice.Best(Eight, (long)(freeGiB * GiB), Usual).LabelText);

    [Fact]
    public void Memory_that_is_not_known_holds_everything() => Assert.Equal("Q4_K_M", VariantChoice.Best(Eight, null, Usual).LabelText);

    [Fact]
    public void Nothing_that_fits_says_what_the_smallest_needs()
    {
        var failure = Fails(CacheFault.DoesNotFit, () => VariantChoice.Best(Eight, GiB, Usual));

        Assert.Equal(ModelPlanner.OfSize(3000 * Listings.MiB, Usual).TotalBytes, failure.NeededBytes);
        Assert.Equal(GiB, failure.AvailableBytes);
        Assert.Contains("the smallest, Q2_K, needs about 4.0 GiB, and 1.0 GiB are free", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_larger_context_leaves_room_for_less()
        => Assert.Equal("Q2_K", VariantChoice.Best(Eight, 7 * GiB, new PlanSettings { ContextTokens = 24_000 }).LabelText);

    [Theory]
    [InlineData("I2_S", "ggml-model-i2_s.gguf 1133")]
    [InlineData("I2_S", "ggml-model-i2_s.gguf 1133", "ggml-model-f32.gguf 9000", "ggml-model-f16.gguf 4700", "ggml-model-tl1.gguf 900", "ggml-model-TL2.gguf 800", "ggml-model-Q8_0.gguf 2000")]
    [InlineData("Q8_0", "a-Q8_0.gguf 600", "a-Q6_K.gguf 500", "a-F16.gguf 1200")]
    [InlineData("Q6_K", "a-Q6_K.gguf 3000", "a-Q5_K_M.gguf 2500", "a-F16.gguf 8000")]
    [InlineData("Q8_0", "a-Q8_0.gguf 3000", "a-Q6_K.gguf 2500", "a-F16.gguf 8000")]
    [InlineData("Q4_K_S", "a-Q4_K_S.gguf 3000", "a-Q8_0_R8.gguf 5000", "a-IQ5_K.gguf 4000", "a-Q4_0_8_8.gguf 3000")]
    [InlineData("BF16", "a-F32.gguf 3000", "a-BF16.gguf 1500")]
    [InlineData("unknown", "a.gguf 1000", "a-F16.gguf 900")]
    [InlineData("UD-Q8_K_XL", "a-BF16.gguf 1000", "a-UD-Q8_K_XL.gguf 700")]
    public void What_else_there_is_follows_in_order(string label, params string[] files)
        => Assert.Equal(label, VariantChoice.Best(Listings.Scan(Repo, files), 64 * GiB, Usual).LabelText);

    [Fact]
    public void An_incomplete_variant_is_passed_over()
        => Assert.Equal("Q8_0", VariantChoice.Best(Listings.Scan(Repo, "a-Q4_K_M-00001-of-00002.gguf 20", "a-Q8_0.gguf 90"), null, Usual).LabelText);

    [Fact]
    public void Of_several_models_the_one_that_the_repository_is_named_after_is_meant()
    {
        var contents = Listings.Scan(Repo, "Draft-Q4_K_M.gguf", "tiny-Q8_0.gguf", "Other-Q8_0.gguf");

        Assert.Equal("tiny-Q8_0.gguf", PathOf(VariantChoice.Best(contents, null, Usual)));
        Assert.Equal("tiny-Q8_0.gguf", PathOf(VariantChoice.ByTag(contents, "Q8_0")));
        Assert.Equal("Draft-Q4_K_M.gguf", PathOf(VariantChoice.ByTag(contents, "Q4_K_M")));
    }

    [Theory]
    [InlineData("7B/model-Q8_0.gguf", "13B/model-Q8_0.gguf")]
    [InlineData("T.iny-Q8_0.gguf", "Ti-ny-Q8_0.gguf")]
    public void Of_several_models_that_could_be_meant_a_file_has_to_be_named(params string[] files)
    {
        var contents = Listings.Scan(Repo, files);

        foreach (var choose in new Func<Variant>[] { () => VariantChoice.Best(contents, null, Usual), () => VariantChoice.ByTag(contents, "Q8_0") })
        {
            var failure = Fails(CacheFault.QuantNotFound, choose);
            Assert.Equal(files.Order(), failure.Choices.Order());
            Assert.Contains("several models", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal(files[0], PathOf(VariantChoice.ByFile(contents, files[0])));
    }

    [Fact]
    public void A_repository_without_models_says_what_it_holds()
    {
        var contents = Listings.Scan(Repo, "model.safetensors");

        foreach (var choose in new Func<Variant>[]
            { () => VariantChoice.Best(contents, null, Usual), () => VariantChoice.ByTag(contents, "Q8_0"), () => VariantChoice.ByFile(contents, "a.gguf") })
        {
            Assert.Equal(contents.NothingToRun, Fails(CacheFault.QuantNotFound, choose).Message);
        }
    }

    [Fact]
    public void Formats_of_forks_are_taken_only_when_they_are_named()
    {
        var contents = Listings.Scan(Repo, "a-IQ4_KS.gguf", "a-IQ2_K_R4.gguf");

        Assert.Contains("forks", Fails(CacheFault.QuantNotFound, () => VariantChoice.Best(contents, null, Usual)).Message, StringComparison.Ordinal);
        Assert.Equal("a-IQ4_KS.gguf", PathOf(VariantChoice.ByTag(contents, "iq4_ks")));
    }

    [Theory]
    [InlineData("acme/Tiny-GGUF", "Tiny-Q4_K_M.gguf")]
    [InlineData("acme/Tiny-GGUF:Q2_K", "Tiny-Q2_K.gguf")]
    [InlineData("acme/Tiny-GGUF/Tiny-F16.gguf", "Tiny-F16.gguf")]
    public void An_address_is_followed(string address, string file)
        => Assert.Equal(file, PathOf(VariantChoice.Of(Eight, ModelAddress.Parse(address), freeBytes: null, Usual)));

    private static string PathOf(Variant variant) => variant.Files[0].Path;

    private static ModelCacheException Fails(CacheFault fault, Func<Variant> choose)
    {
        var failure = Assert.Throws<ModelCacheException>(() => { choose(); });
        Assert.Equal(fault, failure.Fault);
        return failure;
    }
}
