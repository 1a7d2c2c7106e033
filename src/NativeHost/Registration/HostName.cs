namespace NativeHost.Registration;

/// <summary>The names under which extensions may ask for this host.</summary>
internal static class HostName
{
    /// <summary>The name that new extensions use.</summary>
    public const string Main = "com.tabagent.host";

    /// <summary>The main name, then those that earlier extensions ask for; all are registered.</summary>
    public static readonly IReadOnlyList<string> All = [Main, "com.tabagent.native_host", "com.tabagent.native_messaging"];
}
