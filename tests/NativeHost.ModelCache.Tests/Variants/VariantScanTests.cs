using System.Globalization;
using NativeHost.ModelCache.Variants;
using Xunit;

namespace NativeHost.ModelCache.Tests.Variants;

public sealed class VariantScanTests
{
    private const string Repo = "acme/Tiny-GGUF";

    [Fact]
    public void A_repository_is_sorted_into_variants_the_best_first()
    {
        var contents = Listings.Scan(
            Repo, ".gitattributes", "README.md", "config.json", "Tiny-Q2_K.gguf 10", "Tiny-Q8_0.gguf 40", "Tiny-UD-Q4_K_XL.gguf 21", "Tiny-Q4_K_M.gguf 20", "Tiny.gguf 99");

        Assert.Equal(["Q8_0", "UD-Q4_K_XL", "Q4_K_M", "Q2_K", "unknown"], contents.Variants.Select(variant => variant.LabelText));
        Assert.Equal(["Tiny"], contents.Models);
        Assert.Empty(contents.SideFiles);
        Assert.Null(contents.NothingToRun);

        var variant = contents.Variants[2];
        Assert.Equal("Tiny-Q4_K_M.gguf", Assert.Single(variant.Files).Path);
        Assert.Equal(20 * Listings.MiB, variant.TotalBytes);
        Assert.Equal(VariantStatus.Available, variant.Status);
        Assert.True(variant.IsComplete);
        Assert.Null(variant.Projector);
    }

    [Fact]
    public void Shards_are_one_variant_with_the_first_in_front()
    {
        var contents = Listings.Scan(
            Repo, "UD-Q2_K_XL/Big-UD-Q2_K_XL-00003-of-00003.gguf 3", "UD-Q2_K_XL/Big-UD-Q2_K_XL-00001-of-00003.gguf 1", "UD-Q2_K_XL/Big-UD-Q2_K_XL-00002-of-00003.gguf 2", "Big-Q4_0.gguf 9");

        Assert.Equal(["Q4_0", "UD-Q2_K_XL"], contents.Variants.Select(variant => variant.LabelText));
        var split = contents.Variants[1];
        Assert.Equal([1L, 2L, 3L], split.Files.Select(file => file.Size / Listings.MiB));
        Assert.Equal(6 * Listings.MiB, split.TotalBytes);
        Assert.True(split.IsComplete);
        Assert.Equal("Big", split.Model);
    }

    [Fact]
    public void A_split_that_lacks_files_is_listed_with_their_names()
    {
        var variant = Assert.Single(Listings.Scan(Repo, "a-Q8_0-00002-of-00004.gguf", "a-Q8_0-00004-of-00004.gguf").Variants);

        Assert.Equal(VariantStatus.Incomplete, variant.Status);
        Assert.Equal(["a-Q8_0-00001-of-00004.gguf", "a-Q8_0-00003-of-00004.gguf"], variant.MissingShards);
        Assert.Equal("The repository has only 2 of the 4 files of a-Q8_0.", variant.Problem);
    }

    [Theory]
    [InlineData("not one of 1 to 2", "a-00001-of-00002.gguf", "a-00002-of-00002.gguf", "a-00003-of-00002.gguf")]
    [InlineData("not one of 1 to 2", "a-00000-of-00002.gguf", "a-00001-of-00002.gguf", "a-00002-of-00002.gguf")]
    [InlineData("not one of 1 to 0", "a-00000-of-00000.gguf")]
    [InlineData("same number", "a-00001-of-00002.gguf", "a-00002-of-00002.gguf", "a-00002-of-00002.GGUF")]
    [InlineData("is empty", "a-00001-of-00002.gguf", "a-00002-of-00002.gguf 0")]
    [InlineData("is empty", "a.gguf 0")]
    public void Files_that_contradict_each_other_make_no_model(string problem, params string[] files)
    {
        var variant = Assert.Single(Listings.Scan(Repo, files).Variants);

        Assert.Contains(problem, variant.Problem, StringComparison.Ordinal);
        Assert.Equal(VariantStatus.Incomplete, variant.Status);
    }

    [Fact]
    public void Two_splits_into_different_counts_are_two_sets()
    {
        var contents = Listings.Scan(Repo, "a-00001-of-00002.gguf", "a-00002-of-00002.gguf", "a-00001-of-00003.gguf", "a.gguf-00000-of-00000.gguf", "a.gguf");

        Assert.Equal(
            [("a-00001-of-00002.gguf", true), ("a-00001-of-00003.gguf", false), ("a.gguf", true), ("a.gguf-00000-of-00000.gguf", false)],
            contents.Variants.Select(variant => (variant.Files[0].Path, variant.IsComplete)).Order());
    }

    [Fact]
    public void A_count_of_ninety_nine_thousand_is_not_written_out()
        => Assert.Equal(100, Assert.Single(Listings.Scan(Repo, "a-00001-of-99999.gguf").Variants).MissingShards.Count);

    [Theory]
    [InlineData(0, 0, VariantStatus.Available)]
    [InlineData(0, 1, VariantStatus.Partial)]
    [InlineData(2, 1, VariantStatus.Partial)]
    [InlineData(2, 3, VariantStatus.Cached)]
    [InlineData(-5, 99, VariantStatus.Partial)]
    public void What_is_cached_of_each_file_makes_the_status(long first, long second, VariantStatus status)
    {
        var listing = Listings.Of(Repo, "a-00001-of-00002.gguf 2", "a-00002-of-00002.gguf 3");

        var variant = Assert.Single(VariantScan.Of(listing, file => (file.Path.Contains("00001", StringComparison.Ordinal) ? first : second) * Listings.MiB).Variants);

        Assert.Equal(status, variant.Status);
        Assert.Equal((Math.Max(0, first) + Math.Min(second, 3)) * Listings.MiB, variant.CachedBytes);
    }

    [Fact]
    public void Sizes_that_no_disk_holds_do_not_become_small_ones()
    {
        var files = Listings.Of(Repo, "a-00001-of-00002.gguf", "a-00002-of-00002.gguf");
        var lie = files with { Files = [.. files.Files.Select(file => file with { Size = long.MaxValue })] };

        Assert.Equal(long.MaxValue, Assert.Single(VariantScan.Of(lie, _ => 0).Variants).TotalBytes);
    }

    [Theory]
    [InlineData("mmproj-F16.gguf", SideFileKind.Projector)]
    [InlineData("Qwen2.5-VL-7B-Instruct.mmproj-Q8_0.gguf", SideFileKind.Projector)]
    [InlineData("imatrix.dat", SideFileKind.ImportanceMatrix)]
    [InlineData("imatrix_unsloth.gguf_file", SideFileKind.ImportanceMatrix)]
    [InlineData("Qwen3-8B.imatrix", SideFileKind.ImportanceMatrix)]
    [InlineData("imatrix-Kimi-K2-Instruct-Q8_0.dat", SideFileKind.ImportanceMatrix)]
    [InlineData("Meta-Llama-3.1-8B.2024-07-28.imatrix.dat", SideFileKind.ImportanceMatrix)]
    [InlineData("Tiny-imatrix.gguf", SideFileKind.ImportanceMatrix)]
    [InlineData("Tiny.imatrix.gguf", SideFileKind.ImportanceMatrix)]
    [InlineData("imatrix-Tiny-BF16.gguf", SideFileKind.ImportanceMatrix)]
    [InlineData("mtp-Tiny-Q8_0.gguf", SideFileKind.Draft)]
    [InlineData("draft/eagle3-Tiny-F16.gguf", SideFileKind.Draft)]
    [InlineData("Tiny-EAGLE3-F16.gguf", SideFileKind.Draft)]
    [InlineData("dflash-Tiny-Q4_K_M.gguf", SideFileKind.Draft)]
    [InlineData("Tiny-F16-LoRA.gguf", SideFileKind.Adapter)]
    [InlineData("ggml-vocab-llama-bpe.gguf", SideFileKind.Vocabulary)]
    [InlineData("Tiny-vocab.gguf", SideFileKind.Vocabulary)]
    [InlineData("Tiny.Q6_K.gguf.part1of2", SideFileKind.CutPiece)]
    [InlineData("llama-2-70b.Q8_0.gguf-split-a", SideFileKind.CutPiece)]
    public void What_goes_with_a_model_is_none(string path, SideFileKind kind)
    {
        var contents = Listings.Scan(Repo, path);

        Assert.Empty(contents.Variants);
        Assert.Equal((path, kind), (Assert.Single(contents.SideFiles).File.Path, contents.SideFiles[0].Kind));
        Assert.NotNull(contents.NothingToRun);
    }

    [Theory]
    [InlineData("Kunoichi-DPO-v2-7B-Q4_K_M-imatrix.gguf")]
    [InlineData("Flora-7B-Q4_K_M.gguf")]
    [InlineData("Explorable-7B.gguf")]
    [InlineData("Tiny-lora-merged-Q4_K_M.gguf")]
    [InlineData("Tiny-MTP-Q4_K_M.gguf")]
    [InlineData("vocabulist-7B-Q4_0.gguf")]
    [InlineData("imatrix/Tiny-Q4_0.gguf")]
    public void A_model_may_be_named_like_one(string path) => Assert.Single(Listings.Scan(Repo, path).Variants);

    [Theory]
    [InlineData("safetensors", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "config.json")]
    [InlineData("ONNX and safetensors", "onnx/model_q4.onnx", "model.safetensors")]
    [InlineData("PyTorch", "pytorch_model.bin", "training_args.bin")]
    [InlineData("GGML, from before GGUF", "ggml-model-q4_0.bin")]
    [InlineData("LiteRT", "gemma.task")]
    [InlineData("holds no model", "README.md", "data.bin", "notes")]
    [InlineData("only a vision projector and an importance matrix", "mmproj-F16.gguf", "mmproj-F32.gguf", "imatrix.dat")]
    [InlineData("joined by hand", "a.gguf.part1of2", "a.gguf.part2of2", "mmproj-F16.gguf")]
    public void A_repository_without_models_says_what_it_holds(string words, params string[] files)
        => Assert.Contains(words, Listings.Scan(Repo, files).NothingToRun, StringComparison.Ordinal);

    [Theory]
    [InlineData("Tiny-Q4_K_M.gguf", "mmproj-Q8_0.gguf")]
    [InlineData("Tiny-BF16.gguf", "mmproj-F16.gguf")]
    [InlineData("Tiny-F32.gguf", "mmproj-F32.gguf")]
    [InlineData("7B/Tiny-Q4_K_M.gguf", "7B/mmproj-F32.gguf")]
    [InlineData("13B/Tiny-Q4_K_M.gguf", "mmproj-Q8_0.gguf")]
    [InlineData("Other-Q4_K_M.gguf", "mmproj-Other-F16.gguf")]
    [InlineData("Tiny.gguf", "mmproj-F16.gguf")]
    public void A_projector_is_the_nearest_in_folders_then_by_name_then_in_bits(string model, string projector)
    {
        var contents = Listings.Scan(Repo, "mmproj-F32.gguf", "mmproj-F16.gguf", "mmproj-Q8_0.gguf", "7B/mmproj-F32.gguf", "mmproj-Other-F16.gguf", model);

        Assert.Equal(projector, Assert.Single(contents.Variants).Projector?.Path);
    }

    [Fact]
    public void Several_models_of_one_repository_are_told_apart()
    {
        var contents = Listings.Scan(Repo, "7B/model-Q4_0.gguf", "13B/model-Q4_0.gguf", "Draft-Q8_0.gguf", "draft-Q4_0.gguf");

        Assert.Equal(["13B/model", "7B/model", "Draft"], contents.Models);
        Assert.Equal(["13B/model-Q4_0.gguf", "7B/model-Q4_0.gguf", "Draft-Q8_0.gguf", "draft-Q4_0.gguf"], contents.Variants.Select(variant => variant.Files[0].Path));
    }

    [Fact]
    public void Three_thousand_files_are_sorted()
    {
        var names = Enumerable.Range(1, 1500).Select(number => number.ToString("D5", CultureInfo.InvariantCulture));
        var contents = Listings.Scan(Repo, [.. names.SelectMany(number => new[] { $"Big-Q8_0-{number}-of-01500.gguf", $"{number}/mmproj-F16.gguf" })]);

        Assert.Equal(1500, Assert.Single(contents.Variants).Files.Count);
        Assert.Equal(1500, contents.SideFiles.Count);
    }
}
