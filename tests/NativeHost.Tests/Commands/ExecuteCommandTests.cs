using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Settings;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Commands;

/// <summary>What an extension may have run, and what comes of it.</summary>
public sealed class ExecuteCommandTests : IDisposable
{
    private static readonly Caller Extension = new(CallerKind.Extension, "chrome-extension://abcdefghijklmnopabcdefghijklmnop/");
    private static readonly Caller Other = new(CallerKind.Extension, "chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba/");

    private readonly RecordingProgram _program = new();

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task Without_settings_nothing_is_run_and_it_is_told_how_to_allow()
    {
        var answer = await AskAsync($"'{_program.Path}'");

        Assert.Equal("error", answer.GetProperty("status").GetString());
        Assert.Equal("command_not_allowed", answer.GetProperty("code").GetString());
        Assert.Equal("Command not allowed", answer.GetProperty("message").GetString());
        var details = answer.GetProperty("details");
        Assert.Equal(Path.Combine(_program.ConfigFolder, "settings.json"), details.GetProperty("file").GetString());
        Assert.Empty(_program.Calls);

        // The example is one that works: where it is written there, its command is allowed to this caller.
        _program.Allow(details.GetProperty("example").GetString()!);
        Assert.NotEqual("command_not_allowed", CodeOf(await AskAsync("status status --short")));
        Assert.Equal("command_not_allowed", CodeOf(await AskAsync("status status --short", Other)));
    }

    [Fact]
    public async Task What_is_allowed_is_run_and_answered_as_the_original_did()
    {
        _program.Allow("""{"name": "rec", "program": "PROGRAM", "arguments": ["a b", "c"], "origins": ["*"], "workingFolder": "/"}""");

        var answer = await AskAsync("rec 'a b' c");

        Assert.Equal("success", answer.GetProperty("status").GetString());
        Assert.Equal("rec 'a b' c", answer.GetProperty("command").GetString());
        Assert.Equal("a b c", answer.GetProperty("stdout").GetString());
        Assert.Equal("", answer.GetProperty("stderr").GetString());
        Assert.Equal(0, answer.GetProperty("returncode").GetInt32());
        Assert.False(answer.GetProperty("stdoutTruncated").GetBoolean());
        Assert.Equal(5, answer.GetProperty("stdoutBytes").GetInt64());
        Assert.InRange(answer.GetProperty("durationMs").GetInt64(), 0, 60_000);
        Assert.Equal([_program.Path, "a b", "c"], Assert.Single(_program.Calls));

        Assert.Equal("success", (await AskAsync($"\"{_program.Path}\" 'a b' c")).GetProperty("status").GetString());
        Assert.Equal(2, _program.Calls.Count);
    }

    [Fact]
    public async Task An_end_that_is_not_zero_is_an_answer_like_others()
    {
        _program.Allow("""{"name": "sh", "program": "/bin/sh", "arguments": ["-c", "echo no >&2; exit 3"], "origins": ["*"]}""");

        var answer = await AskAsync("sh -c 'echo no >&2; exit 3'");

        Assert.Equal(("success", 3, "no\n"), (answer.GetProperty("status").GetString(), answer.GetProperty("returncode").GetInt32(), answer.GetProperty("stderr").GetString()));
    }

    [Theory]
    [InlineData("""{"action":"execute_command"}""")]
    [InlineData("""{"action":"execute_command","command":null}""")]
    [InlineData("""{"action":"execute_command","command":"  "}""")]
    public async Task Without_a_command_it_is_told_so(string request)
    {
        await using var host = NewHost();
        await using var client = new Dialogue(host, Timeout, caller: Extension);

        var answer = await client.AskAsync(request);

        Assert.Equal(("invalid_request", "No command provided"), (CodeOf(answer), answer.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task A_command_is_for_the_extensions_that_the_user_named_and_for_the_user()
    {
        _program.Allow("""{"name": "rec", "program": "PROGRAM", "arguments": [], "origins": ["abcdefghijklmnopabcdefghijklmnop"]}""");

        Assert.Equal("command_not_allowed", CodeOf(await AskAsync("rec", Other)));
        Assert.Empty(_program.Calls);
        Assert.Null(CodeOf(await AskAsync("rec")));
        Assert.Null(CodeOf(await AskAsync("rec", Caller.Local)));
        Assert.Equal(2, _program.Calls.Count);
    }

    [Fact]
    public async Task What_is_taken_out_of_the_settings_is_not_run_again()
    {
        _program.Allow("""{"name": "rec", "program": "PROGRAM", "arguments": [], "origins": ["*"]}""");
        await using var host = NewHost();
        await using var client = new Dialogue(host, Timeout, caller: Extension);
        var before = await client.AskAsync("""{"action":"execute_command","command":"rec"}""");

        _program.Allow();
        var after = await client.AskAsync("""{"action":"execute_command","command":"rec"}""");

        Assert.Equal((null, "command_not_allowed"), (CodeOf(before), CodeOf(after)));
        Assert.Single(_program.Calls);
    }

    [Fact]
    public async Task A_wrong_entry_allows_nothing_and_is_spoken_of()
    {
        _program.Allow("""{"name": "rec", "program": "PROGRAM", "arguments": []}""");

        var answer = await AskAsync("rec");

        Assert.Equal("command_not_allowed", CodeOf(answer));
        Assert.Contains("tabagent config shows them", answer.GetProperty("details").GetProperty("advice").GetString(), StringComparison.Ordinal);
        Assert.Empty(_program.Calls);
    }

    [Fact]
    public async Task Settings_and_programs_that_everybody_may_write_are_not_trusted()
    {
        const UnixFileMode Loose = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite;
        _program.Allow("""{"name": "rec", "program": "PROGRAM", "arguments": [], "origins": ["*"]}""");
        TemporaryFolder.SetMode(_program.Path, Loose);

        var looseProgram = await AskAsync("rec");
        TemporaryFolder.SetMode(Path.Combine(_program.ConfigFolder, "settings.json"), Loose);
        var looseSettings = await AskAsync("rec");

        Assert.Equal("command_failed", CodeOf(looseProgram));
        Assert.Contains("everybody may write", looseProgram.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("command_not_allowed", CodeOf(looseSettings));
        Assert.Contains("everybody may write", looseSettings.GetProperty("details").GetProperty("advice").GetString(), StringComparison.Ordinal);
        Assert.Empty(_program.Calls);
    }

    [Theory]
    [InlineData("/no/such/program", "/", "is not there")]
    [InlineData("/etc/passwd", "/", "may not be executed")]
    [InlineData("/bin/sh", "/no/such/folder", "folder")]
    public async Task What_is_allowed_and_cannot_be_run_is_told(string program, string folder, string told)
    {
        _program.Allow($$"""{"name": "it", "program": "{{program}}", "arguments": [], "origins": ["*"], "workingFolder": "{{folder}}"}""");

        var answer = await AskAsync("it");

        Assert.Equal("command_failed", CodeOf(answer));
        Assert.Contains(told, answer.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_of_any_size_and_kind_fits_into_one_frame_and_is_said_to_be_cut()
    {
        // Zeros take six bytes each in JSON, the others two to four.
        foreach (var (output, bytes) in new[] { ("head -c 5000000 /dev/zero", 5_000_000), ("yes '\"\\' | head -c 5000000", 5_000_000), ("yes ä€😀 | head -c 5000000", 5_000_000) })
        {
            var script = $"{output}; {output} >&2";
            _program.Allow($$"""{"name": "sh", "program": "/bin/sh", "arguments": ["-c", {{JsonWords.Quoted(script)}}], "origins": ["*"]}""");

            var answer = await AskAsync($"sh -c '{script.Replace("'", @"'\''", StringComparison.Ordinal)}'");

            Assert.Equal("success", answer.GetProperty("status").GetString());
            Assert.True(answer.GetProperty("stdoutTruncated").GetBoolean() && answer.GetProperty("stderrTruncated").GetBoolean());
            Assert.Equal((bytes, bytes), (answer.GetProperty("stdoutBytes").GetInt32(), answer.GetProperty("stderrBytes").GetInt32()));
            Assert.InRange(answer.GetProperty("stdout").GetString()!.Length, 100_000, 640 * 1024);
        }
    }

    [Fact]
    public async Task After_its_time_it_is_killed_and_the_original_text_tells_of_it()
    {
        var time = new ManualTime();
        _program.Allow($$"""{"name": "sh", "program": "/bin/sh", "arguments": ["-c", "echo $$ > pid; sleep 1000"], "origins": ["*"], "workingFolder": "{{_program.ConfigFolder}}"}""");
        await using var host = NewHost(time);
        await using var client = new Dialogue(host, Timeout, caller: Extension);
        await client.SayAsync("""{"action":"execute_command","command":"sh -c 'echo $$ > pid; sleep 1000'"}""");
        var pid = await PidAsync();

        time.Advance(TimeSpan.FromSeconds(30));
        var answer = await client.HearFinalAsync();

        Assert.Equal(("command_timed_out", "Command timed out after 30 seconds"), (CodeOf(answer), answer.GetProperty("message").GetString()));
        await GoneAsync(pid);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_is_stopped_by_its_id_or_whose_port_is_lost_is_killed(bool isStopped)
    {
        _program.Allow($$"""{"name": "sh", "program": "/bin/sh", "arguments": ["-c", "echo $$ > pid; sleep 1000"], "origins": ["*"], "workingFolder": "{{_program.ConfigFolder}}"}""");
        await using var host = NewHost();
        await using var client = new Dialogue(host, Timeout, EndOfInput.Cancels, Extension);
        await client.SayAsync("""{"action":"execute_command","command":"sh -c 'echo $$ > pid; sleep 1000'","id":"it"}""");
        var pid = await PidAsync();

        if (isStopped)
        {
            await client.SayAsync("""{"action":"stop_generation","targetRequestId":"it","id":"stop"}""");
            JsonElement[] answers = [await client.HearFinalAsync(), await client.HearFinalAsync()];
            var answer = Assert.Single(answers, answer => answer.GetProperty("requestId").GetString() == "it");
            Assert.Equal("cancelled", CodeOf(answer));
        }
        else
        {
            await client.HangUpAsync();
        }

        await GoneAsync(pid);
    }

    [Fact]
    public async Task More_than_eight_at_once_are_refused()
    {
        _program.Allow("""{"name": "sleep", "program": "/bin/sleep", "arguments": ["1000"], "origins": ["*"]}""");
        await using var host = NewHost();
        await using var client = new Dialogue(host, Timeout, EndOfInput.Cancels, Extension);
        for (var number = 0; number < 9; number++)
        {
            await client.SayAsync($$"""{"action":"execute_command","command":"sleep 1000","id":{{number}}}""");
        }

        var refused = await client.HearFinalAsync();
        Assert.Equal("too_many_requests", CodeOf(refused));

        var stopped = refused.GetProperty("requestId").GetInt32() == 0 ? 1 : 0;
        await client.SayAsync($$"""{"action":"stop_generation","targetRequestId":{{stopped}},"id":"stop"}""");
        JsonElement[] answers = [await client.HearFinalAsync(), await client.HearFinalAsync()];
        Assert.Contains(answers, answer => CodeOf(answer) == "cancelled");

        _program.Allow("""{"name": "rec", "program": "PROGRAM", "arguments": [], "origins": ["*"]}""");
        Assert.Null(CodeOf(await client.AskAsync("""{"action":"execute_command","command":"rec","id":"again"}""")));
    }

    public void Dispose() => _program.Dispose();

    private static string? CodeOf(JsonElement answer) => answer.TryGetProperty("code", out var code) ? code.GetString() : null;

    private static async Task GoneAsync(int pid)
    {
        var timeout = Timeout;
        while (IsThere(pid))
        {
            await Task.Delay(5, timeout);
        }
    }

    private static bool IsThere(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private TestHost NewHost(TimeProvider? time = null) => new(new ScriptedLoader(), time, configFolder: _program.ConfigFolder);

    private async Task<JsonElement> AskAsync(string command, Caller? caller = null)
    {
        await using var host = NewHost();
        await using var client = new Dialogue(host, Timeout, caller: caller ?? Extension);
        return await client.AskAsync($$"""{"action":"execute_command","command":{{JsonWords.Quoted(command)}}}""");
    }

    private async Task<int> PidAsync()
    {
        var timeout = Timeout;
        var file = Path.Combine(_program.ConfigFolder, "pid");
        while (!File.Exists(file) || !(await File.ReadAllTextAsync(file, timeout)).EndsWith('\n'))
        {
            await Task.Delay(5, timeout);
        }

        return int.Parse(await File.ReadAllTextAsync(file, timeout), CultureInfo.InvariantCulture);
    }
}
