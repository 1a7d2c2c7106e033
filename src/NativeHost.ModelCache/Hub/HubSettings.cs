using System.Globalization;
using System.Net;

namespace NativeHost.ModelCache.Hub;

/// <summary>Which hub is asked and how, and where its cache and its token lie: what the environment says, read as the hub's own tools read it.</summary>
/// <remarks>
/// The variables are those of https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables; an empty one counts as none.
/// No record, because printing one would print the token.
/// </remarks>
public sealed class HubSettings
{
    private const string PublicHub = "https://huggingface.co";

    private static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);

    private static readonly string[] TokenVariables = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"];

    private static readonly string[] Yes = ["1", "ON", "YES", "TRUE"];

    private HubSettings(Func<string, string?> environment, string userFolder, string? proxy)
    {
        Endpoint = EndpointOf(First(environment, "MODEL_ENDPOINT", "HF_ENDPOINT") ?? PublicHub);
        Home = FolderOf(First(environment, "HF_HOME") ?? Path.Combine(CacheHome(environment, userFolder), "huggingface"), userFolder);
        CacheFolder = FolderOf(First(environment, "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? Path.Combine(Home, "hub"), userFolder);
        TokenPath = FolderOf(First(environment, "HF_TOKEN_PATH") ?? Path.Combine(Home, "token"), userFolder);
        TokenVariable = TokenVariables.FirstOrDefault(variable => HubToken.Clean(environment(variable)).Length > 0);
        VariableToken = TokenVariable is null ? null : HubToken.Clean(environment(TokenVariable));
        SendsToken = !IsYes(environment, "HF_HUB_DISABLE_IMPLICIT_TOKEN");
        IsOffline = IsYes(environment, "HF_HUB_OFFLINE") || IsYes(environment, "TRANSFORMERS_OFFLINE");
        MetadataTimeout = TimeoutOf(environment, "HF_HUB_ETAG_TIMEOUT");
        UsesSymbolicLinks = !IsYes(environment, "HF_HUB_DISABLE_SYMLINKS");
        Proxy = string.IsNullOrWhiteSpace(proxy) ? null : ProxyOf(proxy.Trim());
    }

    /// <summary>Address of the hub, without a slash at its end; https, or http on this machine.</summary>
    public Uri Endpoint { get; }

    /// <summary>Absolute path of the folder of all that the hub's tools keep.</summary>
    public string Home { get; }

    /// <summary>Absolute path of the cache of repositories.</summary>
    public string CacheFolder { get; }

    /// <summary>Absolute path of the file that holds the user's token, whether or not it is there.</summary>
    public string TokenPath { get; }

    /// <summary>The environment variable that holds a token, which then is taken instead of the file's; null where none does.</summary>
    public string? TokenVariable { get; }

    /// <summary>Whether the token goes along with requests that would be answered without it as well.</summary>
    public bool SendsToken { get; }

    /// <summary>Whether the user forbade every request.</summary>
    public bool IsOffline { get; }

    /// <summary>How long the hub may take to begin an answer about a repository.</summary>
    public TimeSpan MetadataTimeout { get; }

    /// <summary>Whether the cache may have symbolic links.</summary>
    public bool UsesSymbolicLinks { get; }

    internal string? VariableToken { get; }

    /// <summary>The proxy of our own configuration; null leaves the choice to the environment and the system.</summary>
    internal IWebProxy? Proxy { get; }

    /// <summary>Reads the environment of this process.</summary>
    /// <param name="proxy">Address of the proxy that the user configured here; null for none. A browser starts us without the variables of a shell.</param>
    /// <exception cref="ModelCacheException">The hub's or the proxy's address is none that can be used.</exception>
    public static HubSettings FromEnvironment(string? proxy)
        => Read(
            Environment.GetEnvironmentVariable,
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify),
            proxy);

    /// <inheritdoc cref="FromEnvironment"/>
    /// <param name="environment">Gives the value of a variable, or null.</param>
    /// <param name="userFolder">Absolute path of the user's own folder.</param>
    public static HubSettings Read(Func<string, string?> environment, string userFolder, string? proxy) => new(environment, userFolder, proxy);

    private static string? First(Func<string, string?> environment, params ReadOnlySpan<string> variables)
    {
        foreach (var variable in variables)
        {
            if (environment(variable)?.Trim() is { Length: > 0 } value)
            {
                return value;
            }
        }

        return null;
    }

    private static bool IsYes(Func<string, string?> environment, string variable)
        => Yes.Contains(First(environment, variable), StringComparer.OrdinalIgnoreCase);

    private static TimeSpan TimeoutOf(Func<string, string?> environment, string variable)
        => double.TryParse(First(environment, variable), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds > 0 && seconds <= LongestTimeout.TotalSeconds
                ? TimeSpan.FromSeconds(seconds)
                : UsualTimeout;

    // The XDG rules say that a relative path is to be ignored.
    private static string CacheHome(Func<string, string?> environment, string userFolder)
        => First(environment, "XDG_CACHE_HOME") is { } given && Path.IsPathRooted(given) ? given : Path.Combine(userFolder, ".cache");

    private static string FolderOf(string path, string userFolder)
        => Path.GetFullPath(path is "~" || path.StartsWith("~/", StringComparison.Ordinal) ? userFolder + path[1..] : path);

    private static Uri EndpointOf(string text)
    {
        if (!Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var endpoint) || !HubOrigin.IsAllowed(endpoint)
            || endpoint.UserInfo.Length > 0 || endpoint.Query.Length > 0 || endpoint.Fragment.Length > 0)
        {
            throw new ModelCacheException(
                CacheFault.InvalidAddress,
                "HF_ENDPOINT or MODEL_ENDPOINT names no hub that can be asked: it has to begin with https:// (or http:// on this machine), "
                + "without a user name and without a query. Correct the variable, or remove it to ask huggingface.co.");
        }

        return endpoint;
    }

    // What the text is does not go into the message: it may hold a password.
    private static WebProxy ProxyOf(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https" or "socks4" or "socks4a" or "socks5"))
        {
            throw new ModelCacheException(
                CacheFault.InvalidAddress,
                "The configured proxy is no address of one. It looks like http://host:port or socks5://host:port; correct or remove it.");
        }

        var userAndPassword = address.UserInfo.Split(':', 2);
        return new WebProxy(new UriBuilder(address) { UserName = "", Password = "" }.Uri)
        {
            Credentials = userAndPassword[0].Length == 0
                ? null
                : new NetworkCredential(Uri.UnescapeDataString(userAndPassword[0]), userAndPassword.Length > 1 ? Uri.UnescapeDataString(userAndPassword[1]) : ""),
        };
    }
}
