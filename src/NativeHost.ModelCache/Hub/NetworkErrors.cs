using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace NativeHost.ModelCache.Hub;

/// <summary>What it means that a server could not be reached, or broke off.</summary>
/// <remarks>The causes are put into words and not passed on: the text of some quotes what the server sent.</remarks>
internal static class NetworkErrors
{
    private const string CheckNetwork = "Check the connection to the internet and the proxy, then try again.";

    /// <summary>Whether an exception is the network's.</summary>
    /// <param name="cancellationToken">The caller's own: what it cancels is no error.</param>
    public static bool IsOne(Exception e, CancellationToken cancellationToken)
        => e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>How often it makes sense to try again.</summary>
    public static int UsefulRetries(Exception e)
        => e is not HttpRequestException http ? HubRequests.MaxRetries
            : IsCertificate(http) || http.HttpRequestError is HttpRequestError.ProxyTunnelError or HttpRequestError.ConfigurationLimitExceeded ? 0
            : http.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError ? 1 // Most often there is no network at all.
            : HubRequests.MaxRetries;

    public static ModelCacheException Of(Exception e, Uri address)
    {
        var host = address.Host;
        return e switch
        {
            OperationCanceledException => new(CacheFault.Network, $"{host} did not answer in time. {CheckNetwork}"),
            HttpRequestException http when IsCertificate(http) => new(
                CacheFault.Network,
                $"{host} does not prove that it is {host}: its certificate is not trusted here. "
                + "Check the clock of this machine, and whether a proxy or a virus scanner is on the way."),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => new(CacheFault.Network, $"The name {host} is not known. {CheckNetwork}"),
            HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError, StatusCode: HttpStatusCode.ProxyAuthenticationRequired } => ProxyLogin(),
            HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => new(
                CacheFault.Network,
                $"The proxy lets nothing through to {host}. Check the proxy's address and its rules."),
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } => new(
                CacheFault.HubFailed,
                $"What {host} sends is no HTTP. Check the hub's address and the proxy."),
            _ => new(CacheFault.Network, $"{host} cannot be reached, or broke off{Reason(e)}. {CheckNetwork}"),
        };
    }

    public static ModelCacheException ProxyLogin()
        => new(CacheFault.Network, "The proxy wants a login. Put the user and the password into its address: http://user:password@host:port.");

    private static bool IsCertificate(HttpRequestException e)
        => e is { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException };

    private static string Reason(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
            {
                return $" ({socket.SocketErrorCode})";
            }
        }

        return "";
    }
}
