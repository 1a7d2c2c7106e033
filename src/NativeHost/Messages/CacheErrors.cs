using NativeHost.ModelCache;

namespace NativeHost.Messages;

/// <summary>What a fault of the model cache is on the wire.</summary>
internal static class CacheErrors
{
    public static ErrorReply Of(ModelCacheException failure) => new()
    {
        Code = CodeOf(failure.Fault),
        Message = failure.Message,
        Details = DetailsOf(failure),
        Provider = failure.Access is null ? null : "huggingface",
        Repo = failure.Access?.Repo,
        Instructions = failure.Access is { } pages ? StepsOf(pages) : null,
    };

    private static ErrorCode CodeOf(CacheFault fault) => fault switch
    {
        CacheFault.InvalidAddress => ErrorCode.InvalidRequest,
        CacheFault.GatedLogin => ErrorCode.GatedLogin,
        CacheFault.GatedAccept => ErrorCode.GatedAccept,
        CacheFault.TokenInvalid => ErrorCode.TokenInvalid,
        CacheFault.RepositoryNotFound => ErrorCode.RepositoryNotFound,
        CacheFault.RevisionNotFound => ErrorCode.RevisionNotFound,
        CacheFault.FileNotFound => ErrorCode.FileNotFound,
        CacheFault.QuantNotFound => ErrorCode.QuantNotFound,
        CacheFault.SplitIncomplete => ErrorCode.SplitIncomplete,
        CacheFault.DoesNotFit => ErrorCode.InsufficientMemory,
        CacheFault.RateLimited => ErrorCode.HubRateLimited,
        CacheFault.Offline => ErrorCode.Offline,
        CacheFault.DiskFull => ErrorCode.DiskFull,
        CacheFault.HashMismatch => ErrorCode.HashMismatch,
        CacheFault.UpstreamChanged => ErrorCode.UpstreamChanged,
        CacheFault.ModelInUse => ErrorCode.ModelInUse,
        CacheFault.Network => ErrorCode.NetworkFailed,
        CacheFault.HubFailed => ErrorCode.HubFailed,
        CacheFault.CacheUnusable => ErrorCode.CacheUnusable,
        CacheFault.NotCached => ErrorCode.NotCached,
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Not a kind of fault."),
    };

    private static ErrorDetails? DetailsOf(ModelCacheException failure)
    {
        var details = new ErrorDetails
        {
            NeededBytes = failure.NeededBytes,
            AvailableBytes = failure.AvailableBytes,
            Choices = failure.Choices.Count > 0 ? failure.Choices : null,
            RetryAt = failure.RetryAt?.ToUnixTimeSeconds(),
            HubRequestId = failure.RequestId,
        };
        return details == new ErrorDetails() ? null : details;
    }

    private static Dictionary<string, string> StepsOf(AccessPages pages)
    {
        List<string> steps = pages.RepoPage is { } page ? [$"Visit {page} and accept the terms"] : [];
        steps.AddRange(
        [
            $"Go to {pages.TokensPage}",
            "Create a new token with 'Read' permissions",
            "Provide the token: set_hf_token, the variable HF_TOKEN, or in a terminal: tabagent token set",
        ]);
        return steps.Select((step, index) => (Name: $"step{index + 1}", step)).ToDictionary(pair => pair.Name, pair => pair.step);
    }
}
