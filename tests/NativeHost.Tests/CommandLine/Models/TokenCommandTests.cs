using System.Text.Json;
using Xunit;

namespace NativeHost.Tests.CommandLine.Models;

public sealed class TokenCommandTests : IAsyncLifetime
{
    private VerbBed _bed = null!;

    public async ValueTask InitializeAsync() => _bed = await VerbBed.StartAsync();

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    [Fact]
    public async Task A_token_is_kept_known_by_its_user_and_forgotten_and_never_shown()
    {
        _bed.Typed = SampleRepos.Token;
        var none = await _bed.TypeAsync("token", "status");
        var set = await _bed.TypeAsync("token", "set");
        Assert.Equal(SampleRepos.Token, await File.ReadAllTextAsync(_bed.TokenFile, Patience.Token));
        var status = await _bed.TypeAsync("token", "status", "--json");
        var cleared = await _bed.TypeAsync("token", "clear");
        var again = await _bed.TypeAsync("token", "clear", "--json");

        Assert.StartsWith("There is no token.", none.Output, StringComparison.Ordinal);
        Assert.Equal($"The token in {_bed.TokenFile} is alice's.", set.Output.TrimEnd());
        Assert.Equal(("file", true, "alice"), (status.Json.GetProperty("source").GetString(), status.Json.GetProperty("isAccepted").GetBoolean(), status.Json.GetProperty("userName").GetString()));
        Assert.Equal("The token is forgotten.", cleared.Output.TrimEnd());
        Assert.Equal(("none", JsonValueKind.Null), (again.Json.GetProperty("source").GetString(), again.Json.GetProperty("place").ValueKind));
        Assert.False(File.Exists(_bed.TokenFile));
        Assert.All([none, set, status, cleared, again], typed => Assert.DoesNotContain(SampleRepos.Token, typed.Output + typed.Errors, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "No token came")]
    [InlineData("  ", "No token came")]
    [InlineData("two words", "holds no token of the hub")]
    [InlineData("hf_NobodyKnowsThisOne1234567890123456789", "The hub does not know the token")]
    public async Task What_is_no_good_is_told(string? typed, string words)
    {
        _bed.Typed = typed;

        var set = await _bed.TypeAsync("token", "set");

        Assert.Equal((1, ""), (set.ExitCode, set.Output));
        Assert.Contains(words, set.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_on_the_command_line_is_refused_and_not_repeated()
    {
        var set = await _bed.TypeAsync("token", "set", SampleRepos.Token);

        Assert.NotEqual(0, set.ExitCode);
        Assert.Contains("not taken from the command line", set.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(SampleRepos.Token, set.Output + set.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_bed.TokenFile));
    }
}
