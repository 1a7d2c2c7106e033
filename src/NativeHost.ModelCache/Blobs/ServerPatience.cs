using System.Globalization;

namespace NativeHost.ModelCache.Blobs;

/// <summary>How long a server asks to be left alone.</summary>
internal static class ServerPatience
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary><c>Retry-After</c>, in seconds or as a date, or the <c>t</c> of <c>RateLimit: "name";r=0;t=55</c>, with a second to spare.</summary>
    /// <returns>Null where it says nothing; five minutes at most.</returns>
    public static TimeSpan? Of(HttpResponseMessage response, TimeProvider time)
    {
        var retryAfter = response.Headers.RetryAfter;
        var wait = retryAfter?.Delta ?? (retryAfter?.Date is { } date ? date - time.GetUtcNow() : WindowOf(response));
        return wait is { } asked ? TimeSpan.FromTicks(Math.Clamp(asked.Ticks, 0, Longest.Ticks)) : null;
    }

    private static TimeSpan? WindowOf(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("RateLimit", out var values))
        {
            return null;
        }

        var seconds = values.First().Split(';', StringSplitOptions.TrimEntries).FirstOrDefault(part => part.StartsWith("t=", StringComparison.Ordinal));
        return int.TryParse(seconds?[2..], NumberStyles.None, CultureInfo.InvariantCulture, out var t) ? TimeSpan.FromSeconds((double)t + 1) : null;
    }
}
