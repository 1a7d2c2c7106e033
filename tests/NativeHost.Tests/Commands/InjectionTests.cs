using NativeHost.Messages;
using NativeHost.Settings;
using Xunit;

namespace NativeHost.Tests.Commands;

/// <summary>Commands that try to be another one than the user allowed: none runs anything but exactly that.</summary>
public sealed class InjectionTests : IDisposable
{
    private const string Allowed = "rec show 'my file' HEAD";

    private static readonly Caller Extension = new(CallerKind.Extension, "chrome-extension://abcdefghijklmnopabcdefghijklmnop/");

    // What shells, option parsers, C strings, editors of logs and file systems have fallen for.
    private static readonly string[] Tails =
    [
        "; touch BAD", ";touch BAD", "&& touch BAD", "&touch BAD&", "| tee BAD", "|| touch BAD", "`touch BAD`", "$(touch BAD)", "${IFS}touch${IFS}BAD", "> BAD", ">> BAD",
        "2>&1", "< /etc/passwd", "\ntouch BAD", "\r\ntouch BAD", "\0; touch BAD", "%0Atouch BAD", "\\\ntouch BAD", "' ; touch BAD ; '", "\" ; touch BAD ; \"", "\\' ; touch BAD",
        "$'\\ntouch BAD'", "{touch,BAD}", "-rf", "--help", "-", "..", "*", "?", "[a-z]*", "~", "~root", "!!", "#", "--output=BAD", "-o BAD", "-- BAD", "--upload-pack='touch BAD'", "-c core.pager='touch BAD'",
        "../../etc/passwd", "..\\..\\BAD", "/etc/passwd", "\\\\server\\share\\BAD.exe", "C:\\BAD.exe", "%COMSPEC% /c echo BAD", "^& echo BAD", "& echo BAD", "\u2028touch BAD",
        "\u0085touch BAD", "\u00A0", "\u202Ednammoc", "\uFEFF", "\uFF1B touch BAD", "\uFF02", "＄(touch BAD)", "\u001b[2J", "\u0007", "\u007F", "\uD83D\uDE00", "A=1 touch BAD", "exec touch BAD",
    ];

    private readonly RecordingProgram _program = new();

    [Fact]
    public async Task Nothing_that_is_added_to_a_command_or_put_into_it_runs_anything_else()
    {
        Allow();
        await using var host = new TestHost(new ScriptedLoader(), configFolder: _program.ConfigFolder);
        await using var client = new Dialogue(host, Patience.Token, caller: Extension);
        var attempts = Tails.SelectMany(tail => (string[])
        [
            $"{Allowed} {tail}", $"{Allowed}{tail}", $"{tail} {Allowed}", $"{tail}{Allowed}", $"rec {tail} 'my file' HEAD", $"rec show {tail} HEAD", $"rec show 'my file' {tail}",
            $"rec show 'my file' '{tail}'", $"rec show 'my file' \"{tail}\"", $"rec 'show' 'my file{tail}' HEAD", $"rec show 'my file' HEAD{tail}", $"rec{tail} show 'my file' HEAD", tail,
            $"sh -c \"{tail}\"", $"/bin/sh -c '{tail}'", $"{_program.Path}{tail} show 'my file' HEAD", $"env {Allowed} {tail}",
        ]).ToList();

        foreach (var attempt in attempts)
        {
            var answer = await client.AskAsync($$"""{"action":"execute_command","command":{{JsonWords.Quoted(attempt)}}}""");

            // Some add a blank or what no shell would add either; these are the command itself, to the letter.
            var isTheCommand = answer.GetProperty("status").GetString() == "success";
            Assert.True(isTheCommand || answer.GetProperty("code").GetString() is "command_not_allowed" or "invalid_request", $"{attempt}: {answer}");
        }

        Assert.True(attempts.Count > 900, $"{attempts.Count}");
        Assert.All(_program.Calls, call => Assert.Equal([_program.Path, "show", "my file", "HEAD"], call));
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(_program.Path)!, "*BAD*", SearchOption.AllDirectories));
        Assert.False(File.Exists("BAD") || File.Exists("/BAD"));
    }

    [Fact]
    public async Task Random_texts_run_nothing_but_the_command()
    {
        Allow();
        await using var host = new TestHost(new ScriptedLoader(), configFolder: _program.ConfigFolder);
        await using var client = new Dialogue(host, Patience.Token, caller: Extension);
        string[] pieces = ["rec", _program.Path, "show", "'my file'", "my", "file", "HEAD", " ", " ", "\t", "'", "\"", "\\", ";", "|", "$(", ")", "`", "\n", "-", "*", "..", "/", "\0"];
        var random = new Random(8);
        for (var round = 0; round < LongRun.Rounds(300, 20_000); round++)
        {
            // Half of them are the command itself, changed a little: else none would come near it.
            var text = round % 2 == 0 ? Allowed : "";
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                text = text.Insert(random.Next(text.Length + 1), pieces[random.Next(pieces.Length)]);
            }

            await client.AskAsync($$"""{"action":"execute_command","command":{{JsonWords.Quoted(text)}}}""");
        }

        Assert.NotEmpty(_program.Calls);
        Assert.All(_program.Calls, call => Assert.Equal([_program.Path, "show", "my file", "HEAD"], call));
    }

    [Fact]
    public async Task What_a_star_stands_for_reaches_the_program_as_one_harmless_argument()
    {
        _program.Allow("""{"name": "rec", "program": "PROGRAM", "arguments": ["show", {"like": "*"}], "origins": ["*"]}""");
        await using var host = new TestHost(new ScriptedLoader(), configFolder: _program.ConfigFolder);
        await using var client = new Dialogue(host, Patience.Token, caller: Extension);

        foreach (var tail in Tails)
        {
            await client.AskAsync($$"""{"action":"execute_command","command":{{JsonWords.Quoted($"rec show '{tail}'")}}}""");
            await client.AskAsync($$"""{"action":"execute_command","command":{{JsonWords.Quoted($"rec show {tail}")}}}""");
        }

        Assert.Empty(_program.Calls);
        await client.AskAsync("""{"action":"execute_command","command":"rec show v1.2-rc_3"}""");
        Assert.Equal([_program.Path, "show", "v1.2-rc_3"], Assert.Single(_program.Calls));
    }

    public void Dispose() => _program.Dispose();

    private void Allow() => _program.Allow("""{"name": "rec", "program": "PROGRAM", "arguments": ["show", "my file", "HEAD"], "origins": ["*"]}""");
}
