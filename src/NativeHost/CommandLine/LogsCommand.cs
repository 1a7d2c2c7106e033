using System.CommandLine;
using NativeHost.Framing;
using NativeHost.Logging.Reading;

namespace NativeHost.CommandLine;

/// <summary>The verb <c>logs</c>: what the program's processes wrote into their logs.</summary>
internal static class LogsCommand
{
    private const int DefaultLines = 200;

    /// <summary>How often a log that is followed is looked at.</summary>
    private static readonly TimeSpan FollowPause = TimeSpan.FromMilliseconds(250);

    public static Command Create(string folder, TextWriter output, TimeProvider time)
    {
        var lines = new Option<int>("--lines", "-n")
        {
            Description = "How many of the last lines to print.",
            DefaultValueFactory = _ => DefaultLines,
            HelpName = "N",
        };
        lines.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var given) && given < 0)
            {
                result.AddError("--lines is a number of lines, 0 or more.");
            }
        });
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on printing what is added, until Ctrl+C." };
        var role = new Option<string?>("--role")
        {
            Description = "Only this kind of process: broker (with what its workers say, one for each model), or tabagent (all that run for one client, and verbs).",
            HelpName = "ROLE",
        };
        var command = new Command(
            "logs",
            $"Print the last lines of the logs of all the program's processes, in the order of their times. They lie in {folder} and never hold prompts or answers.")
        {
            lines,
            follow,
            role,
        };
        command.SetAction((parsed, cancellationToken) => ReadAsync(
            new Asked(folder, parsed.GetValue(role), parsed.GetValue(lines), parsed.GetValue(follow)), output, time, cancellationToken));
        return command;
    }

    private static async Task<int> ReadAsync(Asked asked, TextWriter output, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(asked, output, time, cancellationToken);
        }
        catch (IOException e) when (StandardStreams.IsReaderGone(e))
        {
            // Whoever reads this has seen enough.
            return ExitCodes.Ok;
        }
    }

    private static async Task<int> RunAsync(Asked asked, TextWriter output, TimeProvider time, CancellationToken cancellationToken)
    {
        var files = LogFile.In(asked.Folder, asked.Role);
        if (files.Count == 0)
        {
            await output.WriteLineAsync(NothingIn(asked));
        }

        var tail = LogTail.Read(files, asked.Lines);
        await PrintAsync(tail.Lines, asked, output);
        if (!asked.Follows)
        {
            return ExitCodes.Ok;
        }

        var follower = new LogFollower(asked.Folder, asked.Role, tail.Ends);
        while (true)
        {
            var more = follower.ReadMore();
            await PrintAsync(more, asked, output);
            cancellationToken.ThrowIfCancellationRequested();
            if (more.Count == 0)
            {
                await Task.Delay(FollowPause, time, cancellationToken);
            }
        }
    }

    private static async Task PrintAsync(IReadOnlyList<LogLine> lines, Asked asked, TextWriter output)
    {
        foreach (var line in lines)
        {
            await output.WriteLineAsync(asked.Role is null ? $"{line.Role,-8} {line.Text}" : line.Text);
        }
    }

    private static string NothingIn(Asked asked)
    {
        var roles = LogFile.In(asked.Folder, role: null).Select(file => file.Role).Distinct().ToList();
        return roles.Count == 0
            ? $"There are no logs yet in {asked.Folder}."
            : $"There are no logs of {asked.Role} in {asked.Folder}; there are some of {string.Join(", ", roles)}.";
    }

    /// <summary>What a person typed.</summary>
    /// <param name="Role">Null for every role.</param>
    private sealed record Asked(string Folder, string? Role, int Lines, bool Follows);
}
