namespace NativeHost.EndToEnd.Tests;

/// <summary>All frames about one request: its events in order, and its final frame.</summary>
internal sealed record Exchange(IReadOnlyList<JsonObject> Events, JsonObject Final)
{
    public string Status => Text(Final["status"]);

    public string Type => Text(Final["type"]);

    public JsonObject Payload => Final["payload"] as JsonObject ?? [];

    /// <summary>The events of one type, without the progress reports that a prompt's evaluation sends under the same type.</summary>
    public IReadOnlyList<JsonObject> EventsOf(string type) =>
        [.. Events.Where(e => Text(e["type"]) == type && e["payload"]?["phase"]?.ToString() != "prefill")];

    /// <exception cref="HostFailedException">The extension saw no final frame.</exception>
    public static Exchange From(JsonNode? seen)
    {
        var events = seen?["events"]?.AsArray().Select(e => e!.AsObject()).ToList() ?? [];
        return seen?["final"] is JsonObject final
            ? new Exchange(events, final)
            : throw new HostFailedException(
                seen?["gone"] is { } reason
                    ? $"The host went away after {events.Count} events: {reason}"
                    : $"No final frame; after {events.Count} events the extension had: {seen?.ToJsonString()}");
    }

    private static string Text(JsonNode? node) => node?.ToString() ?? "";
}

/// <summary>The host broke the protocol: it closed the port, stayed silent, or wrote what is no frame.</summary>
internal sealed class HostFailedException(string message) : Exception(message);
