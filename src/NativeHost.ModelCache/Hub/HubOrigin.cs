namespace NativeHost.ModelCache.Hub;

/// <summary>Rules for who may be asked, and who may see the user's token.</summary>
internal static class HubOrigin
{
    /// <summary>Whether nobody on the way can read or change what is said there: https, or http that does not leave this machine.</summary>
    public static bool IsAllowed(Uri address)
        => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    /// <summary>Whether two addresses have scheme, host and port in common, which makes them the same server.</summary>
    public static bool IsSame(Uri one, Uri other)
        => one.Scheme == other.Scheme && one.Port == other.Port && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);
}
