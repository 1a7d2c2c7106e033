using System.Globalization;
using System.Text;

namespace NativeHost.ModelCache.Blobs;

/// <summary>Remembers that a blob's bytes were verified, so that it is known without reading them again.</summary>
/// <remarks>One line: <c>tabagent-ok 1 length ticks</c>, the time of the last write in .NET ticks, UTC. A blob that looks different is not verified.</remarks>
public static class BlobStamp
{
    private const string Kind = "tabagent-ok 1";

    /// <summary>Whether the blob is there and looks as it did when it was verified.</summary>
    public static bool IsGood(BlobFiles files)
    {
        try
        {
            var blob = new FileInfo(files.Blob);
            return blob.Exists && File.ReadAllText(files.Stamp, Encoding.ASCII) == TextOf(blob);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Says that the blob, as it is now, is good.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(BlobFiles files)
    {
        var temporary = $"{files.Stamp}.{Guid.NewGuid():N}";
        try
        {
            File.WriteAllText(temporary, TextOf(new FileInfo(files.Blob)), Encoding.ASCII);
            File.Move(temporary, files.Stamp, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static string TextOf(FileInfo blob)
        => string.Create(CultureInfo.InvariantCulture, $"{Kind} {blob.Length} {blob.LastWriteTimeUtc.Ticks}\n");
}
