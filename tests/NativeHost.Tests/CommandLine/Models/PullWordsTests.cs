using NativeHost.CommandLine.Models;
using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Variants;
using Xunit;

namespace NativeHost.Tests.CommandLine.Models;

public sealed class PullWordsTests
{
    private const long Giga = 1_000_000_000;

    [Fact]
    public void What_does_not_fit_is_told_with_what_would()
    {
        Assert.Empty(PullWords.Warnings(Outlook()));
        Assert.EndsWith("These would fit: Q3_K_M, Q2_K", Assert.Single(PullWords.Warnings(Outlook() with { MemoryBytes = 9 * Giga, FittingQuants = ["Q3_K_M", "Q2_K"] })), StringComparison.Ordinal);
        Assert.EndsWith("No other quant of it would fit, either.", Assert.Single(PullWords.Warnings(Outlook() with { MemoryBytes = 9 * Giga })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_disk_that_is_too_small_is_told_with_what_it_lacks()
    {
        var outlook = Outlook() with { NeededDiskBytes = 5 * Giga, FreeDiskBytes = 4 * Giga };

        Assert.StartsWith("The disk lacks 1.0 GB: ", Assert.Single(PullWords.Warnings(outlook)), StringComparison.Ordinal);
        Assert.Empty(PullWords.Warnings(outlook with { FreeDiskBytes = null }));
        Assert.Empty(PullWords.Warnings(outlook with { UnverifiedBytes = 4 * Giga }));
    }

    [Fact]
    public void What_is_here_is_not_said_to_be_downloaded()
    {
        Assert.Contains("  download  4.0 GB", PullWords.Plan(Outlook()));
        Assert.Contains("  download  3.0 GB; 1.0 GB are here", PullWords.Plan(Outlook(cached: Giga)));
        Assert.Contains("  download  nothing: all of it is here", PullWords.Plan(Outlook(cached: 4 * Giga)));
        Assert.Contains("  download  nothing: all of it is here, and is read once to verify it", PullWords.Plan(Outlook() with { UnverifiedBytes = 4 * Giga }));
    }

    [Fact]
    public void A_model_of_many_files_is_told_in_a_few_lines()
    {
        var lines = PullWords.Plan(Outlook(files: 40)).ToList();

        Assert.Equal(6, lines.Count(line => line.Contains(".gguf, 100 MB", StringComparison.Ordinal)));
        Assert.Contains("            and 34 more, 4.0 GB in all", lines);
    }

    [Fact]
    public void The_file_that_is_at_work_is_counted()
    {
        var status = new PullStatus(PullState.Running, BlobPhase.Downloading, 15, 20, 0, null, [new("a", 10, 10), new("b", 5, 10)], 0, null);

        Assert.Equal("file 2 of 2", PullWords.Phase(status));
        Assert.Equal("2.0 MB/s  1 min 5 s left  file 2 of 2", PullWords.Phase(status with { BytesPerSecond = 2_000_000, Remaining = TimeSpan.FromSeconds(65) }));
        Assert.Equal("waits for another program's download  file 2 of 2", PullWords.Phase(status with { Phase = BlobPhase.Waiting }));
        Assert.Equal("", PullWords.Phase(status with { Files = [new("a", 5, 10)] }));
    }

    [Theory]
    [InlineData("5MB", 5_000_000L)]
    [InlineData("1.5 gb", 1_500_000_000L)]
    [InlineData("800kB", 800_000L)]
    [InlineData("12", 12L)]
    [InlineData("12B", 12L)]
    [InlineData("0", null)]
    [InlineData("-1MB", null)]
    [InlineData("MB", null)]
    [InlineData("5 apples", null)]
    [InlineData("99999999999999GB", null)]
    public void Amounts_are_read_with_their_units(string text, long? bytes) => Assert.Equal(bytes, Amounts.TryParseBytes(text));

    private static PullOutlook Outlook(long cached = 0, int files = 1)
    {
        const long Size = 4 * Giga;
        Assert.True(ContentId.TryParse(new string('a', 64), out var content));
        var variant = new Variant
        {
            Model = "big",
            Label = QuantLabel.Parse("Q4_K_M"),
            Files = [.. Enumerable.Range(1, files).Select(number => new RepoFile($"big-{number}.gguf", Size / files, content))],
            Problem = null,
            MissingShards = [],
            TotalBytes = Size,
            CachedBytes = cached,
            Projector = null,
        };
        var plan = new PullPlan(RepoId.Parse("acme/big-GGUF"), "main", new string('0', 40), variant, new RepoDescription());
        return new PullOutlook(plan, Size, 100 * Giga, 6 * Giga, 8 * Giga, [], 0, HasToken: false);
    }
}
