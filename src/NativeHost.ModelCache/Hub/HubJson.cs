using System.Text.Json;

namespace NativeHost.ModelCache.Hub;

/// <summary>Asks the hub for JSON, over whatever redirects it sends us.</summary>
internal sealed class HubJson(HubRequests requests, HubSettings settings)
{
    /// <summary>A page of a thousand files is some hundred kB; a description may hold a long chat template.</summary>
    private const int MaxBytes = 16 * 1024 * 1024;

    /// <param name="read">What is wanted of the JSON; a <see cref="FormatException"/> says what is wrong with it.</param>
    /// <exception cref="ModelCacheException">It could not be had, or is not what it should be.</exception>
    public async Task<JsonAnswer<T>> GetAsync<T>(HubQuestion question, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        for (var hops = 0; hops <= Redirects.MaxHops; hops++)
        {
            var asked = question;
            var answer = await requests.AskAsync(question, (response, token) => ReadAsync(response, asked, read, token), cancellationToken);
            if (answer.Redirect is not { } target)
            {
                return answer;
            }

            // Once elsewhere, the token stays away, even where the way leads back.
            question = question with { Address = target, Token = HubOrigin.IsSame(target, settings.Endpoint) ? question.Token : TokenUse.Never };
        }

        throw Redirects.TooMany(question.Address);
    }

    private async Task<JsonAnswer<T>> ReadAsync<T>(
        HttpResponseMessage response, HubQuestion question, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        if (Redirects.IsRedirect(response))
        {
            return new JsonAnswer<T>(default, question, null) { Redirect = Redirects.TargetOf(response, question.Address, settings.Endpoint) };
        }

        if (!response.IsSuccessStatusCode)
        {
            throw HubErrors.Of(response, question, settings.Endpoint);
        }

        if (response.Content.Headers.ContentType?.MediaType is "text/html")
        {
            throw HubErrors.NotAHub(question.Address, "a web page");
        }

        var body = await ReadBodyAsync(response, question.Address, cancellationToken);
        try
        {
            using var document = JsonDocument.Parse(body);
            return new JsonAnswer<T>(read(document.RootElement), question, LinkHeader.NextOf(response));
        }
        catch (JsonException)
        {
            // Its text may quote what came.
            throw HubErrors.NotAHub(question.Address, "no JSON");
        }
        catch (FormatException e)
        {
            throw HubErrors.NotAHub(question.Address, e.Message);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpResponseMessage response, Uri address, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            if (body.Length + count > MaxBytes)
            {
                throw HubErrors.NotAHub(address, $"more than {MaxBytes / (1024 * 1024)} MB");
            }

            body.Write(buffer.AsSpan(0, count));
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}

/// <summary>What was read of an answer.</summary>
/// <param name="Question">The one that was answered, which redirects may have changed.</param>
/// <param name="Next">Where the answer says that it goes on; null where this is all.</param>
internal sealed record JsonAnswer<T>(T? Value, HubQuestion Question, string? Next)
{
    public Uri? Redirect { get; init; }
}
