using NativeHost.Messages;

namespace NativeHost.CommandLine;

/// <summary>Recognises a start by a browser.</summary>
/// <remarks>
/// Chromium passes the extension's origin, on Windows also <c>--parent-window=…</c>; Firefox passes the manifest's path and
/// the add-on's id. https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/Native_messaging
/// </remarks>
internal static class BrowserArguments
{
    private const string ChromiumScheme = "chrome-extension://";

    /// <summary>The extension that a browser started the host for; null where it was no browser.</summary>
    public static Caller? CallerOf(ReadOnlySpan<string> arguments)
    {
        // Chromium gives the origin first; anywhere else it is what a person typed behind a verb.
        if (arguments is [var origin, ..] && origin.StartsWith(ChromiumScheme, StringComparison.Ordinal))
        {
            return new Caller(CallerKind.Extension, origin);
        }

        return arguments is [var manifest, var addOn]
            && manifest.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            && Path.IsPathFullyQualified(manifest)
            ? new Caller(CallerKind.Extension, addOn)
            : null;
    }
}
