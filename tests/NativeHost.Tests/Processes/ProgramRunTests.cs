using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using NativeHost.Processes;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Processes;

/// <summary>Programs that are run to their end: what they get, what comes of them, and that nothing of them stays.</summary>
public sealed class ProgramRunTests : IDisposable
{
    private const string Shell = "/bin/sh";

    /// <summary>Runs a program in a group of its own.</summary>
    private const string Timeout = "/usr/bin/timeout";

    private readonly TemporaryFolder _folder = new();

    public ProgramRunTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell to play the programs.");

    [Fact]
    public async Task What_a_program_writes_and_ends_with_is_told()
    {
        var end = await RunAsync("printf 'out\\377put'; printf 'errors' >&2; exit 7");

        Assert.Equal((7, false), (end.ExitCode, end.IsTimedOut));
        Assert.Equal("out\uFFFDput", end.Output.Text(out var isCut));
        Assert.False(isCut);
        Assert.Equal("errors", end.Errors.Text(out _));
    }

    [Fact]
    public async Task Arguments_reach_it_to_the_letter()
    {
        string[] arguments = ["", " ", "a b", "*", "$HOME", "`id`", "$(id)", "\"", "'", "\\", ";", "|", "&", ">x", "ä€😀", "-n"];

        var end = await ProgramRun.ToItsEndAsync(Start(Shell, ["-c", "printf '<%s>' \"$@\"", "sh", .. arguments]), TimeProvider.System, Patience.Token);

        Assert.Equal(string.Concat(arguments.Select(argument => $"<{argument}>")), end.Output.Text(out _));
    }

    [Fact]
    public async Task It_has_nothing_to_read_a_folder_of_its_own_and_no_token_of_the_users()
    {
        Environment.SetEnvironmentVariable("HF_TEST_OF_COMMANDS", "secret");
        Environment.SetEnvironmentVariable("LD_TEST_OF_COMMANDS", "secret");

        var end = await RunAsync("cat; pwd; env");

        var lines = end.Output.Text(out _).Split('\n');
        Assert.Equal(0, end.ExitCode);
        Assert.Equal(_folder.Path, lines[0]);
        Assert.Contains(lines, line => line.StartsWith("PATH=", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("_TEST_OF_COMMANDS", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_inherits_no_open_file_and_no_ignored_signal()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Where these are to be seen.");

        var files = await ProgramRun.ToItsEndAsync(Start("/bin/ls", ["/proc/self/fd"]), TimeProvider.System, Patience.Token);
        var signals = await ProgramRun.ToItsEndAsync(Start("/bin/grep", ["SigIgn", "/proc/self/status"]), TimeProvider.System, Patience.Token);

        // The last is the folder that is listed.
        Assert.Equal("0\n1\n2\n3\n", files.Output.Text(out _));

        // Signals from 32 on are the C library's own.
        var ignored = signals.Output.Text(out _)["SigIgn:".Length..].Trim();
        Assert.Equal(0UL, ulong.Parse(ignored, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 0x7FFF_FFFF);
    }

    [Fact]
    public async Task A_signal_is_told_by_its_negative_number()
        => Assert.Equal(-15, (await RunAsync("kill -TERM $$")).ExitCode);

    [Fact]
    public async Task Any_amount_of_output_is_taken_and_its_beginning_kept()
    {
        // A character of two bytes lies across the limit.
        var start = Start(Shell, ["-c", "printf 'aé'; head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2"]) with { OutputBytes = 2, ErrorBytes = 100_000 };

        var end = await ProgramRun.ToItsEndAsync(start, TimeProvider.System, Patience.Token);

        Assert.Equal(0, end.ExitCode);
        Assert.Equal((3_000_003, 3_000_000), (end.Output.TotalBytes, end.Errors.TotalBytes));
        Assert.Equal("a", end.Output.Text(out var isOutputCut));
        Assert.Equal(new string('\0', 100_000), end.Errors.Text(out var areErrorsCut));
        Assert.True(isOutputCut && areErrorsCut);
    }

    [Fact]
    public async Task When_its_time_is_over_it_is_killed_with_its_children_and_their_sessions()
    {
        var time = new ManualTime();
        var running = ProgramRun.ToItsEndAsync(
            Start(Shell, ["-c", $"echo begun; sleep 1000 & echo $! >> pids; {Setsid}sleep 1000 & echo $! >> pids; echo $$ >> pids; wait"]), time, Patience.Token);
        var pids = await PidsAsync(3);

        time.Advance(TimeSpan.FromSeconds(30));
        var end = await running;

        Assert.True(end.IsTimedOut);
        Assert.Equal("begun\n", end.Output.Text(out _));
        await AssertGoneAsync(pids);
    }

    [Fact]
    public async Task One_that_is_cancelled_is_killed_though_it_asks_not_to_be()
    {
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(Patience.Token);
        var running = ProgramRun.ToItsEndAsync(
            Start(Shell, ["-c", "trap '' TERM INT HUP; echo $$ >> pids; while :; do sleep 1000; done"]), TimeProvider.System, cancelling.Token);
        var pids = await PidsAsync(1);

        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await AssertGoneAsync(pids);
    }

    [Fact]
    public async Task What_it_leaves_behind_ends_with_it_and_its_output_is_complete()
    {
        var end = await RunAsync("sleep 1000 & echo $! >> pids; echo done");

        Assert.Equal((0, "done\n"), (end.ExitCode, end.Output.Text(out _)));
        await AssertGoneAsync(await PidsAsync(1));
    }

    [Theory]
    [InlineData("timeout 1000 sleep 1000 & echo $! >> pids; sleep 0.2; exit 0")]
    [InlineData("(timeout 1000 sleep 1000 & echo $! >> pids) & wait; sleep 0.2; exit 0")]
    public async Task What_it_leaves_in_groups_of_their_own_ends_with_it(string script)
    {
        Assert.SkipUnless(File.Exists(Timeout), "Nothing here makes groups.");
        Assert.Equal(0, (await RunAsync(script)).ExitCode);

        await AssertGoneAsync(await PidsAsync(1));
    }

    [Fact]
    public async Task When_its_time_is_over_orphans_in_groups_of_their_own_are_killed_too()
    {
        Assert.SkipUnless(File.Exists(Timeout), "Nothing here makes groups.");
        var time = new ManualTime();
        var running = ProgramRun.ToItsEndAsync(
            Start(Shell, ["-c", "(timeout 1000 sleep 1000 & echo $! >> pids) & wait; sleep 0.2; echo $$ >> pids; sleep 1000"]), time, Patience.Token);
        var pids = await PidsAsync(2);

        time.Advance(TimeSpan.FromSeconds(30));

        Assert.True((await running).IsTimedOut);
        await AssertGoneAsync(pids);
    }

    [Fact]
    public async Task What_starts_others_without_end_ends_with_it()
    {
        Assert.SkipUnless(File.Exists(Timeout), "Nothing here makes groups.");

        // Each starts the next one in a group of its own, and ends.
        var next = _folder.Write("echo $$ >> pids; timeout 5 sh next &", "next");
        await RunAsync("timeout 5 sh next & while ! [ -s pids ]; do :; done");

        var pids = Path.Combine(_folder.Path, "pids");
        var before = new FileInfo(pids).Length;
        await Task.Delay(TimeSpan.FromMilliseconds(500), Patience.Token);
        var after = new FileInfo(pids).Length;
        File.Delete(next);
        Assert.Equal(before, after);
    }

    [Fact]
    public async Task One_that_leaves_with_a_session_of_its_own_and_holds_the_output_keeps_nobody_waiting()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/setsid"), "Nothing here makes sessions.");

        // One is silent, the other one writes without end.
        var end = await RunAsync("setsid sleep 1000 & echo $! >> pids; setsid cat /dev/zero & echo $! >> pids; exit 3");

        Assert.Equal(3, end.ExitCode);
        foreach (var pid in await PidsAsync(2))
        {
            using var left = Process.GetProcessById(pid);
            left.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task One_that_closes_its_output_is_waited_for_all_the_same()
        => Assert.Equal(5, (await RunAsync("exec >&- 2>&-; sleep 0.2; exit 5")).ExitCode);

    [Fact]
    public async Task What_does_not_start_is_told()
    {
        var noProgram = _folder.Write("no program", "no program");
        TemporaryFolder.SetMode(noProgram, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        foreach (var program in new[] { noProgram, Path.Combine(_folder.Path, "missing") })
        {
            var refusal = await Assert.ThrowsAsync<ProgramStartException>(
                () => ProgramRun.ToItsEndAsync(Start(program, []), TimeProvider.System, Patience.Token));
            Assert.Contains($"{program} does not start", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Many_at_once_each_get_their_own()
    {
        var ends = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => RunAsync($"echo {number}; exit {number}")));

        Assert.Equal(
            Enumerable.Range(0, 40).Select(number => ((int?)number, $"{number}\n")),
            ends.Select(end => (end.ExitCode, end.Output.Text(out _))));
    }

    [Fact]
    public async Task The_frameworks_own_way_which_Windows_takes_does_the_same()
    {
        var (output, errors) = (new KeptOutput(100), new KeptOutput(100));
        using var child = FrameworkChild.Start(Start(Shell, ["-c", "cat; echo \"$A\"; echo \"$HOME\" >&2; pwd; exit 9"]), ["A=b=c"], output, errors);

        Assert.Equal(9, await child.Ended);
        Assert.Equal($"b=c\n{_folder.Path}\n", output.Text(out _));
        Assert.Equal("\n", errors.Text(out _));

        using var endless = FrameworkChild.Start(Start(Shell, ["-c", "sleep 1000"]), [], output, errors);
        endless.Kill();
        Assert.Equal(128 + 9, await endless.Ended);
        Assert.Throws<ProgramStartException>(() => FrameworkChild.Start(Start("/missing", []), [], output, errors));
    }

    [Fact]
    public void A_jobs_limits_are_as_large_as_Windows_has_them()
    {
        Assert.SkipUnless(Environment.Is64BitProcess, "The size is that of 64 bits.");

        Assert.Equal(144, Unsafe.SizeOf<WindowsJob.Limits>());
    }

    public void Dispose() => _folder.Dispose();

    private static string Setsid => File.Exists("/usr/bin/setsid") ? "setsid " : "";

    private static async Task AssertGoneAsync(IEnumerable<int> pids)
    {
        var timeout = Patience.Token;
        foreach (var pid in pids)
        {
            while (IsThere(pid))
            {
                await Task.Delay(5, timeout);
            }
        }
    }

    // A process that has ended is there until its parent has seen it; of orphans that may take the system a while.
    private static bool IsThere(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited && !(OperatingSystem.IsLinux() && File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IOException)
        {
            return false;
        }
    }

    private async Task<List<int>> PidsAsync(int count)
    {
        var timeout = Patience.Token;
        var file = Path.Combine(_folder.Path, "pids");
        while (true)
        {
            string[] lines = File.Exists(file) ? (await File.ReadAllTextAsync(file, timeout)).Split('\n') : [];
            if (lines.Length > count)
            {
                return [.. lines.Take(count).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
            }

            await Task.Delay(5, timeout);
        }
    }

    private Task<ProgramEnd> RunAsync(string script) => ProgramRun.ToItsEndAsync(Start(Shell, ["-c", script]), TimeProvider.System, Patience.Token);

    private ProgramStart Start(string program, IReadOnlyList<string> arguments)
        => new(program, arguments, _folder.Path, TimeSpan.FromSeconds(30), 100_000, 100_000);
}
