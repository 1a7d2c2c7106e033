using System.Net;
using System.Net.Http.Headers;

namespace NativeHost.ModelCache.Hub;

/// <summary>Sends requests about repositories until one is answered: waits where the hub wants it, and tries again what may work the next time.</summary>
/// <remarks>
/// Tried again: no answer in time, a connection that is refused or breaks, and the statuses 408, 429, 500, 502, 503 and 504. Pauses double from one
/// second to eight, with luck in them so that many who were turned away do not come back at once. Safe to use from any thread.
/// </remarks>
internal sealed class HubRequests(HubConnection connection, RateLimits limits, TimeSpan rateLimitPatience, TimeProvider time)
{
    public const int MaxRetries = 5;

    /// <summary>A whole answer may take that many times as long as its beginning.</summary>
    private const int BodyTimeouts = 6;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    private readonly HubSettings _settings = connection.Settings;

    /// <summary>Asks, and gives what <paramref name="read"/> makes of an answer that is not to be had better by asking again.</summary>
    /// <param name="read">Gets success, redirects and refusals alike. It may be called more often than once, if the answer breaks off.</param>
    /// <exception cref="ModelCacheException">Offline, the hub cannot be reached or wants to hear nothing, or what <paramref name="read"/> throws.</exception>
    public async Task<T> AskAsync<T>(HubQuestion question, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        if (_settings.IsOffline)
        {
            throw HubErrors.Offline(question);
        }

        for (var retries = 0; ; retries++)
        {
            await ObeyLimitsAsync(question, cancellationToken);
            ModelCacheException failure;
            var pause = PauseBefore(retries + 1);
            var usefulRetries = MaxRetries;
            try
            {
                using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                timeout.CancelAfter(_settings.MetadataTimeout);
                using var request = NewRequest(question);
                using var response = await connection.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
                KeepLimits(response, question, pause);
                if (!IsTransient(response.StatusCode))
                {
                    timeout.CancelAfter(_settings.MetadataTimeout * BodyTimeouts);
                    return await read(response, timeout.Token);
                }

                failure = HubErrors.Of(response, question, _settings.Endpoint);
                if (RateLimitHeaders.RetryAfter(response, time.GetUtcNow()) is { } asked && asked > pause)
                {
                    pause = asked < RateLimits.LongestBlock ? asked : RateLimits.LongestBlock;
                }
            }
            catch (Exception e) when (NetworkErrors.IsOne(e, cancellationToken))
            {
                failure = NetworkErrors.Of(e, question.Address);
                usefulRetries = NetworkErrors.UsefulRetries(e);
            }

            if (retries >= usefulRetries)
            {
                throw failure.Fault == CacheFault.RateLimited
                    ? HubErrors.RateLimited(_settings.Endpoint, time.GetUtcNow() + limits.Remaining(question.Bucket))
                    : failure;
            }

            // Who was told to wait waits above, with all the others.
            if (failure.Fault != CacheFault.RateLimited || !IsHubs(question))
            {
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    private static bool IsTransient(HttpStatusCode status)
        => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static TimeSpan PauseBefore(int retry)
    {
        var pause = TimeSpan.FromSeconds(Math.Pow(2, retry - 1));
        return (pause < LongestPause ? pause : LongestPause) * (0.75 + (Random.Shared.NextDouble() / 2));
    }

    private bool IsHubs(HubQuestion question) => HubOrigin.IsSame(question.Address, _settings.Endpoint);

    private HttpRequestMessage NewRequest(HubQuestion question)
    {
        var request = new HttpRequestMessage(question.Method, question.Address);
        if (question.IsProbe)
        {
            request.Headers.Range = new RangeHeaderValue(0, 0);
        }

        if (question.Token == TokenUse.AsAsked)
        {
            connection.AddTokenAsAsked(request);
        }
        else if (question.Token == TokenUse.Allowed)
        {
            connection.AddToken(request);
        }

        return request;
    }

    private async Task ObeyLimitsAsync(HubQuestion question, CancellationToken cancellationToken)
    {
        if (!IsHubs(question))
        {
            return;
        }

        var remaining = limits.Remaining(question.Bucket);
        if (remaining > rateLimitPatience)
        {
            throw HubErrors.RateLimited(_settings.Endpoint, time.GetUtcNow() + remaining);
        }

        await limits.WaitAsync(question.Bucket, cancellationToken);
    }

    private void KeepLimits(HttpResponseMessage response, HubQuestion question, TimeSpan usual)
    {
        if (!IsHubs(question))
        {
            return;
        }

        var isTold = false;
        foreach (var (bucket, until) in RateLimitHeaders.EmptyBuckets(response, question.Bucket))
        {
            limits.Block(bucket, until);
            isTold |= bucket == question.Bucket;
        }

        if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            var asked = RateLimitHeaders.RetryAfter(response, time.GetUtcNow());
            if (asked > TimeSpan.Zero || !isTold)
            {
                limits.Block(question.Bucket, asked > TimeSpan.Zero ? asked.Value : usual);
            }
        }
    }
}
