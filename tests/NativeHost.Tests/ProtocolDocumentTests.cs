using System.Text.Json;
using System.Text.RegularExpressions;
using NativeHost.Messages;
using Xunit;

namespace NativeHost.Tests;

public sealed partial class ProtocolDocumentTests
{
    [Fact]
    public async Task The_document_lists_exactly_the_actions_there_are()
    {
        await using var host = new TestHost(new ScriptedLoader());

        Assert.Equal(host.BrokerRoutes.Select(route => route.Action).Order(), FirstCells("Actions").Order());
    }

    [Fact]
    public void The_document_lists_exactly_the_error_codes_there_are()
        => Assert.Equal(
            Enum.GetNames<ErrorCode>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName).Order(), FirstCells("Error codes").Order());

    private static IEnumerable<string> FirstCells(string section)
    {
        var document = File.ReadAllText(Path.Combine(Repository.Folder, "docs", "PROTOCOL.md"));
        var start = document.IndexOf($"## {section}\n", StringComparison.Ordinal);
        var end = document.IndexOf("\n#", start + 1, StringComparison.Ordinal);
        return FirstCell().Matches(end < 0 ? document[start..] : document[start..end]).Select(match => match.Groups[1].Value);
    }

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex FirstCell();
}
