using System.Reflection;

namespace NativeHost;

/// <summary>The version of this program.</summary>
internal static class HostVersion
{
    /// <summary>Such as <c>1.0.0</c>.</summary>
    public static string Text { get; } = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0.0.0";
}
