using NativeHost.Messages;
using NativeHost.ModelCache;
using Xunit;

namespace NativeHost.Tests.Library;

/// <summary>What a client sees of a fault of the model cache.</summary>
public sealed class CacheErrorsTests
{
    [Fact]
    public void Every_fault_has_a_code_of_its_own_kind()
    {
        var codes = Enum.GetValues<CacheFault>().Select(fault => ErrorReplies.Of(new ModelCacheException(fault, "Do something.")).Code).ToList();

        Assert.Equal(codes.Count, codes.Distinct().Count());
        Assert.DoesNotContain(ErrorCode.Internal, codes);
    }

    [Fact]
    public void Figures_of_a_fault_are_details_and_pages_are_steps()
    {
        var full = ErrorReplies.Of(new ModelCacheException(CacheFault.DiskFull, "Make room.") { NeededBytes = 2, AvailableBytes = 1 });
        var limited = ErrorReplies.Of(new ModelCacheException(CacheFault.RateLimited, "Wait.") { RetryAt = DateTimeOffset.UnixEpoch.AddSeconds(9) });
        var token = ErrorReplies.Of(new ModelCacheException(CacheFault.TokenInvalid, "Another one.") { Access = new AccessPages(null, null, "https://hub.test/settings/tokens") });

        Assert.Equal(("error", 2L, 1L), (full.Status, full.Details!.NeededBytes, full.Details.AvailableBytes));
        Assert.Equal(9, limited.Details!.RetryAt);
        Assert.Equal(("auth_required", null, 3), (token.Status, token.Repo, token.Instructions!.Count));
        Assert.Contains("https://hub.test/settings/tokens", token.Instructions["step1"], StringComparison.Ordinal);
        Assert.Null(token.Details);
    }
}
