using System.Net;
using System.Text.Json;

namespace NativeHost.Actions.LmStudio;

/// <summary>Asks LM Studio's server, which listens on this machine. Safe to use from any thread.</summary>
/// <param name="endpoint">Where it listens.</param>
internal sealed class LmStudioApi(Uri endpoint, TimeProvider time) : IDisposable
{
    private const int MostAnswerBytes = 1024 * 1024;
    private const int MostModels = 64;
    private const int LongestName = 512;

    /// <summary>How long it may take to answer, from the question to the last byte.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Not before somebody asks: a port's first answer does not wait for it.
    private readonly Lazy<HttpClient> _client = new(() => new HttpClient(NewHandler()) { Timeout = Timeout.InfiniteTimeSpan });

    /// <summary>Where it listens.</summary>
    public Uri Endpoint { get; } = endpoint;

    /// <summary>Whether it answers. One that wants a token first answers as well.</summary>
    public async Task<LmStudioState> StateAsync(CancellationToken cancellationToken)
        => await AskAsync(
            "/v1/models",
            (response, _) => Task.FromResult(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized ? LmStudioState.Runs : LmStudioState.Stopped),
            cancellationToken,
            failure => failure is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } ? LmStudioState.Stopped : LmStudioState.Unknown);

    /// <summary>The models in its memory, language models first.</summary>
    /// <returns>Null where it does not say.</returns>
    public Task<IReadOnlyList<LmStudioModel>?> LoadedModelsAsync(CancellationToken cancellationToken)
        => AskAsync("/api/v0/models", ReadLoadedAsync, cancellationToken);

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    // It is on this machine, whatever proxies there are, and nothing it says sends us elsewhere.
    private static SocketsHttpHandler NewHandler() => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
    };

    /// <param name="withoutAnswer">What it comes to where there is no answer in time, or none that can be read; null for the default.</param>
    private async Task<T?> AskAsync<T>(
        string path,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken,
        Func<Exception, T>? withoutAnswer = null)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var response = await _client.Value.GetAsync(new Uri(Endpoint, path), HttpCompletionOption.ResponseHeadersRead, ending.Token);
            return await read(response, ending.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or InvalidOperationException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return withoutAnswer is null ? default : withoutAnswer(e);
        }
    }

    private static async Task<IReadOnlyList<LmStudioModel>?> ReadLoadedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return null;
        }

        await response.Content.LoadIntoBufferAsync(MostAnswerBytes, cancellationToken);
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        return LoadedIn(json.RootElement);
    }

    // {"data": [{"id": "…", "type": "llm", "state": "loaded"}, …]}
    private static IReadOnlyList<LmStudioModel>? LoadedIn(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var models = data.EnumerateArray().Where(model => TextOf(model, "state") == "loaded" && TextOf(model, "id") is { Length: > 0 and <= LongestName });
        return
        [
            .. models.Select(model => new LmStudioModel(TextOf(model, "id")!, TextOf(model, "type") is "llm" or "vlm"))
                .OrderByDescending(model => model.IsLanguageModel)
                .Take(MostModels),
        ];
    }

    private static string? TextOf(JsonElement item, string field)
        => item.ValueKind == JsonValueKind.Object && item.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>What is known of LM Studio's server.</summary>
internal enum LmStudioState
{
    /// <summary>It does not answer in time, or breaks off.</summary>
    Unknown,

    /// <summary>Nothing listens there, or what answers is no LM Studio.</summary>
    Stopped,
    Runs,
}

/// <summary>A model in LM Studio's memory.</summary>
/// <param name="Id">What LM Studio calls it.</param>
/// <param name="IsLanguageModel">Whether it generates text; others make embeddings.</param>
internal sealed record LmStudioModel(string Id, bool IsLanguageModel);
