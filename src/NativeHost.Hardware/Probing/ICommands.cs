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
        var (exitCode, output, errors) = await ProgramOutput.ReadAsync(start, cancellationToken);
        if (exitCode != 0)
        {
            // Some tools write what is wrong to stdout.
            var words = errors.Trim() is { Length: > 0 } complaint ? complaint : output.Trim();
            throw new IOException($"{Path.GetFileName(path)} ended with {exitCode}: {words[..Math.Min(words.Length, MaxErrorLength)]}");
        }

        return output;
    }
}
