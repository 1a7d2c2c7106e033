namespace NativeHost.Registration;

/// <summary>The two kinds of manifest: Chromium's names origins, Firefox's names add-ons.</summary>
internal enum BrowserFamily
{
    Chromium,
    Firefox,
}

/// <summary>One browser and every place where it looks for the manifest of a native host.</summary>
internal sealed record Browser
{
    /// <summary>The name a user gives on the command line.</summary>
    public required string Name { get; init; }

    public required BrowserFamily Family { get; init; }

    /// <summary>Folders that the browser itself makes: one of them shows that it is installed.</summary>
    public required IReadOnlyList<string> Markers { get; init; }

    /// <summary>Folders of this user that the browser reads; empty on Windows.</summary>
    public IReadOnlyList<string> UserFolders { get; init; } = [];

    /// <summary>Folders for all users that the browser reads; we look into them but never write there.</summary>
    public IReadOnlyList<string> SystemFolders { get; init; } = [];

    /// <summary>Registry keys, without hive and host name, in which the browser looks on Windows; we write all of them.</summary>
    public IReadOnlyList<string> RegistryKeys { get; init; } = [];

    public bool IsInstalled => Markers.Any(Directory.Exists);
}
