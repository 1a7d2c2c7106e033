namespace NativeHost.Processes;

/// <summary>A program of the user's that is to be run to its end, with nothing to read.</summary>
/// <param name="Program">Absolute path.</param>
/// <param name="Arguments">Taken to the letter: no shell sees them.</param>
/// <param name="Folder">Absolute path of the folder that it runs in; it is there.</param>
/// <param name="TimeLimit">After this time it is killed with all that it started.</param>
/// <param name="OutputBytes">Most bytes of its output that are kept; it may write more.</param>
/// <param name="ErrorBytes">Most bytes of its complaints that are kept.</param>
internal sealed record ProgramStart(
    string Program, IReadOnlyList<string> Arguments, string Folder, TimeSpan TimeLimit, int OutputBytes, int ErrorBytes);

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">On Unix the negative number of the signal that ended it; null where the time limit did, or the system does not say.</param>
/// <param name="IsTimedOut">Whether it was killed when its time was over.</param>
internal sealed record ProgramEnd(int? ExitCode, bool IsTimedOut, KeptOutput Output, KeptOutput Errors);

/// <summary>A program did not start; the message is for a person.</summary>
internal sealed class ProgramStartException(string message, Exception? inner = null) : Exception(message, inner);
