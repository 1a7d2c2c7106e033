namespace NativeHost.BitNet.Conversion;

/// <summary>A file that gets its name when it is whole; until then it has another beside it, and is removed unless it was finished.</summary>
internal sealed class UnfinishedFile : IDisposable
{
    private readonly string _path;
    private readonly string _unfinishedPath;

    /// <exception cref="IOException">It cannot be made.</exception>
    public UnfinishedFile(string path)
    {
        _path = path;
        _unfinishedPath = $"{path}.{Guid.NewGuid():N}.part";
        Stream = new FileStream(_unfinishedPath, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
    }

    public FileStream Stream { get; }

    /// <summary>Sees to it that all of it is on the disk, and gives it its name.</summary>
    /// <exception cref="IOException">The disk is full, or the name is taken by something that cannot be replaced.</exception>
    public void Finish()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_unfinishedPath, _path, overwrite: true);
    }

    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // What is still in its buffer has no room on the disk; what the caller hears of is the first such failure.
        }

        File.Delete(_unfinishedPath);
    }
}
