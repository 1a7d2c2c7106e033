using System.ComponentModel;
using System.Diagnostics;

namespace NativeHost.Hardware.Probing;

/// <summary>Programs of the system that tell about it.</summary>
internal interface ICommands
{
    /// <summary>The first of these programs that is here, by its absolute path; null where none is.</summary>
    string? Find(IEnumerable<string> paths);

    /// <summary>What a program prints.</summary>
    /// <exception cref="IOException">It does not start, or ends with an error.</exception>
    /// <exception cref="OperationCanceledException">Its time was over; it was ended.</exception>
    Task<string> RunAsync(string path, IReadOnlyList<string> arguments, CancellationToken cancellationToken);
}

/// <summary>The programs of this machine, in its own language-neutral words.</summary>
internal sealed class SystemCommands : ICommands
{
    private const int MaxErrorLength = 200;

    public string? Find(IEnumerable<string> paths) => paths.FirstOrDefault(File.Exists);

    public async Task<string> RunAsync(string path, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        start.Environment["LC_ALL"] = "C";
        return await RunAsync(start, cancellationToken);
    }

    /// <summary>What a program prints that is started so; its streams are redirected.</summary>
    /// <inheritdoc cref="ICommands.RunAsync"/>
    internal static async Task<string> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(start.FileName);
        using var process = Start(start, name);
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            var complaint = (await errors).Trim();
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                // Some tools write what is wrong to stdout.
                var words = complaint.Length > 0 ? complaint : output.Trim();
                throw new IOException($"{name} ended with {process.ExitCode}: {words[..Math.Min(words.Length, MaxErrorLength)]}");
            }

            return output;
        }
        catch (OperationCanceledException)
        {
            End(process);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo start, string name)
    {
        try
        {
            return Process.Start(start) ?? throw new IOException($"{name} cannot be started.");
        }
        catch (Win32Exception e)
        {
            throw new IOException($"{name} cannot be started: {e.Message}", e);
        }
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended already, or is beyond us.
        }
    }
}
