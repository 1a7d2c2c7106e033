using System.CommandLine;
using System.Text.Json;
using NativeHost.CommandLine;
using NativeHost.Grants;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.CommandLine;

public sealed class GrantsCommandTests : IDisposable
{
    private const string Origin = $"chrome-extension://{Machine.ChromiumId}/";

    private readonly TemporaryFolder _config = new();

    [Fact]
    public void The_commands_of_the_readme_give_list_and_revoke()
    {
        var none = Run("grants");
        var given = Run("grants", "give", Machine.ChromiumId, "unload_others");
        var list = Run("grants");
        var revoked = Run("grants", "revoke", Machine.ChromiumId);

        Assert.StartsWith("No grants.", none.Text, StringComparison.Ordinal);
        Assert.Equal($"{Origin} now has the grants unload_others.", given.Text.TrimEnd());
        Assert.Equal(list, Run("grants", "list") with { Text = list.Text });
        Assert.Equal(
            ["ORIGIN                                                GRANTS", $"{Origin}  unload_others"],
            list.Text.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd()));
        Assert.Equal($"{Origin} now has no grants.", revoked.Text.TrimEnd());
        Assert.Equal(none, Run("grants", "list"));
    }

    [Theory]
    [InlineData(Machine.ChromiumId, Origin)]
    [InlineData($"chrome-extension://{Machine.ChromiumId}", Origin)]
    [InlineData(Origin, Origin)]
    [InlineData(Machine.FirefoxId, Machine.FirefoxId)]
    [InlineData("{01234567-89ab-cdef-0123-456789abcdef}", "{01234567-89ab-cdef-0123-456789abcdef}")]
    public void An_extension_is_known_by_its_origin_and_by_its_id(string given, string origin)
    {
        Run("grants", "give", given, "unload_others");

        using var list = Json("grants", "--json");
        Assert.Equal(origin, Assert.Single(list.RootElement.GetProperty("grants").EnumerateArray()).GetProperty("origin").GetString());
        Assert.Equal(0, Run("grants", "revoke", given, "unload_others").ExitCode);
        Assert.StartsWith("No grants.", Run("grants").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_tells_the_same()
    {
        using var given = Json("grants", "give", Machine.ChromiumId, "unload_others", "--json");
        using var list = Json("grants", "list", "--json");
        using var revoked = Json("grants", "revoke", Machine.ChromiumId, "--json");
        using var again = Json("grants", "revoke", Machine.ChromiumId, "--json");

        Assert.Equal($$"""{"origin":"{{Origin}}","grants":["unload_others"],"isChanged":true}""", Compact(given.RootElement));
        Assert.Equal($$"""[{"origin":"{{Origin}}","grants":["unload_others"]}]""", Compact(list.RootElement.GetProperty("grants")));
        Assert.Equal(Path.Combine(_config.Path, "grants.json"), list.RootElement.GetProperty("file").GetString());
        Assert.Equal($$"""{"origin":"{{Origin}}","grants":[],"isChanged":true}""", Compact(revoked.RootElement));
        Assert.False(again.RootElement.GetProperty("isChanged").GetBoolean());
    }

    [Theory]
    [InlineData("No such grant: fly. There are: unload_others, ", "give", Machine.ChromiumId, "fly")]
    [InlineData("No such grant: fly. There are: unload_others, ", "revoke", Machine.ChromiumId, "fly")]
    [InlineData("Not an extension: local.", "give", "local", "unload_others")]
    [InlineData("Not an extension: https://example.org/.", "give", "https://example.org/", "unload_others")]
    public void Wrong_use_is_explained_and_ends_with_2(string words, params string[] arguments)
    {
        var answer = Run(["grants", .. arguments]);

        Assert.Equal(2, answer.ExitCode);
        Assert.Contains(words, answer.Text, StringComparison.Ordinal);
        Assert.Empty(_config.Tree());
    }

    [Fact]
    public void A_damaged_file_is_named_and_left_as_it_is()
    {
        var file = _config.Write("{", "grants.json");

        string[][] uses = [["grants"], ["grants", "give", Machine.ChromiumId, "unload_others"], ["grants", "revoke", Machine.ChromiumId]];
        foreach (var use in uses)
        {
            var answer = Run(use);

            Assert.Equal(1, answer.ExitCode);
            Assert.Contains($"The grants in {file} cannot be used", answer.Text, StringComparison.Ordinal);
            Assert.Contains("Mend the file, or move it away", answer.Text, StringComparison.Ordinal);
        }

        Assert.Equal("{", File.ReadAllText(file));
    }

    [Fact]
    public void The_help_names_every_kind()
    {
        var help = Run("grants", "--help").Text;

        Assert.All(GrantKinds.All, kind => Assert.Contains($"{GrantKinds.NameOf(kind)}: {GrantKinds.PurposeOf(kind)}", help, StringComparison.Ordinal));
    }

    public void Dispose() => _config.Dispose();

    private Answer Run(params string[] arguments)
    {
        using var output = new StringWriter();
        var root = new RootCommand { GrantsCommand.Create(new GrantStore(_config.Path, TimeProvider.System), output, output) };
        var exitCode = root.Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = output });
        return new Answer(exitCode, output.ToString());
    }

    private JsonDocument Json(params string[] arguments) => JsonDocument.Parse(Run(arguments).Text);

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element, CompactJson.Default.JsonElement);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonElement))]
internal sealed partial class CompactJson : System.Text.Json.Serialization.JsonSerializerContext;
