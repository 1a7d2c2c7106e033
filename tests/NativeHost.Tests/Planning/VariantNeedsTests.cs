using NativeHost.Gguf;
using NativeHost.Hardware.Planning;
using NativeHost.Inference;
using NativeHost.Library;
using NativeHost.ModelCache.Variants;
using NativeHost.Planning;
using NativeHost.Tests.Library;
using Xunit;

namespace NativeHost.Tests.Planning;

/// <summary>Which quant is pulled where memory is short: what a context takes is in the header, and not in the size.</summary>
public sealed class VariantNeedsTests : IAsyncLifetime
{
    private const string Repo = "acme/wide-GGUF";
    private const string Gated = "acme/closed-GGUF";
    private const long Mebibyte = 1024 * 1024;

    /// <summary>With a context that takes far more than files of this size let one think.</summary>
    private static readonly SketchSize Size = new() { Layers = 2, FeedForward = 1024, KvHeads = 8, HeadLength = 128, TypeId = GgufTensorType.Q8 };

    private LibraryBed _bed = null!;
    private ModelLibrary _library = null!;

    public async ValueTask InitializeAsync()
    {
        _bed = await LibraryBed.StartAsync();
        _library = _bed.NewLibrary("needs");
        foreach (var name in new[] { Repo, Gated })
        {
            var repo = _bed.Hub.AddRepo(name);
            repo.AddFile("wide-Q8_0.gguf", Sketch(Size), isLfs: true);
            repo.AddFile("wide-Q4_0.gguf", Sketch(Size with { TypeId = 2 }), isLfs: true);
            repo.Gate = name == Gated ? Gate.Manual : Gate.None;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _library.DisposeAsync();
        await _bed.DisposeAsync();
    }

    [Fact]
    public async Task What_fits_by_its_header_is_chosen()
    {
        var needed = NeedOf(Size);

        Assert.Equal("Q8_0", await ChosenAsync(Repo, needed + Mebibyte));
        Assert.Equal("Q4_0", await ChosenAsync(Repo, needed - Mebibyte));
    }

    [Fact]
    public async Task No_header_is_fetched_where_memory_is_plenty_or_the_quant_is_named()
    {
        Assert.Equal("Q8_0", await ChosenAsync(Repo, 1L << 36));
        Assert.Equal("Q8_0", await ChosenAsync($"{Repo}:Q8_0", NeedOf(Size) - Mebibyte));
        Assert.Equal(0, _bed.Hub.ServedBytes);

        await ChosenAsync(Repo, NeedOf(Size) - Mebibyte);
        Assert.NotEqual(0, _bed.Hub.ServedBytes);
    }

    [Fact]
    public async Task Where_the_header_may_not_be_read_the_size_decides()
        => Assert.Equal("Q8_0", await ChosenAsync(Gated, NeedOf(Size) - Mebibyte));

    private async Task<string> ChosenAsync(string address, long roomBytes)
        => (await _library.PlanPullAsync(ModelAddress.Parse(address), roomBytes, Patience.Token)).Variant.LabelText;

    private static long NeedOf(SketchSize size)
    {
        var header = ModelSketch.Header("llama", size);
        var plan = LoadPlans.Of(new ModelPlanner(header, CpuPacking.None), new ModelLoadOptions(), MemoryRoom.WithoutGpu(long.MaxValue)).With(8192);
        Assert.InRange(plan.TotalBytes, ModelPlanner.OfSize(header.FileBytes, new PlanSettings()).TotalBytes + (8 * Mebibyte), long.MaxValue);
        return plan.TotalBytes - plan.Weights.Bytes + header.FileBytes;
    }

    private static byte[] Sketch(SketchSize size)
    {
        using var file = new MemoryStream();
        ModelSketch.Write(file, "llama", size);
        return file.ToArray();
    }
}
