using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Blobs;

/// <summary>A part, its journal, and the map of what they hold together. Its process holds the lock.</summary>
internal sealed class ResumablePart : IDisposable
{
    private readonly BlobFiles _files;
    private readonly RepoFile _file;
    private readonly PartPaths _paths;
    private readonly BlobDownloadOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _recording = new();
    private PartFile? _part;
    private BlockJournal? _journal;
    private bool _isPreallocated;

    /// <summary>Opens nothing yet.</summary>
    public ResumablePart(BlobFiles files, RepoFile file, PartPaths paths, BlobDownloadOptions options, TimeProvider time)
    {
        (_files, _file, _paths, _options, _time) = (files, file, paths, options, time);
        Map = new BlockMap(file.Size, options.BlockSizeFor(file.Size), Changed);
    }

    /// <summary>Fires with each change of the map.</summary>
    public Pulse Changed { get; } = new();

    public BlockMap Map { get; }

    public PartFile Bytes => _part ?? throw new InvalidOperationException("The part is not open.");

    /// <summary>What the server called the bytes that are there; null where it did not say.</summary>
    public string? ServerTag => _journal?.Header.ServerTag;

    /// <summary>Goes on with what is there, or begins.</summary>
    /// <exception cref="ModelCacheException">There is no room for it.</exception>
    /// <exception cref="IOException">Its files cannot be used.</exception>
    public void Open()
    {
        _part = PartFile.TryOpen(_paths.Part, _file.Size);
        _journal = _part is null ? null : BlockJournal.TryResume(_paths.Journal, HeaderFor(null, ""), Map.Remember);
        if (_journal is null)
        {
            Begin();
        }
        else if (!_journal.Header.IsPreallocated)
        {
            DiskSpace.Require(_files.Folder, Map.MissingBytes, _options);
        }
    }

    /// <summary>Remembers a block that lies in the part. Any thread.</summary>
    /// <param name="source">Knows, when the first block is there, what its server calls the bytes.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Record(JournalRecord block, BlobSource source)
    {
        lock (_recording)
        {
            _journal ??= BlockJournal.Create(_paths.Journal, HeaderFor(source.Tag, source.Commit));
        }

        _journal.Append(block);
    }

    /// <summary>Makes the part the blob.</summary>
    /// <returns>False where another process has published it meanwhile.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public bool Publish() => BlobPublication.Publish(_files, _paths, Bytes, _options.AtPoint);

    /// <summary>Puts a part aside that cannot become the blob.</summary>
    /// <exception cref="IOException">It cannot be renamed.</exception>
    public void Quarantine()
    {
        Dispose();
        File.Move(_paths.Part, _files.Quarantine, overwrite: true);
        _options.AtPoint(CrashPoint.Quarantined);
        _paths.Delete();
    }

    public void Dispose()
    {
        _part?.Dispose();
        _journal?.Dispose();
    }

    private void Begin()
    {
        // A journal without its part says nothing, and neither does a part without its journal. What an old part takes is free again.
        _part?.Dispose();
        _part = null;
        _paths.Delete();
        DiskSpace.Require(_files.Folder, _file.Size, _options);
        _part = PartFile.Create(_paths.Part, _file.Size, out _isPreallocated);
        _options.AtPoint(CrashPoint.PartCreated);
    }

    private JournalHeader HeaderFor(string? serverTag, string commit) => new()
    {
        Content = _file.Content.Hex,
        Size = _file.Size,
        BlockSize = Map.BlockSize,
        Repo = _files.Repo.ToString(),
        Path = _file.Path,
        Commit = commit,
        ServerTag = serverTag,
        IsPreallocated = _isPreallocated,
        CreatedAt = _time.GetUtcNow(),
    };
}
