using System.Text.Json.Serialization;
using NativeHost.Messages;
using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Downloads;

namespace NativeHost.Actions.Downloads;

/// <summary>How far a download is, under the names of every generation of clients.</summary>
internal sealed record DownloadView
{
    /// <summary>The same for the same files of the same commit, whoever asks.</summary>
    public required string DownloadId { get; init; }

    /// <summary>owner/name.</summary>
    public required string RepoId { get; init; }

    /// <summary>The file by which the model is loaded.</summary>
    public required string FileName { get; init; }

    /// <summary>The quant's label; <c>unknown</c> where no name tells.</summary>
    public required string Quant { get; init; }

    /// <summary>Of the repository.</summary>
    public required string Commit { get; init; }

    /// <summary>How far it is. What is not <c>completed</c> goes on from what came when it is asked for again.</summary>
    [OneOf("queued", "downloading", "paused", "completed", "failed", "cancelled")]
    public required string Status { get; init; }

    /// <summary>What it does at the moment; absent where it does nothing.</summary>
    [OneOf(typeof(BlobPhase))]
    public string? Phase { get; init; }

    /// <summary>Bytes that need not be fetched again; never falls.</summary>
    public required long Loaded { get; init; }

    /// <summary>Bytes of all files.</summary>
    public required long Total { get; init; }

    /// <summary>Percent, 0 to 100.</summary>
    public required int Progress { get; init; }

    /// <summary>Of the last seconds; 0 where nothing comes.</summary>
    public double BytesPerSecond { get; init; }

    /// <summary>Seconds that are left; absent where that cannot be told.</summary>
    public double? EtaSeconds { get; init; }

    /// <summary>When it was asked for, in seconds since 1970.</summary>
    public required long StartedAt { get; init; }

    /// <summary>How far each of its files is.</summary>
    public required IReadOnlyList<DownloadedFileView> Files { get; init; }

    /// <summary>Why it failed or waits, as an error code; absent for no fault.</summary>
    public string? Code { get; init; }

    /// <summary>The same in words for a person.</summary>
    public string? Message { get; init; }

    /// <summary>As <see cref="RepoId"/>.</summary>
    [JsonPropertyName("repo_id")]
    public string RepoIdSnake => RepoId;

    /// <summary>As <see cref="FileName"/>.</summary>
    [JsonPropertyName("file_path")]
    public string FilePath => FileName;

    /// <summary>As <see cref="Loaded"/>.</summary>
    public long Downloaded => Loaded;

    /// <summary>As <see cref="StartedAt"/>.</summary>
    [JsonPropertyName("started_at")]
    public long StartedAtSnake => StartedAt;

    public static DownloadView Of(PullJob job) => Of(job, job.Status);

    public static DownloadView Of(PullJob job, PullStatus status)
    {
        var failure = status.Failure is { } fault ? ErrorReplies.Of(fault) : null;
        return new DownloadView
        {
            DownloadId = job.Plan.Id,
            RepoId = job.Plan.Repo.ToString(),
            FileName = job.Plan.Files[0].Path,
            Quant = job.Plan.Variant.LabelText,
            Commit = job.Plan.Commit,
            Status = status.State == PullState.Running ? "downloading" : WireWord.Of(status.State),
            Phase = status.Phase is { } phase ? WireWord.Of(phase) : null,
            Loaded = status.DurableBytes,
            Total = status.TotalBytes,
            Progress = status.Percent,
            BytesPerSecond = status.BytesPerSecond,
            EtaSeconds = status.Remaining?.TotalSeconds,
            StartedAt = job.StartedAt.ToUnixTimeSeconds(),
            Files = [.. status.Files.Select(file => new DownloadedFileView(file.Path, file.DurableBytes, file.TotalBytes))],
            Code = failure is null ? null : WireWord.Of(failure.Code),
            Message = failure?.Message,
        };
    }
}

/// <summary>One file of a download.</summary>
/// <param name="FileName">In the repository.</param>
/// <param name="Loaded">Bytes of it that need not be fetched again.</param>
/// <param name="Total">Its bytes.</param>
internal sealed record DownloadedFileView(string FileName, long Loaded, long Total);
