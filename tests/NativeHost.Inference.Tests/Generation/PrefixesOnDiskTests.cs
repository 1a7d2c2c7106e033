using NativeHost.Inference.Generation;
using NativeHost.Inference.Prefixes;
using NativeHost.Inference.Sampling;
using Xunit;

namespace NativeHost.Inference.Tests.Generation;

/// <summary>What a model has computed is found again by the next one that is loaded from the same file.</summary>
public sealed class PrefixesOnDiskTests : IDisposable
{
    private const long Plenty = 100_000_000;

    private static readonly string Prompt = new('p', 1000);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("prefixes-");

    private FileInfo[] Files => _folder.GetFiles();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_known_prompt_is_not_computed_again_after_a_restart()
    {
        await GenerateAsync(Prompt, saves: 1);

        var (reading, model) = await GenerateAsync(Prompt + "more");

        Assert.Equal(1000, reading.Result.CachedTokens);
        Assert.Equal(ReckoningModel.AnswerTo(Prompt + "more", 20), reading.Text);
        Assert.InRange(model.ComputedTokens, 4, 24);
    }

    [Fact]
    public async Task The_next_turn_takes_the_place_of_the_one_before()
    {
        var (first, _) = await GenerateAsync(Prompt, saves: 1);
        var (second, _) = await GenerateAsync(Prompt + first.Text + "next", saves: 1);
        var (third, _) = await GenerateAsync(Prompt + first.Text + "next" + second.Text + "and");

        Assert.Equal(2, Files.Length);
        Assert.InRange(third.Result.CachedTokens, 1000 + first.Text.Length + 4 + second.Text.Length - 1, 1000 + first.Text.Length + 4 + second.Text.Length);
    }

    [Theory]
    [InlineData("other", "reckoning")]
    [InlineData(null, "reckoning")]
    [InlineData("me", "another file")]
    [InlineData("me", null)]
    public async Task Of_another_owner_or_model_nothing_is_used(string? owner, string? stateKey)
    {
        await GenerateAsync(Prompt, saves: 1);

        var (reading, model) = await GenerateAsync(Prompt, owner: owner, stateKey: stateKey);

        Assert.Equal((0, 0), (reading.Result.CachedTokens, model.Restores));
        Assert.Equal(ReckoningModel.AnswerTo(Prompt, 20), reading.Text);
    }

    [Theory]
    [InlineData(".state")]
    [InlineData(".prefix")]
    public async Task Damaged_files_are_as_none(string ending)
    {
        await GenerateAsync(Prompt, saves: 1);
        var path = Files.Single(file => file.Extension == ending).FullName;
        var bytes = await File.ReadAllBytesAsync(path, Patience.Token);
        for (var at = 0; at < bytes.Length; at += Math.Max(1, bytes.Length / 12))
        {
            foreach (var damaged in (byte[][])[Changed(bytes, at), bytes[..at]])
            {
                await File.WriteAllBytesAsync(path, damaged, Patience.Token);

                var (reading, model) = await GenerateAsync(Prompt);

                Assert.Equal((0, 0), (reading.Result.CachedTokens, model.Restores));
                Assert.Equal(ReckoningModel.AnswerTo(Prompt, 20), reading.Text);
                Array.ForEach(Files, file => file.Delete());
                await GenerateAsync(Prompt, saves: 1);
            }
        }
    }

    [Fact]
    public async Task A_state_that_the_engine_refuses_is_dropped()
    {
        await GenerateAsync(Prompt, saves: 1);
        var head = StoredPrefix.Read(Files.Single(file => file.Extension == ".prefix").FullName)!;
        await File.WriteAllBytesAsync(head.HeadPath, (head with { Tokens = [.. head.Tokens, new Token('x')] }).ToBytes(), Patience.Token);

        var (reading, model) = await GenerateAsync(Prompt);

        Assert.Equal((0, 1, 0), (reading.Result.CachedTokens, model.Restores, Files.Length));
        Assert.Equal(ReckoningModel.AnswerTo(Prompt, 20), reading.Text);
    }

    [Fact]
    public async Task The_folder_stays_within_its_bytes_and_what_was_used_last_stays()
    {
        await GenerateAsync(Prompt, saves: 1);
        var one = Files.Sum(file => file.Length);
        var other = new string('q', 1000);
        await GenerateAsync(other, saves: 1, bytes: (one * 5 / 2));
        await GenerateAsync(Prompt + "again", saves: 0);

        await GenerateAsync(new string('r', 1000), saves: 1, bytes: (one * 5 / 2));

        Assert.InRange(Files.Sum(file => file.Length), one, one * 5 / 2);
        Assert.Equal(0, (await GenerateAsync(other)).Reading.Result.CachedTokens);
        Assert.Equal(1000, (await GenerateAsync(Prompt + "x")).Reading.Result.CachedTokens);

        await GenerateAsync(new string('s', 1000), bytes: 100);
        Assert.DoesNotContain(Files, file => file.Name.EndsWith(".new", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_nothing_can_be_written_everything_is_computed()
    {
        var blocked = Path.Combine(_folder.FullName, "file");
        await File.WriteAllTextAsync(blocked, "", Patience.Token);

        var (reading, _) = await GenerateAsync(Prompt, folder: blocked);

        Assert.Equal(ReckoningModel.AnswerTo(Prompt, 20), reading.Text);
    }

    [Fact]
    public async Task Only_the_user_may_read_what_was_asked()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes.");
            return;
        }

        var folder = Path.Combine(_folder.FullName, "new");
        await GenerateAsync(Prompt, saves: 1, folder: folder);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        foreach (var file in Directory.GetFiles(folder))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    private static byte[] Changed(byte[] bytes, int at)
    {
        var changed = (byte[])bytes.Clone();
        changed[at] ^= 1;
        return changed;
    }

    /// <summary>Loads a model, generates, and waits until so many files have been written.</summary>
    private async Task<(Reading Reading, ReckoningModel Model)> GenerateAsync(
        string prompt, string? owner = "me", string? stateKey = "reckoning", int saves = 0, long bytes = Plenty, string? folder = null)
    {
        var model = new ReckoningModel(new ByteTokenizer([ByteTokenizer.End]), 2) { StateKey = stateKey };
        folder ??= _folder.FullName;
        var options = new PrefixCacheOptions(folder, bytes) { IdleTime = saves > 0 ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromHours(1) };
        await using var host = new InProcessModelHost(model, prefixes: options);
        var request = new GenerationRequest { Prompt = prompt, Owner = owner, MaxNewTokens = 20, Sampling = new SamplingOptions { Temperature = 0f } };
        var reading = await Reading.OfAsync(host.GenerateAsync(request, Patience.Token));
        var known = prompt.Length + reading.Result.Tokens.Count - 1;
        while (saves > 0 && !Heads(folder).Any(head => head.Tokens.Length == known && head.Tokens[0].Id == prompt[0]))
        {
            await Task.Delay(5, Patience.Token);
        }

        return (reading, model);
    }

    private static IEnumerable<StoredPrefix> Heads(string folder)
        => Directory.Exists(folder) ? Directory.GetFiles(folder, "*.prefix").Select(StoredPrefix.Read).OfType<StoredPrefix>() : [];
}
