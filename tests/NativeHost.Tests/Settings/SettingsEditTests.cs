using System.Text;
using NativeHost.Settings;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Settings;

/// <summary>What <c>tabagent config set</c> and <c>unset</c> make of a file that a person wrote.</summary>
public sealed class SettingsEditTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string PathOfFile => SettingsFile.PathIn(Path.Combine(_folder.Path, "config"));

    [Theory]
    [InlineData("{}", "{\n  \"queueLength\": 5\n}")]
    [InlineData("{\n}\n", "{\n  \"queueLength\": 5\n}\n")]
    [InlineData("{ // nothing yet\n}\n", "{ // nothing yet\n  \"queueLength\": 5\n}\n")]
    [InlineData("{\n    \"proxy\": null\n}\n", "{\n    \"proxy\": null,\n    \"queueLength\": 5\n}\n")]
    [InlineData("{\n  \"proxy\": null, // none\n  // the end\n}\n", "{\n  \"proxy\": null, // none\n  \"queueLength\": 5\n  // the end\n}\n")]
    [InlineData("{\n  \"proxy\": null // none, here\n}\n", "{\n  \"proxy\": null, // none, here\n  \"queueLength\": 5\n}\n")]
    [InlineData("{\n  \"proxy\": null /* a\n b */ , /* c */\n}\n", "{\n  \"proxy\": null /* a\n b */ , /* c */\n  \"queueLength\": 5\n}\n")]
    [InlineData("{\"proxy\": null}", "{\"proxy\": null, \"queueLength\": 5}")]
    [InlineData("{\"proxy\": null,}", "{\"proxy\": null, \"queueLength\": 5}")]
    [InlineData("{\r\n  \"proxy\": null\r\n}\r\n", "{\r\n  \"proxy\": null,\r\n  \"queueLength\": 5\r\n}\r\n")]
    [InlineData("{\n  \"queueLength\" : 32 , // ours\n}\n", "{\n  \"queueLength\" : 5 , // ours\n}\n")]
    [InlineData("\uFEFF{\"queueLength\":1}", "\uFEFF{\"queueLength\":5}")]
    public void A_setting_is_written_and_every_comment_stays_where_it_was(string before, string after)
    {
        Write(before);

        SettingsEdit.Set(PathOfFile, "queueLength", "5");

        Assert.Equal(after, Encoding.UTF8.GetString(File.ReadAllBytes(PathOfFile)));
        Assert.Equal(5, Read().Values.QueueLength);
        Assert.Empty(Read().Faults);
    }

    [Theory]
    [InlineData("{\n  // why\n  \"queueLength\": 5\n}\n", "{\n  // why\n}\n")]
    [InlineData("{\n  \"queueLength\": 5,\n  \"proxy\": null\n}\n", "{\n  \"proxy\": null\n}\n")]
    [InlineData("{\n  \"proxy\": null,\n  \"queueLength\": 5\n}\n", "{\n  \"proxy\": null,\n}\n")]
    [InlineData("{\n  \"queueLength\": 5 /* a */, // b\n  \"proxy\": null\n}\n", "{\n   /* a */ // b\n  \"proxy\": null\n}\n")]
    [InlineData("{\"queueLength\": 5, \"proxy\": null, \"queueLength\": 6}", "{ \"proxy\": null, }")]
    [InlineData("{\"proxy\": null}", "{\"proxy\": null}")]
    public void A_setting_is_taken_out_wherever_it_stands_and_comments_stay(string before, string after)
    {
        Write(before);

        SettingsEdit.Unset(PathOfFile, "queueLength");

        Assert.Equal(after, File.ReadAllText(PathOfFile));
        Assert.Equal(HostSettings.Default, Read().Values);
        Assert.Empty(Read().Faults);
    }

    [Fact]
    public void A_file_that_is_not_there_is_made_for_the_user_alone()
    {
        SettingsEdit.Set(PathOfFile, "proxy", "http://host:8080");

        Assert.Equal("{\n  \"proxy\": \"http://host:8080\"\n}\n", File.ReadAllText(PathOfFile));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOfFile));
        }
    }

    [Fact]
    public void A_link_stays_one_and_rights_stay_as_they_are()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Rights and links are Unix's here.");
            return;
        }

        var elsewhere = _folder.Write("{}", "dotfiles", "settings.json");
        TemporaryFolder.SetMode(elsewhere, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Directory.CreateDirectory(Path.GetDirectoryName(PathOfFile)!);
        File.CreateSymbolicLink(PathOfFile, elsewhere);

        SettingsEdit.Set(PathOfFile, "queueLength", "5");

        Assert.Equal(elsewhere, File.ResolveLinkTarget(PathOfFile, returnFinalTarget: true)?.FullName);
        Assert.Equal("{\n  \"queueLength\": 5\n}", File.ReadAllText(elsewhere));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(elsewhere));
    }

    [Theory]
    [InlineData("queueLenght", "5", "queueLength may be meant")]
    [InlineData("queueLength", "many", "has to be a whole number, 0 to 1000")]
    [InlineData("queueLength", "5, \"proxy\": \"http://x:1\"", "has to be a whole number")]
    [InlineData("commands", "[]", "write it into the file")]
    public void What_cannot_be_is_refused_and_the_file_stays_as_it_is(string name, string value, string told)
    {
        Write("{ }");

        var refusal = Assert.Throws<SettingsEditException>(() => SettingsEdit.Set(PathOfFile, name, value));

        Assert.Contains(told, refusal.Message, StringComparison.Ordinal);
        Assert.Equal("{ }", File.ReadAllText(PathOfFile));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_not_changed()
    {
        Write("{ oops");

        Assert.Throws<SettingsEditException>(() => SettingsEdit.Set(PathOfFile, "queueLength", "5"));
        Assert.Equal("{ oops", File.ReadAllText(PathOfFile));
    }

    [Fact]
    public void Whatever_stands_between_the_properties_only_the_setting_changes()
    {
        var random = new Random(5);
        string[] fillers = ["", " ", "\n", "\r\n", "\t", "/* , } \" */", "// , } \" {\n", "\n  ", " // x\r\n"];
        for (var round = 0; round < LongRun.Rounds(2000, 100_000); round++)
        {
            // Between a name and its value there may be no comment, or it would go with them.
            string Filler() => fillers[random.Next(fillers.Length)] + fillers[random.Next(fillers.Length)];
            string[] properties = ["\"queueLength\"", "\"concurrentStreams\"", "\"tokensPerMinute\""];
            random.Shuffle(properties);
            properties = properties[..random.Next(properties.Length + 1)];
            var joined = properties.Select(name => $"{Filler()}{name}{fillers[random.Next(5)]}:{fillers[random.Next(5)]}9{Filler()}");
            Write($"{Filler()}{{{string.Join(',', joined)}{(properties.Length > 0 && random.Next(2) == 0 ? "," : "")}{Filler()}}}{Filler()}");
            var before = Read();
            Assert.Empty(before.Faults);
            var comments = Comments();

            SettingsEdit.Set(PathOfFile, "queueLength", "5");

            Assert.Equal((before.Values with { QueueLength = 5 }, comments), (Read().Values, Comments()));
            Assert.Empty(Read().Faults);

            SettingsEdit.Unset(PathOfFile, "queueLength");

            Assert.Equal((before.Values with { QueueLength = 32 }, comments), (Read().Values, Comments()));
            Assert.Empty(Read().Faults);
        }
    }

    public void Dispose() => _folder.Dispose();

    // Each has one of these, and no property has.
    private int Comments() => File.ReadAllText(PathOfFile).Count(letter => letter is '/' or 'x');

    private void Write(string content) => _folder.Write(content, "config", "settings.json");

    private UserSettings Read() => UserSettings.Read(Path.GetDirectoryName(PathOfFile)!, _ => null);
}
