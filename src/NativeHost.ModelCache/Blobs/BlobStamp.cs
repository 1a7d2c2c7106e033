using System.Globalization;
using System.Text;

namespace NativeHost.ModelCache.Blobs;

/// <summary>Remembers that a blob's bytes were verified, so that it is known without reading them again.</summary>
/// <remarks>One line: <c>tabagent-ok 1 length ticks</c>, the time of the last write in .NET ticks, UTC. A blob that looks different is not verified.</remarks>
public static class BlobStamp
{
    private const string Kind = "tabagent-ok 1";

    // Two numbers and the kind.
    private const int MaxBytes = 64;

    /// <summary>Whether the blob is there and looks as it did when it was verified.</summary>
    public static bool IsGood(BlobFiles files) => IsGood(files, files.Blob);

    /// <summary>The same for a blob that lies elsewhere, as in a snapshot where links cannot be made.</summary>
    public static bool IsGood(BlobFiles files, string path)
    {
        try
        {
            return FileLook.Of(path) is { } look
                && FileLook.Of(files.Stamp) is { Length: > 0 and <= MaxBytes }
                && File.ReadAllText(files.Stamp, Encoding.ASCII) == TextOf(look);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Says that the blob, as it is now, is good.</summary>
    /// <exception cref="IOException">It cannot be written, or the blob is not there.</exception>
    public static void Write(BlobFiles files)
        => Write(files, FileLook.Of(files.Blob) ?? throw new FileNotFoundException("The blob is not there.", files.Blob));

    /// <summary>Says that bytes which look so are good.</summary>
    /// <param name="look">From before they were verified, so that a change since then shows.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(BlobFiles files, FileLook look)
    {
        var temporary = $"{files.Stamp}.{Guid.NewGuid():N}";
        try
        {
            File.WriteAllText(temporary, TextOf(look), Encoding.ASCII);
            File.Move(temporary, files.Stamp, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static string TextOf(FileLook blob) => string.Create(CultureInfo.InvariantCulture, $"{Kind} {blob.Length} {blob.WriteTicks}\n");
}
