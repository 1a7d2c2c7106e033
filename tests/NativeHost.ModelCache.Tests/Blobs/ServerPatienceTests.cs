using NativeHost.ModelCache.Blobs;
using Xunit;

namespace NativeHost.ModelCache.Tests.Blobs;

public sealed class ServerPatienceTests
{
    [Theory]
    [InlineData("Retry-After", "7", 7)]
    [InlineData("Retry-After", "Thu, 01 Jan 1970 00:00:30 GMT", 30)]
    [InlineData("Retry-After", "100000", 300)]
    [InlineData("RateLimit", "\"api\";r=0;t=55", 56)]
    [InlineData("RateLimit", "\"api\";r=0; t=2147483647", 300)]
    public void A_server_says_how_long_it_wants_to_be_left_alone(string name, string value, int seconds)
        => Assert.Equal(TimeSpan.FromSeconds(seconds), WaitAfter(name, value));

    [Theory]
    [InlineData("Retry-After", "soon")]
    [InlineData("RateLimit", "\"api\";r=0")]
    [InlineData("RateLimit", "t=-1")]
    [InlineData("RateLimit", "t=99999999999999")]
    [InlineData("Other", "7")]
    public void What_is_no_time_says_nothing(string name, string value) => Assert.Null(WaitAfter(name, value));

    private static TimeSpan? WaitAfter(string name, string value)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation(name, value);
        return ServerPatience.Of(response, new ManualTime());
    }
}
