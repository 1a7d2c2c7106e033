namespace NativeHost.CommandLine;

/// <summary>Where words for a person go: lines, and where it is a real screen one last line that is drawn again and again.</summary>
/// <remarks>One thread at a time.</remarks>
/// <param name="isLive">Whether a line can be drawn again.</param>
internal sealed class Screen(TextWriter writer, bool isLive, bool hasColours)
{
    // What is too long for the window is cut, not wrapped: a line that takes two could not be drawn again.
    private const string LineStart = "\r\e[?7l";
    private const string LineEnd = "\e[K\e[?7h";
    private const string Erased = "\r\e[K";

    private const int Bold = 1;
    private const int Green = 32;
    private const int Yellow = 33;

    private bool _isDrawn;

    /// <summary>Whether a line can be drawn again.</summary>
    public bool IsLive => isLive;

    /// <summary>Stdout, as the user has it.</summary>
    public static Screen OfOutput(TextWriter output)
    {
        var isLive = Terminal.HasScreen;
        return new Screen(output, isLive, isLive && Terminal.TakesColours);
    }

    public string Heading(string text) => Styled(Bold, text);

    public string Good(string text) => Styled(Green, text);

    public string Warning(string text) => Styled(Yellow, text);

    /// <summary>Writes a line in the place of the one that was drawn.</summary>
    public async Task WriteLineAsync(string line)
    {
        await EraseAsync();
        await writer.WriteLineAsync(line);
    }

    /// <summary>Draws the last line, or draws it again. Does nothing where that cannot be done.</summary>
    public Task DrawAsync(string line)
    {
        _isDrawn = isLive;
        return isLive ? writer.WriteAsync($"{LineStart}{line}{LineEnd}") : Task.CompletedTask;
    }

    /// <summary>Takes away what was drawn.</summary>
    public Task EraseAsync()
    {
        var wasDrawn = _isDrawn;
        _isDrawn = false;
        return wasDrawn ? writer.WriteAsync(Erased) : Task.CompletedTask;
    }

    /// <summary>Lets what was drawn stay, and goes on below it.</summary>
    public Task LeaveAsync()
    {
        var wasDrawn = _isDrawn;
        _isDrawn = false;
        return wasDrawn ? writer.WriteLineAsync() : Task.CompletedTask;
    }

    private string Styled(int style, string text) => hasColours ? $"\e[{style}m{text}\e[0m" : text;
}
