using System.Text.RegularExpressions;

namespace NativeHost.Registration;

/// <summary>The extensions that may start the host, told apart by the form of their ids.</summary>
internal sealed partial record ExtensionIds
{
    private const string ChromiumScheme = "chrome-extension://";

    /// <summary>Ids as Chromium makes them: 32 letters from a to p.</summary>
    public required IReadOnlyList<string> Chromium { get; init; }

    /// <summary>Ids as Firefox wants them: in the form of an e-mail address or of a GUID in braces.</summary>
    public required IReadOnlyList<string> Firefox { get; init; }

    /// <summary>Sorts ids by their form; <paramref name="wrong"/> takes those that have neither.</summary>
    public static ExtensionIds Sort(IEnumerable<string> ids, out IReadOnlyList<string> wrong)
    {
        var all = ids.Distinct(StringComparer.Ordinal).ToList();
        wrong = [.. all.Where(id => !IsChromium(id) && !IsFirefox(id))];
        return new ExtensionIds { Chromium = [.. all.Where(IsChromium)], Firefox = [.. all.Where(IsFirefox)] };
    }

    /// <summary>True for 32 letters from a to p.</summary>
    public static bool IsChromium(string id) => ChromiumId().IsMatch(id);

    /// <summary>True for <c>name@place</c> and for <c>{GUID}</c>.</summary>
    public static bool IsFirefox(string id) => FirefoxId().IsMatch(id);

    /// <summary>How an extension is named as a caller: a Chromium one by its origin, a Firefox one by its id.</summary>
    /// <returns>Null where the text is neither an id nor an origin.</returns>
    public static string? CallerOf(string idOrOrigin)
    {
        var id = idOrOrigin.StartsWith(ChromiumScheme, StringComparison.Ordinal) ? idOrOrigin[ChromiumScheme.Length..].TrimEnd('/') : idOrOrigin;
        return IsChromium(id) ? $"{ChromiumScheme}{id}/"
            : IsFirefox(idOrOrigin) ? idOrOrigin
            : null;
    }

    [GeneratedRegex(@"\A[a-p]{32}\z")]
    private static partial Regex ChromiumId();

    [GeneratedRegex(@"\A(\{[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}|[0-9a-zA-Z._-]*@[0-9a-zA-Z._-]+)\z")]
    private static partial Regex FirefoxId();
}
