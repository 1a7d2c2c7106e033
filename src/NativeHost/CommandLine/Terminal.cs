using System.Runtime.InteropServices;
using System.Text;
using NativeHost.Framing;

namespace NativeHost.CommandLine;

/// <summary>The person's end of the program, where there is one.</summary>
internal static partial class Terminal
{
    private const int WindowsOutput = -11;
    private const uint DoesSequences = 4;

#pragma warning disable RS0030 // Only asks what stdin and stdout are; nothing is read or written.
    /// <summary>Whether stdin is a pipe or a file, not a keyboard.</summary>
    public static bool InputIsRedirected => Console.IsInputRedirected;

    /// <summary>Whether stdout is a pipe or a file, not a screen.</summary>
    public static bool OutputIsRedirected => Console.IsOutputRedirected;
#pragma warning restore RS0030

    /// <summary>Whether stdout is a screen that does what escape sequences say.</summary>
    public static bool HasScreen
        => !OutputIsRedirected
            && (OperatingSystem.IsWindows() ? TryDoSequences() : Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"));

    /// <summary>Whether the user takes colours; see no-color.org.</summary>
    public static bool TakesColours => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

#pragma warning disable RS0030 // The verbs that read a person's lines; no frames are on this stdin.
    /// <summary>The next line a person types; null at the end of the input.</summary>
    public static Task<string?> ReadLineAsync() => Task.Run(Console.In.ReadLine);

    /// <summary>The same for what nobody may see: from a keyboard it is not shown.</summary>
    /// <param name="errors">Stderr, where a person is asked for it.</param>
    public static async Task<string?> ReadSecretAsync(TextWriter errors, CancellationToken cancellationToken)
    {
        if (InputIsRedirected)
        {
            return await ReadLineAsync().WaitAsync(cancellationToken);
        }

        // Before the question, so that not even a quick answer is seen. When the wait is cancelled, the terminal is as it was.
        using var hidden = OperatingSystem.IsWindows() ? null : new HiddenTyping();
        await errors.WriteAsync("Token (it is not shown): ");
        try
        {
            return await Task.Run(() => OperatingSystem.IsWindows() ? ReadKeys() : ReadTerminal(), CancellationToken.None).WaitAsync(cancellationToken);
        }
        finally
        {
            await errors.WriteLineAsync();
        }
    }

    // The framework's own reader would show the keys.
    private static string? ReadTerminal()
    {
        using var reader = new StreamReader(StandardStreams.OpenBlockingInput());
        return reader.ReadLine();
    }

    private static string? ReadKeys()
    {
        var line = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key != ConsoleKey.Backspace)
            {
                line.Append(key.KeyChar);
            }
            else if (line.Length > 0)
            {
                line.Length--;
            }
        }

        return line.ToString();
    }
#pragma warning restore RS0030

    // Windows asks for it to be switched on.
    private static bool TryDoSequences()
    {
        var screen = GetStdHandle(WindowsOutput);
        return GetConsoleMode(screen, out var mode) && ((mode & DoesSequences) != 0 || SetConsoleMode(screen, mode | DoesSequences));
    }

    [LibraryImport("kernel32")]
    private static partial nint GetStdHandle(int which);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetConsoleMode(nint handle, out uint mode);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleMode(nint handle, uint mode);
}
