using NativeHost.Library;
using NativeHost.Messages;
using NativeHost.ModelCache.Downloads;
using NativeHost.Routing;

namespace NativeHost.Actions.Downloads;

/// <param name="Downloads">Those that are not done.</param>
/// <param name="Count">How many they are.</param>
internal sealed record DownloadListPayload(IReadOnlyList<DownloadView> Downloads, int Count);

/// <param name="Download">As it is now.</param>
/// <param name="Stopped">False where it goes on, because others asked for it, too, or had stopped already.</param>
internal sealed record StoppedDownloadPayload(DownloadView Download, bool Stopped);

/// <param name="Download">As it is now.</param>
/// <param name="Resumed">False where it ran already, or is done.</param>
internal sealed record ResumedDownloadPayload(DownloadView Download, bool Resumed);

internal sealed class GetDownloadStatusHandler(Lazy<ModelLibrary> library, WantedDownloads downloads)
    : IHandler<GetDownloadStatusRequest, Reply<DownloadView>>
{
    public Task<Reply<DownloadView>> HandleAsync(GetDownloadStatusRequest request, Exchange exchange, CancellationToken cancellationToken)
        => Task.FromResult(new Reply<DownloadView> { Payload = DownloadView.Of(request.RequiredDownload(library, downloads)) });
}

internal sealed class GetActiveDownloadsHandler(WantedDownloads downloads) : IHandler<GetActiveDownloadsRequest, Reply<DownloadListPayload>>
{
    public Task<Reply<DownloadListPayload>> HandleAsync(GetActiveDownloadsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var views = downloads.All.Where(job => job.Status.State is not (PullState.Completed or PullState.Cancelled)).Select(DownloadView.Of).ToList();
        return Task.FromResult(new Reply<DownloadListPayload> { Payload = new DownloadListPayload(views, views.Count) });
    }
}

internal sealed class PauseDownloadHandler(Lazy<ModelLibrary> library, WantedDownloads downloads)
    : IHandler<PauseDownloadRequest, Reply<StoppedDownloadPayload>>
{
    public async Task<Reply<StoppedDownloadPayload>> HandleAsync(PauseDownloadRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var job = request.RequiredDownload(library, downloads);
        var isStopped = await downloads.StopAsync(job, exchange.Caller, PullState.Paused, keep: true);
        return new Reply<StoppedDownloadPayload>
        {
            Message = isStopped ? "Download paused" : "The download was not stopped",
            Payload = new StoppedDownloadPayload(DownloadView.Of(job), isStopped),
        };
    }
}

internal sealed class ResumeDownloadHandler(Lazy<ModelLibrary> library, WantedDownloads downloads)
    : IHandler<ResumeDownloadRequest, Reply<ResumedDownloadPayload>>
{
    public Task<Reply<ResumedDownloadPayload>> HandleAsync(ResumeDownloadRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var job = request.RequiredDownload(library, downloads);
        var isResumed = downloads.Resume(job, exchange.Caller);
        return Task.FromResult(new Reply<ResumedDownloadPayload>
        {
            Message = isResumed ? "Download resumed" : "There was nothing to resume",
            Payload = new ResumedDownloadPayload(DownloadView.Of(job), isResumed),
        });
    }
}

internal sealed class CancelDownloadHandler(Lazy<ModelLibrary> library, WantedDownloads downloads)
    : IHandler<CancelDownloadRequest, Reply<StoppedDownloadPayload>>
{
    public const bool KeepsUsually = true;

    public async Task<Reply<StoppedDownloadPayload>> HandleAsync(CancelDownloadRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var job = request.RequiredDownload(library, downloads);
        var isStopped = await downloads.StopAsync(job, exchange.Caller, PullState.Cancelled, request.Keep ?? KeepsUsually);
        return new Reply<StoppedDownloadPayload>
        {
            Message = isStopped ? "Download cancelled" : "The download was not stopped",
            Payload = new StoppedDownloadPayload(DownloadView.Of(job), isStopped),
        };
    }
}
