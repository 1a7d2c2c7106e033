using System.Globalization;
using System.Text.Json.Nodes;

namespace NativeHost.Testing;

/// <summary>Steers the fake hub from another process: <c>/__fake/…</c> on either origin, by GET or POST, parameters in the query.</summary>
/// <remarks>
/// <c>status</c>: counts as JSON. <c>served</c>: bytes of files sent, as a number. <c>requests</c>: all requests, as JSON.
/// <c>clear</c>: forgets requests, counts and faults. <c>rate?each=N&amp;total=N</c>: bytes a second; without a number no limit.
/// <c>expire</c>: ends the life of every address on the CDN. <c>commit?repo=ID</c>: a new commit on main.
/// <c>add?repo=ID&amp;file=PATH&amp;size=N&amp;seed=N</c>: a large file with generated content.
/// <c>fault?kind=Reset&amp;at=70</c> and further the names of <see cref="Fault"/>'s properties: adds a fault; <c>target=any</c> fits all requests.
/// </remarks>
internal static class ControlApi
{
    public static Task AnswerAsync(Exchange exchange)
    {
        var hub = exchange.Hub;
        switch (exchange.Route.Path)
        {
            case "status":
                break;
            case "served":
                return exchange.SendTextAsync(hub.ServedBytes.ToString(CultureInfo.InvariantCulture));
            case "requests":
                return exchange.SendJsonAsync(new JsonArray([.. hub.Requests.Select(Describe)]));
            case "clear":
                hub.ClearRecords();
                hub.Faults.Clear();
                break;
            case "rate":
                (hub.Rate, hub.TotalRate) = (Number(exchange, "each"), Number(exchange, "total"));
                break;
            case "expire":
                hub.ExpireLinks();
                break;
            case "commit" when hub.FindRepo(Text(exchange, "repo") ?? "") is { } repo:
                repo.NewCommit();
                break;
            case "add" when Text(exchange, "repo") is { } id && Text(exchange, "file") is { } path && Number(exchange, "size") is { } size:
                hub.AddRepo(id).AddGenerated(path, size, (int)(Number(exchange, "seed") ?? 1));
                break;
            case "fault" when ReadFault(exchange) is { } fault:
                hub.Faults.Add(fault);
                break;
            default:
                exchange.Response.StatusCode = 400;
                return exchange.SendTextAsync("There is no such control, or a parameter is wrong.\n");
        }

        return exchange.SendJsonAsync(Status(hub));
    }

    private static JsonObject Status(FakeHub hub) => new()
    {
        ["hub"] = hub.Endpoint.AbsoluteUri,
        ["cdn"] = hub.CdnEndpoint.AbsoluteUri,
        ["requests"] = hub.Requests.Count(request => request.Kind != RequestKind.Control),
        ["leaks"] = hub.Leaks.Count,
        ["served"] = hub.ServedBytes,
        ["transfers"] = hub.Transfers,
        ["mostTransfers"] = hub.MostTransfers,
        ["faultsHappened"] = hub.Faults.Happened,
    };

    private static JsonObject Describe(RecordedRequest request) => new()
    {
        ["method"] = request.Method,
        ["origin"] = request.Origin.ToString(),
        ["kind"] = request.Kind.ToString(),
        ["path"] = request.Path,
        ["query"] = request.Query,
        ["range"] = request.Range,
        ["hasAuthorization"] = request.HasAuthorization,
        ["userAgent"] = request.UserAgent,
    };

    private static Fault? ReadFault(Exchange exchange)
    {
        if (!Enum.TryParse<FaultKind>(Text(exchange, "kind"), ignoreCase: true, out var kind))
        {
            return null;
        }

        var usual = kind switch
        {
            FaultKind.Redirect => Fault.Redirect(""),
            FaultKind.RedirectLoop => Fault.RedirectLoop(),
            FaultKind.CommitMoves => Fault.CommitMoves(),
            _ => new Fault(kind),
        };
        RequestKind? target = Text(exchange, "target") is not { } named ? usual.Target
            : Enum.TryParse<RequestKind>(named, ignoreCase: true, out var parsed) ? parsed : null;
        return usual with
        {
            Target = target,
            Method = Text(exchange, "method"),
            File = Text(exchange, "file"),
            At = Number(exchange, "at"),
            Page = (int?)Number(exchange, "page"),
            First = (int?)Number(exchange, "first") ?? 1,
            Every = (int?)Number(exchange, "every") ?? 1,
            Times = Text(exchange, "times") == "always" ? int.MaxValue : (int?)Number(exchange, "times") ?? 1,
            StatusCode = (int?)Number(exchange, "statusCode"),
            Lasts = Number(exchange, "lasts") is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
            BytesPerSecond = Number(exchange, "bytesPerSecond") ?? usual.BytesPerSecond,
            Location = Text(exchange, "location"),
            ResetSeconds = (int?)Number(exchange, "resetSeconds"),
            RetryAfter = Text(exchange, "retryAfter"),
            HasHtmlBody = exchange.Asks("hasHtmlBody"),
        };
    }

    private static string? Text(Exchange exchange, string name) => exchange.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    private static long? Number(Exchange exchange, string name)
        => long.TryParse(Text(exchange, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
