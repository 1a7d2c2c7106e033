using System.ComponentModel;
using System.Diagnostics;

namespace NativeHost.Processes;

/// <summary>A program as the framework runs it, for Windows, in a job of its own: what it leaves behind ends with it.</summary>
internal sealed class FrameworkChild : IChild
{
    private const int PieceBytes = 16 * 1024;

    /// <summary>How long its outputs are waited for when it has ended: what it left behind may hold them open for ever.</summary>
    private static readonly TimeSpan LateOutput = TimeSpan.FromMilliseconds(500);

    private readonly Process _process;
    private readonly WindowsJob? _job;

    private FrameworkChild(Process process, KeptOutput output, KeptOutput errors)
    {
        _process = process;
        _job = OperatingSystem.IsWindows() ? WindowsJob.Of(process) : null;
        Ended = EndAsync(output, errors);
    }

    public Task<int?> Ended { get; }

    /// <exception cref="ProgramStartException">It does not start.</exception>
    public static FrameworkChild Start(ProgramStart start, List<string> variables, KeptOutput output, KeptOutput errors)
    {
        var info = new ProcessStartInfo(start.Program, start.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
            WorkingDirectory = start.Folder,
        };
        info.Environment.Clear();
        foreach (var variable in variables)
        {
            var name = variable.IndexOf('=', StringComparison.Ordinal);
            info.Environment[variable[..name]] = variable[(name + 1)..];
        }

        Process process;
        try
        {
            process = Process.Start(info) ?? throw new ProgramStartException($"{start.Program} does not start.");
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new ProgramStartException($"{start.Program} does not start: {e.Message}.", e);
        }

        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has gone already, or closed what it could read from.
        }

        return new FrameworkChild(process, output, errors);
    }

    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // Some have ended meanwhile, or are not the user's to kill.
        }

        _job?.Dispose();
    }

    public void Dispose()
    {
        _job?.Dispose();
        _process.Dispose();
    }

    private async Task<int?> EndAsync(KeptOutput output, KeptOutput errors)
    {
        var reading = Task.WhenAll(ReadAsync(_process.StandardOutput.BaseStream, output), ReadAsync(_process.StandardError.BaseStream, errors));
        await _process.WaitForExitAsync();
        var exitCode = _process.ExitCode;
        _job?.Dispose();
        await reading.WaitAsync(LateOutput).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return exitCode;
    }

    private static async Task ReadAsync(Stream stream, KeptOutput kept)
    {
        var piece = new byte[PieceBytes];
        try
        {
            int got;
            while ((got = await stream.ReadAsync(piece)) > 0)
            {
                kept.Add(piece.AsSpan(0, got));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Whoever runs the program has gone on without the rest.
        }
    }
}
