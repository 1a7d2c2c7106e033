using System.Text.RegularExpressions;

namespace NativeHost.Registration;

/// <summary>The extensions that may start the host, told apart by the form of their ids.</summary>
internal sealed partial record ExtensionIds
{
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

    [GeneratedRegex(@"\A[a-p]{32}\z")]
    private static partial Regex ChromiumId();

    [GeneratedRegex(@"\A(\{[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}|[0-9a-zA-Z._-]*@[0-9a-zA-Z._-]+)\z")]
    private static partial Regex FirefoxId();
}
