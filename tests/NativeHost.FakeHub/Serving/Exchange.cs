using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace NativeHost.Testing;

/// <summary>A request and the answer to it.</summary>
internal sealed class Exchange(FakeHub hub, HttpContext context, Route route, RecordedRequest request)
{
    private const string Bearer = "Bearer ";

    public FakeHub Hub { get; } = hub;

    public HttpContext Context { get; } = context;

    public Route Route { get; } = route;

    public RecordedRequest Request { get; } = request;

    /// <summary>What is to go wrong with this answer; null for nothing.</summary>
    public Fault? Fault { get; set; }

    public HttpResponse Response => Context.Response;

    public bool IsHead => HttpMethods.IsHead(Context.Request.Method);

    public Dictionary<string, StringValues> Query { get; } = QueryHelpers.ParseQuery(request.Query);

    /// <summary>The token as sent, known or not; null without one.</summary>
    public string? Token
    {
        get
        {
            var header = Context.Request.Headers.Authorization.ToString();
            return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : header.Length > 0 ? header : null;
        }
    }

    public bool Asks(string name) => Query.GetValueOrDefault(name).ToString() is "true" or "1" or "True";

    /// <summary>Answers with JSON; the status stays what it is.</summary>
    public Task SendJsonAsync(JsonNode json)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            json.WriteTo(writer);
        }

        return SendAsync("application/json; charset=utf-8", stream.ToArray());
    }

    public Task SendTextAsync(string text) => SendAsync("text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    public Task SendHtmlAsync(string text) => SendAsync("text/html; charset=utf-8", Encoding.UTF8.GetBytes(text));

    /// <summary>Answers as the hub does when it refuses.</summary>
    /// <param name="code">Machine-readable name of the error; null where the hub gives none.</param>
    public Task RefuseAsync(int status, string? code, string message)
    {
        Response.StatusCode = status;
        Response.Headers["X-Error-Message"] = message;
        if (code is not null)
        {
            Response.Headers["X-Error-Code"] = code;
        }

        return Route.Kind is RequestKind.Resolve or RequestKind.Raw or RequestKind.SmallFile
            ? SendTextAsync(message)
            : SendJsonAsync(new JsonObject { ["error"] = message });
    }

    public async Task SendAsync(string type, ReadOnlyMemory<byte> body)
    {
        Response.ContentType = type;
        Response.ContentLength = body.Length;
        if (!IsHead)
        {
            await Response.Body.WriteAsync(body, Context.RequestAborted);
        }
    }

    /// <summary>Page of a listing that is asked for, counted from 1.</summary>
    public int PageNumber => int.TryParse(Query.GetValueOrDefault("cursor").ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? page : 1;

    /// <summary>Cuts a page out of a listing and says in the Link header where the next one is.</summary>
    /// <param name="usual">Entries of a page where the request does not ask for fewer.</param>
    public IReadOnlyList<T> Page<T>(IReadOnlyList<T> all, int usual)
    {
        var limit = int.TryParse(Query.GetValueOrDefault("limit").ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : usual;
        var size = Math.Max(1, Math.Min(limit, usual));
        if ((long)PageNumber * size < all.Count)
        {
            var query = QueryString.Create(Query.Where(pair => pair.Key != "cursor")
                .Append(new("cursor", (PageNumber + 1).ToString(CultureInfo.InvariantCulture))));
            Response.Headers.Link = $"<{Hub.Endpoint.GetLeftPart(UriPartial.Authority)}{Request.Path}{query}>; rel=\"next\"";
        }

        return [.. all.Skip((PageNumber - 1) * size).Take(size)];
    }
}
