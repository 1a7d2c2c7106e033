using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware.Tests.Recorded;

/// <summary>Programs of a machine, and what each printed.</summary>
internal sealed class RecordedCommands(params (string Path, string Output)[] programs) : ICommands
{
    /// <summary>What was run: the path and its arguments.</summary>
    public List<string> Runs { get; } = [];

    public string? Find(IEnumerable<string> paths) => paths.FirstOrDefault(path => Array.Exists(programs, program => program.Path == path));

    public Task<string> RunAsync(string path, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        Runs.Add(string.Join(' ', [path, .. arguments]));
        return Task.FromResult(Array.Find(programs, program => program.Path == path).Output);
    }
}
