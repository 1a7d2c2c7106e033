using System.Net;
using System.Net.Http.Headers;

namespace NativeHost.ModelCache.Hub;

/// <summary>The way to one hub and to the servers that it names: one set of connections, and the token for who may see it.</summary>
/// <remarks>Safe to use from any thread.</remarks>
public sealed class HubConnection : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    // Long-lived connections would never see that a name leads elsewhere by now.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private readonly HubToken _token;

    /// <param name="version">Our own, for the hub's statistics: digits, letters, dots, dashes and plus signs.</param>
    public HubConnection(HubSettings settings, HubToken token, string version)
#pragma warning disable CA2000 // The client owns it, and is ours.
        : this(settings, token, version, NewHandler(settings))
#pragma warning restore CA2000
    {
    }

    internal HubConnection(HubSettings settings, HubToken token, string version, HttpMessageHandler handler)
    {
        Settings = settings;
        _token = token;

        // Who sends a request says how long it may take: a download takes hours.
        Client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        Client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("tabagent", version));
        Client.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
    }

    public HubSettings Settings { get; }

    /// <summary>Follows no redirect, unpacks nothing, and has no timeout of its own.</summary>
    public HttpClient Client { get; }

    /// <summary>Adds the user's token where there is one, where the user lets us send it, and where the request goes to the hub itself.</summary>
    /// <exception cref="ModelCacheException">What should be the token is none.</exception>
    public void AddToken(HttpRequestMessage request)
    {
        if (Settings.SendsToken)
        {
            AddTokenAsAsked(request);
        }
    }

    /// <summary>As <see cref="AddToken"/>, where the user asks about the token itself.</summary>
    internal void AddTokenAsAsked(HttpRequestMessage request)
    {
        if (request.RequestUri is { } address && HubOrigin.IsSame(address, Settings.Endpoint) && _token.TryRead(out var token))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public void Dispose() => Client.Dispose();

    private static SocketsHttpHandler NewHandler(HubSettings settings)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = ConnectionLifetime,
            UseCookies = false,
        };
        if (settings.Proxy is not null)
        {
            handler.Proxy = settings.Proxy;
        }

        return handler;
    }
}
