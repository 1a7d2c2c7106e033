using System.Globalization;
using System.Text.RegularExpressions;

namespace NativeHost.Logging.Reading;

/// <summary>One file of the log, as <see cref="LogSetup"/> names it: <c>role-20260131.log</c>, then <c>role-20260131_001.log</c>.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Role">What the processes are that write it.</param>
/// <param name="Day">As the name has it: the later, the greater.</param>
/// <param name="Number">Counts the files of one day, from 0.</param>
internal sealed partial record LogFile(string Path, string Role, int Day, int Number)
{
    /// <summary>The files in the folder, in the order in which they were written; none where there is no folder.</summary>
    /// <param name="role">Only its files; null for those of every role.</param>
    public static IReadOnlyList<LogFile> In(string folder, string? role)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        return
        [
            .. Directory.EnumerateFiles(folder, "*.log")
                .Select(Of)
                .OfType<LogFile>()
                .Where(file => role is null || file.Role == role)
                .OrderBy(file => file.Role, StringComparer.Ordinal)
                .ThenBy(file => file.Day)
                .ThenBy(file => file.Number),
        ];
    }

    /// <summary>Opens it beside those that write, roll and delete it.</summary>
    /// <returns>Null where it is no longer there.</returns>
    public FileStream? TryOpen()
    {
        try
        {
            return new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static LogFile? Of(string path)
    {
        var name = Name().Match(System.IO.Path.GetFileName(path));
        return name.Success
            ? new LogFile(path, name.Groups["role"].Value, Number(name.Groups["day"]), name.Groups["number"].Success ? Number(name.Groups["number"]) : 0)
            : null;

        static int Number(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\A(?<role>[a-z-]+)-(?<day>\d{8})(_(?<number>\d{3,8}))?\.log\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
