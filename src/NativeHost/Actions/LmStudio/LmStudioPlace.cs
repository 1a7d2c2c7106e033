using NativeHost.Processes;

namespace NativeHost.Actions.LmStudio;

/// <summary>Where LM Studio is, if it is: its command line tool, and whether that can find the program it belongs to.</summary>
/// <param name="ToolPath">Absolute path of <c>lms</c>; null where LM Studio is not installed.</param>
/// <param name="IsBootstrapped">
/// Whether LM Studio has been opened once, and left a note of where it is, by which the tool starts it. That the tool is on a shell's PATH, which
/// <c>lms bootstrap</c> sees to, does not matter here: it is called by its path.
/// </param>
internal sealed record LmStudioPlace(string? ToolPath, bool IsBootstrapped)
{
    private const int LongestPointer = 4096;

    private static readonly string[] Notes = ["app-install-location.json", "llmster-install-location.json"];

    private static string Tool => OperatingSystem.IsWindows() ? "lms.exe" : "lms";

    /// <summary>Looks now.</summary>
    /// <param name="userFolder">Absolute path of the user's own folder.</param>
    public static LmStudioPlace In(string userFolder)
    {
        string[] homes = [.. PointedTo(Path.Combine(userFolder, ".lmstudio-home-pointer")), Path.Combine(userFolder, ".lmstudio")];
        var home = Array.Find(homes, folder => File.Exists(Path.Combine(folder, "bin", Tool)));
        return home is null
            ? new LmStudioPlace(null, IsBootstrapped: false)
            : new LmStudioPlace(Path.Combine(home, "bin", Tool), Array.Exists(Notes, note => File.Exists(Path.Combine(home, ".internal", note))));
    }

    // Who moved LM Studio's folder elsewhere has a file that names it.
    private static IEnumerable<string> PointedTo(string pointer)
    {
        try
        {
            var text = new FileInfo(pointer) is { Exists: true, Length: <= LongestPointer } ? File.ReadAllText(pointer).Trim() : "";
            return Path.IsPathFullyQualified(text) && !text.Any(char.IsControl) ? [text] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>What keeps the tool from being run; null where nothing does.</summary>
    /// <returns>For a person.</returns>
    public string? Fault() => ToolPath is not { } tool ? null : TrustedProgram.FaultOf(tool) is { } fault ? $"lms {fault}" : null;
}
