using NativeHost.Settings;
using NativeHost.Settings.Commands;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Settings;

/// <summary>Commands as the user lists them: what an entry allows, and which entries are refused.</summary>
public sealed class AllowedCommandTests : IDisposable
{
    private const string Origin = "chrome-extension://abcdefghijklmnopabcdefghijklmnop/";

    private readonly TemporaryFolder _folder = new();

    private static string Program => OperatingSystem.IsWindows() ? @"C:\\Tools\\git.exe" : "/usr/bin/git";

    [Fact]
    public void An_entry_allows_exactly_its_program_with_arguments_that_fit()
    {
        var command = Assert.Single(Read($$"""
            {
              "name": "git", "program": "{{Program}}",
              "arguments": ["log", ["main", "dev"], {"like": "--author=*", "maxLength": 20}],
              "origins": ["abcdefghijklmnopabcdefghijklmnop"], "workingFolder": "{{Program}}", "timeoutSeconds": 2.5
            }
            """));
        var path = Program.Replace(@"\\", @"\", StringComparison.Ordinal);

        Assert.Equal(TimeSpan.FromSeconds(2.5), command.TimeLimit);
        Assert.Equal([Origin], command.Origins);
        Assert.True(command.Allows(["git", "log", "main", "--author=me"]));
        Assert.True(command.Allows([path, "log", "dev", "--author=a.b-c_9"]));
        Assert.True(command.Allows(["git", "log", "main", "--author="]));
        Assert.False(command.Allows(["git", "log", "main"]));
        Assert.False(command.Allows(["git", "log", "main", "--author=me", "--all"]));
        Assert.False(command.Allows(["git", "log", "main dev", "--author=me"]));
        Assert.False(command.Allows(["git", "LOG", "main", "--author=me"]));
        Assert.False(command.Allows(["git", "log", "main", "--author=a b"]));
        Assert.False(command.Allows(["git", "log", "main", "--author=a/b"]));
        Assert.False(command.Allows(["git", "log", "main", "--author=0123456789ab"]));
        Assert.False(command.Allows(["/usr/bin/GIT", "log", "main", "--author=me"]));
        Assert.False(command.Allows(["git2", "log", "main", "--author=me"]));
        Assert.False(command.Allows([""]));
        Assert.True(command.IsFor(Origin));
        Assert.False(command.IsFor("chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba/"));
    }

    [Fact]
    public void An_entry_says_what_it_is_for_with_a_star_and_has_usual_values()
    {
        var command = Assert.Single(Read($$"""{"program": "{{Program}}", "arguments": [], "origins": ["*"]}"""));

        Assert.True(command.IsFor("{01234567-89ab-cdef-0123-456789abcdef}"));
        Assert.Equal((null, null, TimeSpan.FromSeconds(30)), (command.Name, command.WorkingFolder, command.TimeLimit));
    }

    [Theory]
    [InlineData("3", "has to be an object")]
    [InlineData("""{}""", "needs program")]
    [InlineData("""{"program": "git", "arguments": [], "origins": ["*"]}""", "needs an absolute path as program")]
    [InlineData("""{"program": "PROGRAM\n", "arguments": [], "origins": ["*"]}""", "needs an absolute path as program")]
    [InlineData("""{"program": "PROGRAM", "origins": ["*"]}""", "needs arguments")]
    [InlineData("""{"program": "PROGRAM", "arguments": "status", "origins": ["*"]}""", "needs a list of at most 64 as arguments")]
    [InlineData("""{"program": "PROGRAM", "arguments": [1], "origins": ["*"]}""", "neither a text, nor a list")]
    [InlineData("""{"program": "PROGRAM", "arguments": [[]], "origins": ["*"]}""", "neither a text, nor a list")]
    [InlineData("""{"program": "PROGRAM", "arguments": [["a", 1]], "origins": ["*"]}""", "no text of one line")]
    [InlineData("""{"program": "PROGRAM", "arguments": ["a\nb"], "origins": ["*"]}""", "no text of one line")]
    [InlineData("""{"program": "PROGRAM", "arguments": [{"like": "plain"}], "origins": ["*"]}""", "has no * in it")]
    [InlineData("""{"program": "PROGRAM", "arguments": [{"like": "../*"}], "origins": ["*"]}""", "leads out of a folder")]
    [InlineData("""{"program": "PROGRAM", "arguments": [{"like": "*", "maxLength": 0}], "origins": ["*"]}""", "maxLength is not 1 to 1024")]
    [InlineData("""{"program": "PROGRAM", "arguments": [{"like": "*", "characters": "\u0000"}], "origins": ["*"]}""", "no text of one line")]
    [InlineData("""{"program": "PROGRAM", "arguments": [{"lik": "*"}], "origins": ["*"]}""", "like may be meant")]
    [InlineData("""{"program": "PROGRAM", "arguments": []}""", "needs origins")]
    [InlineData("""{"program": "PROGRAM", "arguments": [], "origins": []}""", "needs the extensions that it is for")]
    [InlineData("""{"program": "PROGRAM", "arguments": [], "origins": ["somebody"]}""", "no extension's id or origin")]
    [InlineData("""{"program": "PROGRAM", "arguments": [], "origins": ["*", "abcdefghijklmnopabcdefghijklmnop"]}""", "no extension's id or origin")]
    [InlineData("""{"program": "PROGRAM", "arguments": [], "origins": ["*"], "name": "a/b"}""", "at most 64 letters")]
    [InlineData("""{"program": "PROGRAM", "arguments": [], "origins": ["*"], "workingFolder": "here"}""", "needs an absolute path as workingFolder")]
    [InlineData("""{"program": "PROGRAM", "arguments": [], "origins": ["*"], "timeoutSeconds": 3601}""", "timeoutSeconds of 0.1 to 3600")]
    [InlineData("""{"program": "PROGRAM", "arguments": [], "origins": ["*"], "timeout": 3}""", "timeoutSeconds may be meant")]
    [InlineData("""{"program": "PROGRAM", "arguments": [], "arguments": ["x"], "origins": ["*"]}""", "has arguments twice")]
    public void An_entry_that_is_not_plainly_right_allows_nothing_and_is_told_with_its_line(string entry, string told)
    {
        _folder.Write(
            $$"""
            {
              "commands": [
                {"program": "{{Program}}", "arguments": [], "origins": ["*"]},
                {{entry.Replace("PROGRAM", Program, StringComparison.Ordinal)}}
              ]
            }
            """,
            "settings.json");

        var settings = UserSettings.Read(_folder.Path, _ => null);

        Assert.Single(settings.Values.Commands);
        var fault = Assert.Single(settings.Faults);
        Assert.Equal(4, fault.Line);
        Assert.Contains(told, fault.Problem, StringComparison.Ordinal);
        Assert.Contains("Until then it is not allowed", fault.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*", "", "-rf", false)]
    [InlineData("*", "", "a-rf", true)]
    [InlineData("-*", "", "-rf", true)]
    [InlineData("*", "", "", true)]
    [InlineData("*", "", "ä", false)]
    [InlineData("*", "ä", "ä", true)]
    [InlineData("*", "", "a/b", false)]
    [InlineData("*", "/", "a/b", true)]
    [InlineData("*", "/", "/option", false)]
    [InlineData("*", "\\", "\\share", false)]
    [InlineData("/*", "/", "/a/b", true)]
    [InlineData("*", "/", "../b", false)]
    [InlineData("*", "/", "a/..", false)]
    [InlineData("*", "/", "..", false)]
    [InlineData("*", "/", "a..b/c", true)]
    [InlineData("*", "\\", "a\\..\\b", false)]
    [InlineData("src/*", "", "src/..", false)]
    [InlineData("src/*.cs", "", "src/a.cs", true)]
    [InlineData("src/*.cs", "", "src/a.css", false)]
    [InlineData("*.*", "", "a.b.c", true)]
    [InlineData("a*a", "", "a", false)]
    [InlineData("*", "", "a\nb", false)]
    [InlineData("*", "", "a;b", false)]
    [InlineData("*", "", "$(id)", false)]
    [InlineData("*", "", "a b", false)]
    [InlineData("*", "", "a\u0000", false)]
    public void A_star_stands_for_harmless_characters_only(string like, string more, string argument, bool isAllowed)
        => Assert.Equal(isAllowed, new WildcardArgument(like, more, WildcardArgument.UsualLength).Allows(argument));

    [Fact]
    public void A_pattern_allows_what_trying_all_ways_would_allow()
    {
        var random = new Random(3);
        var allowed = 0;
        for (var round = 0; round < LongRun.Rounds(20_000, 2_000_000); round++)
        {
            var like = Word("ab/**") + "*";
            var argument = Word("aabb/;");

            // On Windows a slash begins an option.
            var expected = FitsInSomeWay(like, argument) && (!argument.StartsWith('/') || like.StartsWith('/'));
            Assert.True(expected == new WildcardArgument(like, "", 64).Allows(argument), $"{like} {argument}");
            allowed += expected ? 1 : 0;
        }

        Assert.True(allowed > 1000, $"{allowed}");

        string Word(string letters) => new([.. Enumerable.Range(0, random.Next(7)).Select(_ => letters[random.Next(letters.Length)])]);
    }

    public void Dispose() => _folder.Dispose();

    private static bool FitsInSomeWay(string like, string argument)
        => like.Length == 0 ? argument.Length == 0
            : like[0] == '*' ? FitsInSomeWay(like[1..], argument) || (argument.Length > 0 && argument[0] is 'a' or 'b' && FitsInSomeWay(like, argument[1..]))
            : argument.Length > 0 && argument[0] == like[0] && FitsInSomeWay(like[1..], argument[1..]);

    private IReadOnlyList<AllowedCommand> Read(string entry)
    {
        _folder.Write($$"""{"commands": [{{entry}}]}""", "settings.json");
        var settings = UserSettings.Read(_folder.Path, _ => null);
        Assert.Empty(settings.Problems);
        return settings.Values.Commands;
    }
}
