using System.Text.Json;
using System.Text.RegularExpressions;
using NativeHost.Grants;
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

    [Fact]
    public void The_document_lists_exactly_the_grants_there_are()
        => Assert.Equal(GrantKinds.All.Select(GrantKinds.NameOf).Order(), FirstCells("Grants").Order());

    private static IEnumerable<string> FirstCells(string section)
    {
        var document = File.ReadAllText(Path.Combine(Repository.Folder, "docs", "PROTOCOL.md"));
        var start = document.IndexOf($"## {section}\n", StringComparison.Ordinal);
        var end = document.IndexOf("\n#", start + 1, StringComparison.Ordinal);
        return FirstCell().Matches(end < 0 ? document[start..] : document[start..end]).SelectMany(match => match.Groups["name"].Captures).Select(name => name.Value);
    }

    [GeneratedRegex(@"^\| `(?<name>\w+)`(, `(?<name>\w+)`)* \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex FirstCell();
}
