using System.Net;

namespace NativeHost.ModelCache.Hub;

/// <summary>Where an answer sends us, and whether we go there.</summary>
internal static class Redirects
{
    public const int MaxHops = 10;

    public static bool IsRedirect(HttpResponseMessage response)
        => response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <summary>The address that an answer sends us to.</summary>
    /// <param name="endpoint">Only a hub that is asked over http on this machine may send us to such an address.</param>
    /// <exception cref="ModelCacheException">There is none, or nothing is to be sent there.</exception>
    public static Uri TargetOf(HttpResponseMessage response, Uri from, Uri endpoint)
    {
        if (response.Headers.Location is not { } location || !Uri.TryCreate(from, location, out var target) || target.UserInfo.Length > 0)
        {
            throw new ModelCacheException(CacheFault.HubFailed, $"{from.Host} sends us elsewhere and does not say where to. Try again later.");
        }

        return HubOrigin.IsAllowed(target) && (target.Scheme == endpoint.Scheme || target.Scheme == Uri.UriSchemeHttps)
            ? target
            : throw new ModelCacheException(
                CacheFault.HubFailed,
                $"{from.Host} sends us to {target.Host} without encryption, where anybody on the way could change what comes. "
                + "Check the hub's address and the network.");
    }

    public static ModelCacheException TooMany(Uri from)
        => new(CacheFault.HubFailed, $"{from.Host} sends us from one address to the next, and never answers. Try again later.");
}
