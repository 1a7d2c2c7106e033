using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Library;
using NativeHost.Messages;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Variants;
using NativeHost.Routing;

namespace NativeHost.Actions.Downloads;

/// <summary>Asks for a model of a repository to be downloaded.</summary>
[Requires(nameof(ModelPath), nameof(ModelFile))]
internal sealed record PullModelRequest : RepositoryAddressed
{
    /// <summary>Of those that wait, the one with the highest starts first.</summary>
    [Default(0)]
    public int? Priority { get; init; }

    /// <summary>Whether the answer comes when it is done, and not when it is begun.</summary>
    [Default(PullModelHandler.WaitsUsually)]
    public bool? Wait { get; init; }
}

/// <param name="Model">As the client named it.</param>
internal sealed record PullModelReply(string Model) : Reply<PulledPayload>;

internal sealed record PulledPayload
{
    /// <summary>What the actions about downloads take.</summary>
    public required string DownloadId { get; init; }

    /// <summary>owner/name.</summary>
    public required string RepoId { get; init; }

    /// <summary>The file by which it is loaded.</summary>
    public required string FileName { get; init; }

    /// <summary>The quant's label; <c>unknown</c> where no name tells.</summary>
    public required string Quant { get; init; }

    /// <summary>Of the repository.</summary>
    public required string Commit { get; init; }

    /// <summary>Bytes of all its files.</summary>
    public required long Size { get; init; }

    /// <summary>Whether all of it is on this machine, verified.</summary>
    public required bool Cached { get; init; }

    /// <summary>What <c>load_model</c> takes.</summary>
    public required string ModelPath { get; init; }

    /// <summary>Bytes that came over the network for this download; absent where it is not done.</summary>
    public long? ReceivedBytes { get; init; }

    /// <summary>As <see cref="RepoId"/>.</summary>
    [JsonPropertyName("repo_id")]
    public string RepoIdSnake => RepoId;

    /// <summary>As <see cref="FileName"/>.</summary>
    [JsonPropertyName("file_path")]
    public string FilePath => FileName;

    public static PulledPayload Of(ModelAddress address, PullPlan plan, PullStatus status) => new()
    {
        DownloadId = plan.Id,
        RepoId = plan.Repo.ToString(),
        FileName = plan.Files[0].Path,
        Quant = plan.Variant.LabelText,
        Commit = plan.Commit,
        Size = plan.Variant.TotalBytes,
        Cached = status.State == PullState.Completed,
        ModelPath = ModelName.Of(address, plan),
        ReceivedBytes = status.State == PullState.Completed ? status.ReceivedBytes : null,
    };
}

internal sealed class PullModelHandler(Lazy<ModelLibrary> library, WantedDownloads downloads, ModelShelf shelf) : IHandler<PullModelRequest, PullModelReply>
{
    public const bool WaitsUsually = true;

    public async Task<PullModelReply> HandleAsync(PullModelRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var address = request.RequiredRepository(library.Value);
        var plan = await library.Value.PlanPullAsync(address, shelf.RoomBytes(), cancellationToken);
        var job = downloads.Want(plan, exchange.Caller, request.Priority ?? 0);
        if (!(request.Wait ?? WaitsUsually))
        {
            return new PullModelReply(request.Address!)
            {
                Message = $"Model {request.Address} is being downloaded",
                Payload = PulledPayload.Of(address, plan, job.Status),
            };
        }

        var status = await downloads.CompleteAsync(job, exchange.Caller, status => TellAsync(exchange, job, status, cancellationToken), cancellationToken);
        return new PullModelReply(request.Address!)
        {
            Message = status.ReceivedBytes == 0 ? "Model already downloaded" : $"Model {request.Address} downloaded successfully",
            Payload = PulledPayload.Of(address, plan, status),
        };
    }

    private static ValueTask TellAsync(Exchange exchange, PullJob job, PullStatus status, CancellationToken cancellationToken)
        => exchange.SendAsync(ActionEvents.DownloadProgress, DownloadView.Of(job, status), cancellationToken);
}
