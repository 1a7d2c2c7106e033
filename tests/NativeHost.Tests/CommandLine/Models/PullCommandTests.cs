using System.Text.Json;
using NativeHost.Hardware.Planning;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Variants;
using Xunit;

namespace NativeHost.Tests.CommandLine.Models;

public sealed class PullCommandTests : IAsyncLifetime
{
    private const string Q4 = $"{VerbBed.Repo}:Q4_K_M";

    private VerbBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await VerbBed.StartAsync();

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task At_a_screen_the_plan_comes_first_then_one_line_is_drawn_again_and_again_and_goes()
    {
        _bed.Hub.TotalRate = 4_000_000;

        var pulled = await _bed.TypeAtScreenAsync("pull", Q4);

        Assert.Equal(0, pulled.ExitCode);
        var drawn = pulled.Output.Split("\r\e[?7l")[1..];
        Assert.All(drawn, line => Assert.Contains("\e[K\e[?7h", line, StringComparison.Ordinal));
        Assert.Contains(drawn, line => line.StartsWith('[') && line.Contains("MB of 4.0 MB", StringComparison.Ordinal) && line.Contains(" left\e", StringComparison.Ordinal));
        Assert.DoesNotContain("another program", pulled.Output, StringComparison.Ordinal);
        var picture = TerminalPicture.Of(pulled.Output);
        Assert.Matches(
            $"""
            \A{Q4} at [0-9a-f]+
              licence   apache-2.0
              file      big-Q4_K_M\.gguf, 4\.0 MB
              download  4\.0 MB
              disk      .* are free
              memory    about .* when it is loaded; .* are free
            Here, verified, 4\.0 MB in [0-9]+ s \(.*/s\): /.*big-Q4_K_M\.gguf
            Talk to it: tabagent chat {Q4}
            \z
            """.ReplaceLineEndings("\n"),
            picture.Replace(Path.DirectorySeparatorChar, '/').Replace(": C:", ": ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_pull_says_that_it_is_here()
    {
        await _bed.TypeAsync("pull", Q4);
        var served = _bed.Hub.ServedBytes;

        var again = await _bed.TypeAtScreenAsync("pull", Q4);

        var lines = TerminalPicture.Of(again.Output).TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("Already here, verified: ", lines[1], StringComparison.Ordinal);
        Assert.Equal(served, _bed.Hub.ServedBytes);
    }

    [Fact]
    public async Task In_a_file_there_are_lines_and_no_sequences()
    {
        _bed.Hub.TotalRate = 500_000;
        var pulled = await _bed.TypeAsync("pull", $"{VerbBed.Repo}:Q8_0");

        Assert.DoesNotContain('\e', pulled.Output);
        Assert.Contains("  files     big-Q8_0-00001-of-00002.gguf, 300 kB", pulled.Output, StringComparison.Ordinal);
        Assert.Contains("            big-Q8_0-00002-of-00002.gguf, 200 kB", pulled.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^\[#+-*\] [ 0-9]+ %  [0-9]+ kB of 500 kB", pulled.Output);
    }

    [Fact]
    public async Task Who_wants_no_colours_gets_none()
    {
        var pulled = await _bed.TypeAsync(["pull", Q4], isLive: true, hasColours: false, printed: null, Patience.Token);

        Assert.DoesNotMatch(@"\e\[[0-9]+m", pulled.Output);
        Assert.Matches(@"\e\[1macme.*\e\[0m", (await _bed.TypeAtScreenAsync("pull", Q4)).Output);
    }

    [Fact]
    public async Task Json_is_all_that_stdout_gets_and_says_what_the_plan_says()
    {
        var planned = await _bed.TypeAsync("pull", Q4, "--plan", "--json");
        Assert.Equal(0, _bed.Hub.ServedBytes);
        var pulled = await _bed.TypeAsync("pull", Q4, "--json");

        Assert.Contains("licence   apache-2.0", planned.Errors, StringComparison.Ordinal);
        Assert.Equal(
            ("planned", "apache-2.0", JsonValueKind.Null, VerbBed.Size, 0, true),
            (Text(planned, "state"), Text(planned, "license"), planned.Json.GetProperty("path").ValueKind, Number(planned, "missingBytes"), Number(planned, "receivedBytes"), planned.Json.GetProperty("fits").GetBoolean()));
        Assert.Equal(VerbBed.Size + (512 << 20), Number(planned, "neededDiskBytes"));
        Assert.Equal(("completed", VerbBed.Size), (Text(pulled, "state"), Number(pulled, "receivedBytes")));
        Assert.Equal(VerbBed.Size, (await File.ReadAllBytesAsync(Text(pulled, "path"), Patience.Token)).Length);
    }

    [Fact]
    public async Task A_pull_that_is_stopped_says_what_stays_and_goes_on_from_there()
    {
        const int Size = 24_000_000;
        const string Long = "acme/long-GGUF:Q4_K_M";
        _bed.Hub.AddRepo("acme/long-GGUF").AddGenerated("long-Q4_K_M.gguf", Size);
        _bed.Hub.TotalRate = 12_000_000;
        using var interrupt = new CancellationTokenSource();
        await using var printed = new Printed("[####");
        var stopping = _bed.TypeAsync(["pull", Long], isLive: true, hasColours: false, printed, interrupt.Token);
        await printed.HasIt.WaitAsync(Patience.Token);
        await interrupt.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopping);

        var lines = TerminalPicture.Of(printed.ToString()).TrimEnd().Split('\n');
        Assert.StartsWith("[#", lines[^2], StringComparison.Ordinal);
        Assert.StartsWith("Stopped. What came is kept", lines[^1], StringComparison.Ordinal);
        _bed.Hub.TotalRate = null;
        while (_bed.Hub.Transfers > 0)
        {
            await Task.Delay(1, Patience.Token);
        }

        var before = _bed.Hub.ServedBytes;
        Assert.Contains("are here", (await _bed.TypeAsync("pull", Long)).Output, StringComparison.Ordinal);
        Assert.InRange(_bed.Hub.ServedBytes - before, 1, Size - 4_000_000);
    }

    [Fact]
    public async Task Another_programs_download_is_shown_and_waited_for()
    {
        await using var other = _bed.NewLibrary();
        _bed.Hub.TotalRate = 2_000_000;
        var address = ModelAddress.Parse(Q4);
        var job = other.Pulls.Start(await other.Planner.PlanAsync(address, freeBytes: null, new PlanSettings(), Patience.Token), priority: 0);
        while (job.Status.DurableBytes == 0)
        {
            await Task.Delay(1, Patience.Token);
        }

        var followed = await _bed.TypeAtScreenAsync("pull", Q4);

        Assert.Equal(PullState.Completed, (await job.EndAsync(Patience.Token)).State);
        Assert.Contains(followed.Output.Split("\r\e[?7l"), line => line.StartsWith("[####", StringComparison.Ordinal) && line.Contains("MB of 4.0 MB", StringComparison.Ordinal) && !line.StartsWith("[########################", StringComparison.Ordinal));
        Assert.Contains("another program had it or downloaded it: ", TerminalPicture.Of(followed.Output), StringComparison.Ordinal);
        Assert.Equal(VerbBed.Size, _bed.Hub.ServedBytes);
    }

    [Fact]
    public async Task A_limit_is_kept()
    {
        var began = TimeProvider.System.GetTimestamp();

        Assert.Equal(0, (await _bed.TypeAsync("pull", $"{VerbBed.Repo}:Q8_0", "--limit", "500kB/s")).ExitCode);

        Assert.True(TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(0.7), "500 kB came sooner than in a second.");
        Assert.Contains("--limit is a number", (await _bed.TypeAsync("pull", Q4, "--limit", "fast")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_is_told_what_to_type()
    {
        var plan = await _bed.TypeAsync("pull", SampleRepos.AutoGated, "--plan");
        Assert.Contains("access    for those who have accepted its terms, and no token is set: tabagent token set", plan.Output, StringComparison.Ordinal);

        var withoutToken = await _bed.TypeAsync("pull", SampleRepos.AutoGated);
        (_bed.Typed, var page) = (SampleRepos.OtherToken, $"{_bed.Hub.Endpoint}{SampleRepos.AutoGated}");
        await _bed.TypeAsync("token", "set");
        var notLetIn = await _bed.TypeAsync("pull", SampleRepos.AutoGated);

        Assert.Equal((1, 1), (withoutToken.ExitCode, notLetIn.ExitCode));
        Assert.Equal(
            [
                $"tabagent: {SampleRepos.AutoGated} is for people who have accepted its terms. To be one of them:",
                $"  1. Accept the terms: {page}",
                $"  2. Make a token with the right to read: {_bed.Hub.Endpoint}settings/tokens",
                "  3. Give it to this program: tabagent token set",
                "  4. Type the same command again.",
            ],
            withoutToken.Errors.TrimEnd().Split(Environment.NewLine));
        Assert.Contains($"  1. Accept the terms as the token's user: {page}", notLetIn.Errors, StringComparison.Ordinal);
    }

    /// <summary>Keeps what is written, and tells when a text is in it.</summary>
    private sealed class Printed(string awaited) : StringWriter
    {
        private readonly TaskCompletionSource _hasIt = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HasIt => _hasIt.Task;

        public override void Write(string? value)
        {
            base.Write(value);
            if (value?.Contains(awaited, StringComparison.Ordinal) == true)
            {
                _hasIt.TrySetResult();
            }
        }
    }

    private static string Text(Typed typed, string name) => typed.Json.GetProperty(name).GetString()!;

    private static long Number(Typed typed, string name) => typed.Json.GetProperty(name).GetInt64();
}
