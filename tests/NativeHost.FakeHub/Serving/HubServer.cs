using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace NativeHost.Testing;

/// <summary>Takes the requests of both origins, records them, lets faults have their way and hands them to who answers them.</summary>
internal sealed class HubServer(FakeHub hub)
{
    private const string MovedFile = "moved.txt";
    private const string Resolvers = "resolvers";
    private const int SchemeLength = 7; // "http://"
    private const int ApiQuota = 500;
    private const int ResolverQuota = 3000;

    private int _apiRequests;
    private int _resolverRequests;

    public async Task AnswerAsync(HttpContext context)
    {
        var rawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        // A proxy is asked for whole addresses.
        var isProxied = Uri.TryCreate(rawTarget, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp;
        var target = (isProxied ? rawTarget[rawTarget.IndexOf('/', SchemeLength)..] : rawTarget).Split('?', 2);
        var origin = (isProxied ? address!.Port : context.Connection.LocalPort) == hub.CdnEndpoint.Port ? Origin.Cdn : Origin.Hub;
        var route = Route.Of(origin, target[0]);
        var request = Describe(context.Request, origin, route, target) with { IsProxied = isProxied };
        hub.Record(request);
        var exchange = new Exchange(hub, context, route, request);
        exchange.Fault = hub.Faults.Next(request, exchange.PageNumber);
        try
        {
            if (isProxied && !MayUseProxy(context.Request))
            {
                context.Response.StatusCode = 407;
                context.Response.Headers.ProxyAuthenticate = "Basic realm=\"proxy\"";
                return;
            }

            AddUsualHeaders(exchange);
            if (!await FaultAnswers.TrySendAsync(exchange))
            {
                await AnswerRightlyAsync(exchange);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client went away.
        }

        if (exchange.Fault?.Kind == FaultKind.CommitMoves && hub.FindRepo(route.Repo) is { } repo)
        {
            repo.NewCommit();
            repo.AddFile(MovedFile, $"now at {repo.Commit}\n");
        }
    }

    /// <summary>Which of the hub's limits counts such a request.</summary>
    public static string BucketOf(RequestKind kind)
        => kind is RequestKind.Resolve or RequestKind.SmallFile or RequestKind.Raw or RequestKind.Cdn ? Resolvers : "api";

    private bool MayUseProxy(HttpRequest request)
        => hub.ProxyCredentials is not { } credentials
            || request.Headers.ProxyAuthorization == $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}";

    private RecordedRequest Describe(HttpRequest request, Origin origin, Route route, string[] target)
    {
        var range = request.Headers.Range.ToString();
        return new(request.Method, origin, route.Kind, target[0], target.Length > 1 ? target[1] : "", range.Length > 0 ? range : null,
            request.Headers.Authorization.Count > 0, request.Headers.UserAgent.ToString(), request.Headers.AcceptEncoding.ToString())
        {
            File = route.Kind == RequestKind.Cdn ? hub.Links.PathOf(route.Path) : route.Path.Length > 0 ? route.Path : null,
        };
    }

    private void AddUsualHeaders(Exchange exchange)
    {
        if (exchange.Request.Origin == Origin.Cdn)
        {
            return;
        }

        var bucket = BucketOf(exchange.Route.Kind);
        var (quota, used) = bucket == Resolvers ? (ResolverQuota, Interlocked.Increment(ref _resolverRequests)) : (ApiQuota, Interlocked.Increment(ref _apiRequests));
        // The quota is not enforced, so what remains is never 0: a script says when it is.
        exchange.Response.Headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{bucket}\";r={Math.Max(1, quota - used)};t=211");
        exchange.Response.Headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"fixed window\";\"{bucket}\";q={quota};w=300");
        exchange.Response.Headers["X-Request-Id"] = string.Create(CultureInfo.InvariantCulture, $"Root=1-fake-{used}");
    }

    private Task AnswerRightlyAsync(Exchange exchange)
    {
        if (hub.FindRenamed(exchange.Request.Path) is { } moved)
        {
            exchange.Response.StatusCode = 307;
            exchange.Response.Headers.Location = moved + (exchange.Request.Query.Length > 0 ? $"?{exchange.Request.Query}" : "");
            return exchange.SendTextAsync($"Temporary Redirect. Redirecting to {exchange.Response.Headers.Location}");
        }

        if (exchange.Route.Kind == RequestKind.Control)
        {
            return ControlApi.AnswerAsync(exchange);
        }

        var method = exchange.Context.Request.Method;
        var isAllowed = exchange.Route.Kind == RequestKind.PathsInfo ? HttpMethods.IsPost(method) : HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
        return !isAllowed ? exchange.RefuseAsync(405, null, "Method not allowed") : exchange.Route.Kind switch
        {
            RequestKind.Info => HubApi.InfoAsync(exchange),
            RequestKind.Refs => HubApi.RefsAsync(exchange),
            RequestKind.Tree => HubApi.TreeAsync(exchange),
            RequestKind.PathsInfo => HubApi.PathsInfoAsync(exchange),
            RequestKind.Resolve => HubFiles.ResolveAsync(exchange),
            RequestKind.SmallFile => HubFiles.SmallFileAsync(exchange),
            RequestKind.Raw => HubFiles.RawAsync(exchange),
            RequestKind.Search => HubApi.SearchAsync(exchange),
            RequestKind.WhoAmI => HubApi.WhoAmIAsync(exchange),
            RequestKind.Manifest => Manifests.SendAsync(exchange),
            RequestKind.XetToken => HubApi.XetTokenAsync(exchange),
            RequestKind.Cdn => CdnFiles.SendAsync(exchange),
            _ => exchange.RefuseAsync(404, null, "Sorry, we can't find the page you are looking for."),
        };
    }
}
