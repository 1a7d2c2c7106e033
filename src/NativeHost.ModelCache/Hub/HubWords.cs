using System.Text.RegularExpressions;

namespace NativeHost.ModelCache.Hub;

/// <summary>Makes words that come from a hub fit for a message: short, in one line, and without what nobody should read.</summary>
internal static partial class HubWords
{
    private const int MaxLength = 200;

    /// <param name="token">What was sent along: a hub could say it back.</param>
    public static string Clean(string words, string? token = null)
    {
        var withoutToken = string.IsNullOrEmpty(token) ? words : words.Replace(token, "(token)", StringComparison.Ordinal);
        var clean = Secret().Replace(Control().Replace(withoutToken, " "), "(left out)").Trim();
        return clean.Length <= MaxLength ? clean : clean[..MaxLength] + "…";
    }

    /// <summary>A name or a licence as it came, or null where it is none that can be shown.</summary>
    public static string? NameOrNull(string? name) => name is { Length: > 0 and <= MaxLength } && !Control().IsMatch(name) ? name : null;

    [GeneratedRegex(@"[\p{C}]+")]
    private static partial Regex Control();

    // Tokens, and the query of an address, which may hold a signature.
    [GeneratedRegex(@"hf_[A-Za-z0-9._~+/-]{8,}|\?\S+=\S*")]
    private static partial Regex Secret();
}
