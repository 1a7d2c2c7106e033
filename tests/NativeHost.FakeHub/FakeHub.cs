using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace NativeHost.Testing;

/// <summary>A Hugging Face hub and its CDN on two loopback ports, in this process, with faults by script.</summary>
/// <remarks>
/// What it answers follows huggingface_hub, @huggingface/hub and recorded headers of the real one. Safe to use and to change from any thread
/// while it answers. <c>await using var hub = await FakeHub.StartAsync(); hub.AddRepo("acme/tiny-GGUF").AddGenerated("tiny-Q4_K_M.gguf", 1 &lt;&lt; 20);</c>
/// </remarks>
public sealed class FakeHub : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Dictionary<Origin, ListenOptions> _listening = [];
    private ListenOptions? _proxy;
    private readonly ConcurrentDictionary<string, FakeRepo> _repos = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _renamed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _users = new(StringComparer.Ordinal);
    private readonly Lock _counting = new();
    private readonly List<RecordedRequest> _requests = [];
    private long _servedBytes;
    private int _transfers;
    private int _mostTransfers;

    private FakeHub(int hubPort, int cdnPort, TimeProvider clock)
    {
        Clock = clock;
        TotalPace = new Pace(clock);
        Links = new SignedLinks(() => CdnEndpoint, clock);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, hubPort, options => _listening[Origin.Hub] = options);
            kestrel.Listen(IPAddress.Loopback, cdnPort, options => _listening[Origin.Cdn] = options);
            kestrel.Listen(IPAddress.Loopback, 0, options => _proxy = options);
        });
        // A write then ends when the system has its bytes: what is counted as served was sent, up to the byte of a fault. 0 and 1 mean no limit.
        builder.WebHost.UseSockets(sockets => sockets.MaxWriteBufferSize = 2);
        _app = builder.Build();
        _app.Run(new HubServer(this).AnswerAsync);
    }

    /// <summary>Where the hub is, with a slash at the end.</summary>
    public Uri Endpoint => EndpointOf(_listening[Origin.Hub]);

    public Uri CdnEndpoint => EndpointOf(_listening[Origin.Cdn]);

    /// <summary>A proxy, through which the hub is also at any name, such as <c>http://hub.test/</c>, and the CDN where it is anyway.</summary>
    public Uri ProxyEndpoint => EndpointOf(_proxy!);

    /// <summary>The <c>user:password</c> that the proxy demands; null for none.</summary>
    public string? ProxyCredentials { get; set; }

    /// <summary>What is to go wrong.</summary>
    public FaultScript Faults { get; } = new();

    /// <summary>Bytes a second that each answer gets; null for no limit.</summary>
    public long? Rate { get; set; }

    /// <summary>Bytes a second that all answers together get; null for no limit.</summary>
    public long? TotalRate { get; set; }

    /// <summary>Entries of a page of a listing.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>Entries of a page of a listing with the last commits.</summary>
    public int ExpandedPageSize { get; set; } = 50;

    /// <summary>How long an address on the CDN that is given out is good.</summary>
    public TimeSpan LinkLifetime
    {
        get => Links.Lifetime;
        set => Links.Lifetime = value;
    }

    /// <summary>Called with each request before it is answered, on the server's thread; for tests that change something at that moment.</summary>
    public Action<RecordedRequest>? Received { get; set; }

    /// <summary>All requests so far, in order.</summary>
    public IReadOnlyList<RecordedRequest> Requests
    {
        get
        {
            lock (_counting)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Requests that showed the user's token to the CDN.</summary>
    public IReadOnlyList<RecordedRequest> Leaks => [.. Requests.Where(request => request is { Origin: Origin.Cdn, HasAuthorization: true })];

    /// <summary>Bytes of files that were sent, by both origins.</summary>
    public long ServedBytes => Interlocked.Read(ref _servedBytes);

    /// <summary>Bodies that the CDN is sending.</summary>
    public int Transfers
    {
        get
        {
            lock (_counting)
            {
                return _transfers;
            }
        }
    }

    /// <summary>The most bodies that the CDN sent at once.</summary>
    public int MostTransfers
    {
        get
        {
            lock (_counting)
            {
                return _mostTransfers;
            }
        }
    }

    internal TimeProvider Clock { get; }

    internal SignedLinks Links { get; }

    internal Pace TotalPace { get; }

    internal IEnumerable<FakeRepo> Repos => _repos.Values;

    /// <param name="hubPort">0 for any that is free.</param>
    /// <param name="cdnPort">0 for any that is free.</param>
    /// <param name="clock">Of rates, stalls and the life of links; the system's by default.</param>
    public static async Task<FakeHub> StartAsync(int hubPort = 0, int cdnPort = 0, TimeProvider? clock = null)
    {
        var hub = new FakeHub(hubPort, cdnPort, clock ?? TimeProvider.System);
        await hub._app.StartAsync();
        return hub;
    }

    /// <summary>The repository of that name, a new one where there is none.</summary>
    public FakeRepo AddRepo(string id) => _repos.GetOrAdd(id, name => new FakeRepo(name));

    /// <summary>Lets a repository be found by an old name, too, which may be one without an owner.</summary>
    public void AddOldName(string old, string id) => _renamed[old] = id;

    /// <summary>Makes a token known; what it may see, repositories say.</summary>
    public string AddToken(string token, string user = "alice")
    {
        _users[token] = user;
        return token;
    }

    /// <summary>Makes every address on the CDN that was given out useless: it answers 403.</summary>
    public void ExpireLinks() => Links.ExpireAll();

    /// <summary>Forgets requests and counts.</summary>
    public void ClearRecords()
    {
        lock (_counting)
        {
            _requests.Clear();
            _mostTransfers = _transfers;
        }

        Interlocked.Exchange(ref _servedBytes, 0);
    }

    public async ValueTask DisposeAsync()
    {
        // Bodies that stall would hold up an orderly stop.
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    /// <summary>The path with the new name in it, if it has a name that is an old one; else null.</summary>
    internal string? FindRenamed(string path)
    {
        foreach (var (old, id) in _renamed)
        {
            foreach (var prefix in new[] { "/api/models/", "/" })
            {
                if (path == $"/api/models/{old}" || path.StartsWith($"{prefix}{old}/", StringComparison.Ordinal))
                {
                    return prefix + id + path[(prefix.Length + old.Length)..];
                }
            }
        }

        return null;
    }

    internal FakeRepo? FindRepo(string id) => _repos.GetValueOrDefault(id);

    internal string? UserOf(string token) => _users.GetValueOrDefault(token);

    internal void CountServed(int bytes) => Interlocked.Add(ref _servedBytes, bytes);

    internal void Record(RecordedRequest request)
    {
        lock (_counting)
        {
            _requests.Add(request);
        }

        Received?.Invoke(request);
    }

    internal void BeginTransfer()
    {
        lock (_counting)
        {
            _mostTransfers = Math.Max(_mostTransfers, ++_transfers);
        }
    }

    internal void EndTransfer()
    {
        lock (_counting)
        {
            _transfers--;
        }
    }

    // The system has given the port once the server has started.
    private static Uri EndpointOf(ListenOptions listening) => new($"http://127.0.0.1:{listening.IPEndPoint!.Port}/");
}
