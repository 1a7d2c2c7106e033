using System.Text.Json.Serialization;
using NativeHost.Messages;
using NativeHost.ModelCache.Downloads;

namespace NativeHost.Actions.Downloads;

/// <summary>How far a download is, under the names of every generation of clients.</summary>
internal sealed record DownloadView
{
    /// <summary>The same for the same files of the same commit, whoever asks.</summary>
    public required string DownloadId { get; init; }

    public required string RepoId { get; init; }

    /// <summary>The file by which the model is loaded.</summary>
    public required string FileName { get; init; }

    /// <summary>The quant's label; <c>unknown</c> where no name tells.</summary>
    public required string Quant { get; init; }

    public required string Commit { get; init; }

    /// <summary><c>queued</c>, <c>downloading</c>, <c>paused</c>, <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>What it does at the moment; null where it does nothing.</summary>
    public string? Phase { get; init; }

    /// <summary>Bytes that need not be fetched again; never falls.</summary>
    public required long Loaded { get; init; }

    /// <summary>Bytes of all files.</summary>
    public required long Total { get; init; }

    /// <summary>Percent, 0 to 100.</summary>
    public required int Progress { get; init; }

    public double BytesPerSecond { get; init; }

    /// <summary>Seconds that are left; null where that cannot be told.</summary>
    public double? EtaSeconds { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required long StartedAt { get; init; }

    public required IReadOnlyList<DownloadedFileView> Files { get; init; }

    /// <summary>Why it failed or waits, as an error code; null for no fault.</summary>
    public string? Code { get; init; }

    /// <summary>The same in words for a person.</summary>
    public string? Message { get; init; }

    [JsonPropertyName("repo_id")]
    public string RepoIdSnake => RepoId;

    [JsonPropertyName("file_path")]
    public string FilePath => FileName;

    public long Downloaded => Loaded;

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

/// <summary>One file of a download; <see cref="DownloadView.Loaded"/> and <see cref="DownloadView.Total"/> of it alone.</summary>
internal sealed record DownloadedFileView(string FileName, long Loaded, long Total);
