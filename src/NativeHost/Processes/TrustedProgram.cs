namespace NativeHost.Processes;

/// <summary>Tells whether nobody but the user and the system can have put a file where it is.</summary>
internal static class TrustedProgram
{
    private const int MostLinks = 40;
    private const uint Root = 0;

    /// <summary>What keeps a program from being run; null where nothing does.</summary>
    /// <param name="path">Absolute path.</param>
    /// <returns>For a person; it goes on behind the path.</returns>
    public static string? FaultOf(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return File.Exists(path) ? null : "is not there";
        }

        return FaultOfFile(path, UnixFile.CurrentUser, UnixFile.Of)
            ?? ((File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) == 0 ? "may not be executed" : null);
    }

    /// <summary>What makes a file one that others may have written; null where nothing does. On Windows it is not looked at.</summary>
    /// <inheritdoc cref="FaultOf(string)"/>
    public static string? FaultOfFile(string path)
        => OperatingSystem.IsWindows() ? null : FaultOfFile(path, UnixFile.CurrentUser, UnixFile.Of);

    /// <summary>Goes the way to a file as the system does, through links, and looks at each folder on it.</summary>
    /// <param name="user">Number of the user.</param>
    /// <param name="look">Tells what is at a path, links not followed; null where nothing is.</param>
    /// <inheritdoc cref="FaultOf(string)"/>
    public static string? FaultOfFile(string path, uint user, Func<string, UnixFile?> look)
    {
        var ahead = new Stack<string>(PartsOf(path));
        var here = "/";
        var links = 0;
        while (true)
        {
            if (look(here) is not { } at)
            {
                return "is not there";
            }

            if (at.Kind == UnixFileKind.Link)
            {
                if (++links > MostLinks || at.Target is not { Length: > 0 } target)
                {
                    return "is a link that leads nowhere";
                }

                Push(ahead, PartsOf(target));
                here = target[0] == '/' ? "/" : ParentOf(here);
            }
            else if (at.Owner is not Root && at.Owner != user)
            {
                return $"is not safe: {here} belongs to another user";
            }
            else if (at.IsWritableByAll && !(at.Kind == UnixFileKind.Folder && at.IsSticky))
            {
                return $"is not safe: everybody may write to {here}";
            }
            else if (ahead.Count == 0)
            {
                return at.Kind == UnixFileKind.File ? null : "is no file";
            }
            else if (at.Kind != UnixFileKind.Folder)
            {
                return "is not there";
            }
            else
            {
                var part = ahead.Pop();
                here = part == ".." ? ParentOf(here) : Path.Combine(here, part);
            }
        }
    }

    private static IEnumerable<string> PartsOf(string path)
        => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Reverse();

    private static void Push(Stack<string> ahead, IEnumerable<string> parts)
    {
        foreach (var part in parts)
        {
            ahead.Push(part);
        }
    }

    private static string ParentOf(string path) => Path.GetDirectoryName(path) ?? "/";
}
