using NativeHost.Actions.Models;
using NativeHost.Library;
using NativeHost.Messages;
using NativeHost.ModelCache.Downloads;

namespace NativeHost.Actions.Downloads;

/// <summary>A request about one download: by its id, or by its model.</summary>
internal abstract record DownloadAddressed : RepositoryAddressed
{
    /// <summary>Which download; or the model's address, and its latest download is meant.</summary>
    public string? DownloadId { get; init; }

    /// <summary>The download that is meant; of several the latest.</summary>
    /// <exception cref="RequestException">There is none.</exception>
    /// <exception cref="ModelCache.ModelCacheException">The address is none.</exception>
    public PullJob RequiredDownload(Lazy<ModelLibrary> library, WantedDownloads downloads)
    {
        var address = DownloadId is null ? RequiredRepository(library.Value) : null;
        return downloads.All.LastOrDefault(job => address is null ? job.Plan.Id == DownloadId : Library.ModelName.IsMeantBy(job.Plan, address))
            ?? throw new RequestException(
                ErrorCode.DownloadNotFound, $"There is no download {DownloadId ?? Address}: it was never begun, or ended long ago. get_active_downloads lists them.");
    }
}

/// <summary>Asks how far one download is.</summary>
[Requires(nameof(DownloadId), nameof(ModelPath), nameof(ModelFile))]
internal sealed record GetDownloadStatusRequest : DownloadAddressed;

/// <summary>Asks for all downloads that are not done.</summary>
internal sealed record GetActiveDownloadsRequest;

/// <summary>Asks for a download to stop, with what came kept.</summary>
[Requires(nameof(DownloadId), nameof(ModelPath), nameof(ModelFile))]
internal sealed record PauseDownloadRequest : DownloadAddressed;

/// <summary>Asks for a download to go on that was paused or failed.</summary>
[Requires(nameof(DownloadId), nameof(ModelPath), nameof(ModelFile))]
internal sealed record ResumeDownloadRequest : DownloadAddressed;

/// <summary>Asks for a download to be given up.</summary>
[Requires(nameof(DownloadId), nameof(ModelPath), nameof(ModelFile))]
internal sealed record CancelDownloadRequest : DownloadAddressed
{
    /// <summary>Whether what came stays on the disk, for another time.</summary>
    [Default(CancelDownloadHandler.KeepsUsually)]
    public bool? Keep { get; init; }
}
