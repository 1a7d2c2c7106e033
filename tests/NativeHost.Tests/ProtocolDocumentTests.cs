using System.Text.Json;
using System.Text.RegularExpressions;
using NativeHost.Actions;
using NativeHost.Actions.Models;
using NativeHost.Broker;
using NativeHost.Grants;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.Routing;
using Xunit;

namespace NativeHost.Tests;

public sealed partial class ProtocolDocumentTests
{
    [Fact]
    public async Task The_document_lists_exactly_the_actions_there_are()
    {
        await using var shelf = new ModelShelf(new ScriptedLoader(), HostLog.None);
        using var control = new BrokerControl(TimeProvider.System);
        var grants = new CallerGrants(new GrantStore("/", TimeProvider.System), HostLog.None);
        var actions = ActionTable.Of(shelf, new CallerStates(), new ModelAddresses("/"), grants, new OpenWork(), HostLog.None)
            .Concat(ActionTable.OfBroker(shelf, control))
            .Select(route => route.Action);

        Assert.Equal(actions.Order(), FirstCells("Actions").Order());
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
        var document = File.ReadAllText(Path.Combine(RepositoryFolder(), "docs", "PROTOCOL.md"));
        var start = document.IndexOf($"## {section}\n", StringComparison.Ordinal);
        var end = document.IndexOf("\n#", start + 1, StringComparison.Ordinal);
        return FirstCell().Matches(end < 0 ? document[start..] : document[start..end]).Select(match => match.Groups[1].Value);
    }

    private static string RepositoryFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "NativeHost.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex FirstCell();
}
