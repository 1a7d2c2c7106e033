using System.Globalization;

namespace NativeHost.ModelCache.Hub;

/// <summary>What an answer of the hub says about asking again.</summary>
/// <remarks>
/// <c>RateLimit: "api";r=0;t=55</c>: none remains in the bucket, and it is filled again in 55 seconds. It comes with every answer and means
/// something only where none remains. <c>Retry-After</c>: seconds or a date (RFC 9110).
/// </remarks>
internal static class RateLimitHeaders
{
    /// <summary>The buckets that are empty, with the time until they are filled.</summary>
    /// <param name="asked">The bucket that is meant where the header names one that we do not know.</param>
    public static IEnumerable<(RateBucket Bucket, TimeSpan Until)> EmptyBuckets(HttpResponseMessage response, RateBucket asked)
    {
        if (!response.Headers.TryGetValues("RateLimit", out var lines))
        {
            yield break;
        }

        foreach (var item in lines.SelectMany(line => line.Split(',')))
        {
            var parts = item.Split(';', StringSplitOptions.TrimEntries);
            if (ValueOf(parts, "r=") == 0 && ValueOf(parts, "t=") is { } seconds && BucketOf(parts[0].Trim('"'), asked) is { } bucket)
            {
                // A second more, because the hub rounds down.
                yield return (bucket, TimeSpan.FromSeconds(Math.Min(seconds, (long)RateLimits.LongestBlock.TotalSeconds) + 1));
            }
        }
    }

    /// <summary>How long to wait by <c>Retry-After</c>; null where it is not said.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
        => response.Headers.RetryAfter is not { } header ? null
            : header.Delta ?? (header.Date is { } date && date > now ? date - now : TimeSpan.Zero);

    private static RateBucket? BucketOf(string name, RateBucket asked)
        => name switch
        {
            "api" => RateBucket.Api,
            "resolvers" => RateBucket.Resolvers,
            "pages" => null,
            _ => asked,
        };

    private static long? ValueOf(string[] parts, string name)
        => parts.FirstOrDefault(part => part.StartsWith(name, StringComparison.Ordinal)) is { } part
            && long.TryParse(part.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                ? value
                : null;
}
