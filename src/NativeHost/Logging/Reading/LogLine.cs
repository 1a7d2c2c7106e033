using System.Globalization;
using System.Text;

namespace NativeHost.Logging.Reading;

/// <summary>One line of a log.</summary>
/// <param name="Time">When it was written; a line without a time of its own, such as one of a stack trace, has that of the line it belongs to.</param>
/// <param name="Text">As it stands in the file, with nothing in it that a terminal would obey.</param>
internal readonly record struct LogLine(string Role, DateTimeOffset Time, string Text)
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss.fff zzz";
    private const int TimeLength = 30;

    /// <summary>The time that a line begins with; null where it begins with something else.</summary>
    public static DateTimeOffset? TimeOf(string text)
        => text.Length >= TimeLength
            && DateTimeOffset.TryParseExact(
                text.AsSpan(0, TimeLength), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : null;

    /// <summary>The text of a line's bytes. A log may quote a model's file, which may hold anything.</summary>
    public static string TextOf(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line.TrimEnd((byte)'\r'));
        return text.AsSpan().IndexOfAnyInRange('\0', '\u001F') < 0 && text.AsSpan().IndexOfAnyInRange('\u007F', '\u009F') < 0
            ? text
            : string.Create(text.Length, text, static (clean, dirty) =>
            {
                for (var index = 0; index < dirty.Length; index++)
                {
                    clean[index] = char.IsControl(dirty[index]) && dirty[index] != '\t' ? '\uFFFD' : dirty[index];
                }
            });
    }
}
