using System.Text.Json;

namespace NativeHost.EndToEnd.Tests.Browser;

/// <summary>The test extension's service worker, and with it an extension's view of the native host.</summary>
internal sealed class ExtensionWorker(DevToolsConnection devTools, string extensionId, string session)
{
    private static readonly TimeSpan ExchangePatience = TimeSpan.FromSeconds(60);

    public string ExtensionId => extensionId;

    /// <summary>For some milliseconds after the worker appears its script has not run and <c>chrome</c> is undefined.</summary>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) =>
        Polling.UntilAsync(
            "the service worker's script",
            ChromiumBrowser.Patience,
            async () => (await EvaluateAsync("typeof chrome === 'object' && typeof askOnce === 'function'", cancellationToken))
                is JsonValue value && value.GetValueKind() == JsonValueKind.True ? value : null,
            cancellationToken);

    /// <returns>The number by which the worker knows the port.</returns>
    public async Task<int> OpenPortAsync(string hostName, CancellationToken cancellationToken) =>
        (await EvaluateAsync($"openPort({Quote(hostName)})", cancellationToken))!.GetValue<int>();

    /// <summary>Sends a request and collects its frames up to the final one.</summary>
    /// <param name="patience">How long the final frame may take; null for a minute.</param>
    /// <exception cref="HostFailedException">The port closed, or no final frame came in time.</exception>
    public async Task<Exchange> AskAsync(
        int port, JsonObject request, CancellationToken cancellationToken, TimeSpan? patience = null) =>
        Exchange.From(await EvaluateAsync(
            $"ask({port}, {request.ToJsonString()}, {Milliseconds(patience)})", cancellationToken));

    /// <summary>Sends a request, and a second one as soon as the first has brought <paramref name="eventsBefore"/> events.</summary>
    /// <exception cref="HostFailedException">The port closed, or one of the two final frames did not come.</exception>
    public async Task<InterruptedExchange> AskThenInterruptAsync(
        int port, JsonObject request, int eventsBefore, JsonObject interruption, CancellationToken cancellationToken)
    {
        var both = await EvaluateAsync(
            $"askThenInterrupt({port}, {request.ToJsonString()}, {eventsBefore}, {interruption.ToJsonString()}, {Milliseconds(null)})",
            cancellationToken);
        return new InterruptedExchange(Exchange.From(both!["first"]), Exchange.From(both["second"]));
    }

    /// <summary>Sends a request a number of times and does not wait for the frames.</summary>
    public Task BeginAsync(int port, JsonObject request, int times, CancellationToken cancellationToken) =>
        EvaluateAsync($"begin({port}, {request.ToJsonString()}, {times})", cancellationToken);

    /// <summary>The frames about all requests that were begun without waiting, in order.</summary>
    public async Task<IReadOnlyList<JsonObject>> ReceivedAsync(int port, CancellationToken cancellationToken) =>
        [.. (await EvaluateAsync($"received({port})", cancellationToken))!.AsArray().Select(frame => frame!.AsObject())];

    /// <summary>One message to a host started for it alone: <c>chrome.runtime.sendNativeMessage</c>.</summary>
    public async Task<Exchange> AskOnceAsync(string hostName, JsonObject request, CancellationToken cancellationToken) =>
        Exchange.From(await EvaluateAsync($"askOnce({Quote(hostName)}, {request.ToJsonString()})", cancellationToken));

    /// <summary>How long a browser takes from connecting to a host to its first answer, in milliseconds.</summary>
    public async Task<double> MeasureConnectAsync(string hostName, CancellationToken cancellationToken) =>
        (await EvaluateAsync($"measureConnect({Quote(hostName)})", cancellationToken))!.GetValue<double>();

    /// <summary>Frames that belonged to no open request; a sound host sends none.</summary>
    public async Task<JsonArray> StrayFramesAsync(int port, CancellationToken cancellationToken) =>
        (await EvaluateAsync($"strayFrames({port})", cancellationToken))!.AsArray();

    public Task ClosePortAsync(int port, CancellationToken cancellationToken) =>
        EvaluateAsync($"closePort({port})", cancellationToken);

    private async Task<JsonNode?> EvaluateAsync(string expression, CancellationToken cancellationToken)
    {
        var parameters = new JsonObject
        {
            ["expression"] = expression,
            ["awaitPromise"] = true,
            ["returnByValue"] = true,
        };
        var answer = await devTools.CallAsync(
            "Runtime.evaluate", parameters, session, ChromiumBrowser.Patience, cancellationToken);
        return answer["exceptionDetails"] is JsonObject failure
            ? throw new DevToolsException($"{expression}: {failure["exception"]?["description"] ?? failure["text"]}")
            : answer["result"]!["value"];
    }

    private static string Quote(string text) => JsonValue.Create(text).ToJsonString();

    private static long Milliseconds(TimeSpan? patience) => (long)(patience ?? ExchangePatience).TotalMilliseconds;
}

/// <summary>A request and the one that was sent while it was being answered.</summary>
internal sealed record InterruptedExchange(Exchange Interrupted, Exchange Interruption);
