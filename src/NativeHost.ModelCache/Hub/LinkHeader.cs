using System.Text.RegularExpressions;

namespace NativeHost.ModelCache.Hub;

/// <summary>Reads <c>Link: &lt;address&gt;; rel="next"</c> (RFC 8288), by which an answer in pages goes on.</summary>
internal static partial class LinkHeader
{
    public static string? NextOf(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var lines))
        {
            return null;
        }

        return lines.SelectMany(line => Links().Matches(line))
            .FirstOrDefault(link => IsNext().IsMatch(link.Groups["parameters"].Value))
            ?.Groups["address"].Value;
    }

    [GeneratedRegex(@"<(?<address>[^<>]*)>(?<parameters>[^<]*)")]
    private static partial Regex Links();

    [GeneratedRegex(@";\s*rel\s*=\s*(""next""|next\b)", RegexOptions.IgnoreCase)]
    private static partial Regex IsNext();
}
