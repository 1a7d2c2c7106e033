namespace NativeHost.Tests;

/// <summary>The project's own files.</summary>
internal static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Folder { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "NativeHost.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
