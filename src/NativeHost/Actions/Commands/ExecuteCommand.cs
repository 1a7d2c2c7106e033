using System.Globalization;
using NativeHost.Messages;
using NativeHost.Processes;
using NativeHost.Routing;
using NativeHost.Settings.Commands;

namespace NativeHost.Actions.Commands;

/// <summary>Asks for a program to be run, which the user has to have allowed in the settings.</summary>
[Requires(nameof(Command))]
internal sealed record ExecuteCommandRequest
{
    /// <summary>
    /// The program, by its absolute path or by the name that the user gave it, and its arguments, on one line of at most 8,192 characters. It is
    /// split into words by rules of the host's own; no shell sees it.
    /// </summary>
    public string? Command { get; init; }
}

/// <summary>How the program ended; a code other than 0 is an answer like others.</summary>
internal sealed record ExecuteCommandReply : Reply
{
    /// <summary>The command as it was asked for.</summary>
    public required string Command { get; init; }

    /// <summary>What the program wrote, from its beginning; what is no UTF-8 in it is replaced by U+FFFD.</summary>
    public required string Stdout { get; init; }

    /// <summary>What the program complained of, from its beginning; what is no UTF-8 in it is replaced by U+FFFD.</summary>
    public required string Stderr { get; init; }

    /// <summary>What the program ended with, mostly 0 for success; on Linux and macOS the negative number of the signal that ended it.</summary>
    public required int Returncode { get; init; }

    /// <summary>Whether the program wrote more than <c>stdout</c> has.</summary>
    public required bool StdoutTruncated { get; init; }

    /// <summary>Whether the program complained of more than <c>stderr</c> has.</summary>
    public required bool StderrTruncated { get; init; }

    /// <summary>Bytes that the program wrote to its output in all.</summary>
    public required long StdoutBytes { get; init; }

    /// <summary>Bytes that the program wrote to its errors in all.</summary>
    public required long StderrBytes { get; init; }

    /// <summary>Milliseconds from its start to its end.</summary>
    public required long DurationMs { get; init; }
}

internal sealed class ExecuteCommandHandler(AllowedCommands allowed, TimeProvider time) : IHandler<ExecuteCommandRequest, ExecuteCommandReply>
{
    /// <summary>Commands of all callers that run at once.</summary>
    private const int MostAtOnce = 8;

    // The frame has 1,024 KiB: the rest is for the command itself, which may be escaped as well.
    private const int OutputBytes = 640 * 1024;
    private const int ErrorBytes = 256 * 1024;

    private int _running;

    public async Task<ExecuteCommandReply> HandleAsync(ExecuteCommandRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var words = CommandWords.Of(request.Command);
        var command = allowed.Find(exchange.Caller, words);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, exchange.Stopping);
        try
        {
            if (Interlocked.Increment(ref _running) > MostAtOnce)
            {
                throw new RequestException(ErrorCode.TooManyRequests, $"Too many requests: {MostAtOnce} commands run already. Wait for one of them.");
            }

            var started = time.GetTimestamp();
            var end = await RunAsync(command, words, ending.Token);
            return ReplyOf(request.Command!, end, time.GetElapsedTime(started));
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private async Task<ProgramEnd> RunAsync(AllowedCommand command, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        if (TrustedProgram.FaultOf(command.Program) is { } fault)
        {
            throw new RequestException(ErrorCode.CommandFailed, $"The program {fault}. It stays allowed; mend it, or name another one in the settings.");
        }

        var folder = command.WorkingFolder ?? AppFolders.User();
        if (!Directory.Exists(folder))
        {
            throw new RequestException(ErrorCode.CommandFailed, "The folder that the command is to run in is not there.");
        }

        ProgramEnd end;
        try
        {
            end = await ProgramRun.ToItsEndAsync(
                new ProgramStart(command.Program, [.. words.Skip(1)], folder, command.TimeLimit, OutputBytes, ErrorBytes), time, cancellationToken);
        }
        catch (ProgramStartException e)
        {
            throw new RequestException(ErrorCode.CommandFailed, e.Message, e);
        }

        return end.IsTimedOut
            ? throw new RequestException(
                ErrorCode.CommandTimedOut, string.Create(CultureInfo.InvariantCulture, $"Command timed out after {command.TimeLimit.TotalSeconds} seconds"))
            : end;
    }

    private static ExecuteCommandReply ReplyOf(string command, ProgramEnd end, TimeSpan duration)
    {
        var (output, outputIsCut) = TextOf(end.Output, OutputBytes);
        var (errors, errorsAreCut) = TextOf(end.Errors, ErrorBytes);
        return new ExecuteCommandReply
        {
            Command = command,
            Stdout = output,
            Stderr = errors,
            Returncode = end.ExitCode ?? throw new RequestException(ErrorCode.CommandFailed, "The program has ended; the system does not say how."),
            StdoutTruncated = outputIsCut,
            StderrTruncated = errorsAreCut,
            StdoutBytes = end.Output.TotalBytes,
            StderrBytes = end.Errors.TotalBytes,
            DurationMs = (long)duration.TotalMilliseconds,
        };
    }

    private static (string Text, bool IsCut) TextOf(KeptOutput kept, int maxBytes)
    {
        var text = kept.Text(out var isCut);
        var cut = JsonRoom.Cut(text, maxBytes);
        return (cut, isCut || cut.Length < text.Length);
    }
}
