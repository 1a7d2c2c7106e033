using System.Globalization;
using System.Text;

namespace NativeHost.Storage.Tests.Kills;

/// <summary>What a process was told that it is stored: a file that is written line by line, and so survives the process.</summary>
internal sealed class Acknowledgements(string path) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Tell(AcknowledgedKind kind, string id)
    {
        lock (_lock)
        {
            _file.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind} {id}\n")));
        }
    }

    /// <summary>What was told in whole lines.</summary>
    public static IReadOnlyList<(AcknowledgedKind Kind, string Id)> Read(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = reader.ReadToEnd();
        return [.. text[..(text.LastIndexOf('\n') + 1)]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .Select(words => (Enum.Parse<AcknowledgedKind>(words[0]), words[1]))];
    }

    public void Dispose() => _file.Dispose();
}

/// <summary>What was acknowledged.</summary>
internal enum AcknowledgedKind
{
    /// <summary>A message was added.</summary>
    Added,

    /// <summary>A message that is written as it comes was begun.</summary>
    Begun,

    /// <summary>It was ended.</summary>
    Ended,

    /// <summary>A conversation is about to be deleted.</summary>
    Deleting,

    /// <summary>It was deleted.</summary>
    Deleted,
}
