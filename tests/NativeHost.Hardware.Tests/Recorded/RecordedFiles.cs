using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware.Tests.Recorded;

/// <summary>Files of a machine, written down.</summary>
/// <param name="lines">Files of one line: <c>path = text</c>, one each.</param>
/// <param name="longer">Files of several lines.</param>
internal sealed class RecordedFiles(string lines, params (string Path, string Text)[] longer) : ISystemFiles
{
    private readonly Dictionary<string, string> _texts = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(line => line.Split(" = ", 2))
        .Select(fields => (Path: fields[0], Text: fields[1] + "\n"))
        .Concat(longer)
        .ToDictionary(file => file.Path, file => file.Text);

    public string? Read(string path) => _texts.GetValueOrDefault(path);

    public IReadOnlyList<string> Names(string folder)
        =>
        [
            .. _texts.Keys.Where(path => path.StartsWith($"{folder}/", StringComparison.Ordinal))
                .Select(path => path[(folder.Length + 1)..].Split('/')[0])
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
}
