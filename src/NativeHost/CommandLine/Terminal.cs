namespace NativeHost.CommandLine;

/// <summary>The person's end of the program, where there is one.</summary>
internal static class Terminal
{
#pragma warning disable RS0030 // Only asks what stdin and stdout are; nothing is read or written.
    /// <summary>Whether stdin is a pipe or a file, not a keyboard.</summary>
    public static bool InputIsRedirected => Console.IsInputRedirected;

    /// <summary>Whether stdout is a pipe or a file, not a screen.</summary>
    public static bool OutputIsRedirected => Console.IsOutputRedirected;
#pragma warning restore RS0030

#pragma warning disable RS0030 // The one verb that reads a person's lines; no frames are on this stdin.
    /// <summary>The next line a person types; null at the end of the input.</summary>
    public static Task<string?> ReadLineAsync() => Task.Run(Console.In.ReadLine);
#pragma warning restore RS0030
}
