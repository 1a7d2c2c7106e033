using System.ComponentModel;
using System.Diagnostics;

/// <summary>Runs the programs that the sources are fetched with.</summary>
internal static class ExternalProgram
{
    /// <summary>Runs one to its end; what it prints goes to a stream, or to the terminal where none is given.</summary>
    /// <exception cref="SourceException">It is not installed, or failed.</exception>
    public static async Task RunAsync(string program, IEnumerable<string> arguments, Stream? output = null)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = output is not null })!;
            if (output is not null)
            {
                await process.StandardOutput.BaseStream.CopyToAsync(output);
            }

            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
            {
                throw new SourceException($"{program} {string.Join(' ', arguments)} failed with exit code {process.ExitCode} (npm needs a network).");
            }
        }
        catch (Win32Exception)
        {
            throw new SourceException($"{program} was not found: this script needs npm (Node.js 20 or later) and git.");
        }
    }
}
