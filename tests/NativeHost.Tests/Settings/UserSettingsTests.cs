using NativeHost.Settings;
using NativeHost.Tests.Registration;
using Serilog.Events;
using Xunit;

namespace NativeHost.Tests.Settings;

/// <summary>What holds, of what the user wrote into the file and the environment, and what is said of the rest.</summary>
public sealed class UserSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Without_a_file_and_variables_the_defaults_hold()
    {
        var settings = Read();

        Assert.Equal(HostSettings.Default, settings.Values);
        Assert.Empty(settings.Faults);
        Assert.All(HostSettingTable.All, setting => Assert.Equal(SettingSource.Default, settings.SourceOf(setting)));
    }

    [Fact]
    public void What_the_user_set_counts_and_the_rest_keeps_its_default()
    {
        Write(
            """
            {
              // A laptop with little memory.
              "keepAliveMinutes": 2.5,
              "concurrentStreams": 1, /* one at a time */
              "logLevel": "debug",
              "proxy": null,
            }
            """);

        var settings = Read();

        Assert.Equal(
            new HostSettings { KeepAliveMinutes = 2.5, ConcurrentStreams = 1, LogLevel = LogEventLevel.Debug }, settings.Values);
        Assert.Empty(settings.Faults);
        Assert.Equal(TimeSpan.FromSeconds(150), settings.Values.KeepAlive);
        Assert.Equal(["concurrentStreams", "keepAliveMinutes", "logLevel", "proxy"], settings.FromFile.Order());
        Assert.Equal(SettingSource.File, settings.SourceOf(HostSettingTable.Find("concurrentStreams")!));
    }

    [Fact]
    public void A_variable_goes_before_the_file_and_the_file_before_the_default()
    {
        Write("""{"concurrentStreams":2,"queueLength":3}""");

        var settings = Read(("TABAGENT_QUEUE_LENGTH", "5"), ("TABAGENT_KEEP_ALIVE_MINUTES", "-1"), ("TABAGENT_PROXY", ""));

        Assert.Equal(new HostSettings { ConcurrentStreams = 2, QueueLength = 5, KeepAliveMinutes = -1 }, settings.Values);
        Assert.Equal(SettingSource.Environment, settings.SourceOf(HostSettingTable.Find("queueLength")!));
        Assert.Equal(SettingSource.File, settings.SourceOf(HostSettingTable.Find("concurrentStreams")!));
        Assert.Empty(settings.Faults);
    }

    [Theory]
    [InlineData("keepAliveMinutes", "-2", "has to be 0 to 525600, or -1. Until then 30 holds.")]
    [InlineData("keepAliveMinutes", "525601", "has to be 0 to 525600, or -1")]
    [InlineData("keepAliveMinutes", "1e999", "has to be 0 to 525600, or -1")]
    [InlineData("streamGraceSeconds", "-1", "has to be 0 to 86400")]
    [InlineData("concurrentStreams", "0", "has to be a whole number, 1 to 1000. Until then 4 holds.")]
    [InlineData("concurrentStreams", "\"many\"", "has to be a whole number, 1 to 1000")]
    [InlineData("concurrentStreams", "1.5", "has to be a whole number, 1 to 1000")]
    [InlineData("queueLength", "1001", "has to be a whole number, 0 to 1000")]
    [InlineData("tokensPerMinute", "-1", "has to be a whole number, 0 to 2147483647")]
    [InlineData("largeDownloadGigabytes", "null", "has to be 0 to 1000000")]
    [InlineData("downloadMegabytesPerSecond", "0.0001", "has to be 0.001 to 1000000, or 0")]
    [InlineData("proxy", "\"a proxy\"", "has to be an address such as http://host:port")]
    [InlineData("proxy", "\"ftp://host:1\"", "has to be an address such as http://host:port")]
    [InlineData("brokerIdleSeconds", "0", "has to be 0.001 to 1000000")]
    [InlineData("logLevel", "\"2\"", "has to be Verbose, Debug")]
    [InlineData("logLevel", "\"\"", "has to be Verbose, Debug")]
    [InlineData("commands", "{}", "has to be a list")]
    [InlineData("proxy", "\"\\ud800\"", "not valid Unicode")]
    public void What_a_setting_cannot_be_is_told_with_its_line_and_the_others_hold(string name, string value, string told)
    {
        var other = name == "queueLength" ? "concurrentStreams" : "queueLength";
        Write($$"""
            {
              "{{other}}": 7,

              "{{name}}": {{value}}
            }
            """);

        var settings = Read();

        var fault = Assert.Single(settings.Faults);
        Assert.Equal(4, fault.Line);
        Assert.Contains(told, fault.Problem, StringComparison.Ordinal);
        Assert.Contains(name, fault.Problem, StringComparison.Ordinal);
        Assert.Equal($"{SettingsFile.PathIn(_folder.Path)}, line 4: {fault.Problem}", Assert.Single(settings.Problems));
        Assert.Equal([other], settings.FromFile);
        Assert.Equal(7, other == "queueLength" ? settings.Values.QueueLength : settings.Values.ConcurrentStreams);
        Assert.Equal(HostSettingTable.Find(name)!.Show(HostSettings.Default), HostSettingTable.Find(name)!.Show(settings.Values));
    }

    [Fact]
    public void A_wrong_variable_is_told_by_its_name_and_the_file_holds()
    {
        Write("""{"queueLength":3}""");

        var settings = Read(("TABAGENT_QUEUE_LENGTH", "many"));

        Assert.Equal(3, settings.Values.QueueLength);
        Assert.Equal(
            ["The variable TABAGENT_QUEUE_LENGTH has to be a whole number, 0 to 1000. Until then 3 holds."], settings.Problems);
    }

    [Theory]
    [InlineData("keepAliveMinute", "keepAliveMinutes may be meant")]
    [InlineData("KEEPALIVEMINUTES", "keepAliveMinutes may be meant")]
    [InlineData("concurentStream", "concurrentStreams may be meant")]
    [InlineData("prox", "proxy may be meant")]
    [InlineData("x", "There are: keepAliveMinutes, streamGraceSeconds")]
    public void An_unknown_name_is_told_with_the_one_that_may_be_meant(string name, string told)
    {
        Write($$"""{"{{name}}": 1, "queueLength": 3}""");

        var settings = Read();

        Assert.Contains(told, Assert.Single(settings.Faults).Problem, StringComparison.Ordinal);
        Assert.Equal(3, settings.Values.QueueLength);
    }

    [Fact]
    public void What_stands_twice_is_told_and_the_first_counts()
    {
        Write("{\"queueLength\":3,\n\"queueLength\":4}");

        var settings = Read();

        Assert.Equal(new SettingFault(2, "queueLength stands here a second time. The first counts."), Assert.Single(settings.Faults));
        Assert.Equal(3, settings.Values.QueueLength);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("null", 1)]
    [InlineData("[]", 1)]
    [InlineData("{\n\"queueLength\": 3\n\"proxy\": null}", 3)]
    [InlineData("{\"queueLength\": 3}\n{}", 2)]
    [InlineData("{\"queueLength\": 3,\n \"commands\": [\n", 3)]
    public void Of_what_is_no_JSON_object_nothing_counts_and_the_line_is_told(string content, int line)
    {
        Write(content);

        var settings = Read();

        Assert.Equal(HostSettings.Default, settings.Values);
        Assert.Equal(line, Assert.Single(settings.Faults).Line);
        Assert.Contains(_folder.Path, Assert.Single(settings.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_any_size_is_not_read_into_memory()
    {
        Write(new string(' ', 100_000) + "{}");

        Assert.Contains("65536 bytes", Assert.Single(Read().Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_told()
    {
        _folder.Sub("settings.json");

        Assert.Contains(_folder.Path, Assert.Single(Read().Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mark_before_the_text_as_some_editors_write_it_is_passed_over()
    {
        Write("\uFEFF{\"queueLength\":3}");

        Assert.Equal(3, Read().Values.QueueLength);
    }

    [Fact]
    public void A_proxy_is_shown_without_its_password()
    {
        Write("""{"proxy":"http://me:secret@host:8080"}""");

        var shown = HostSettingTable.Find("proxy")!.Show(Read().Values);

        Assert.Equal("\"http://***@host:8080/\"", shown);
    }

    [Fact]
    public void Any_bytes_give_settings_and_never_an_exception()
    {
        var random = new Random(17);
        var seed = """{"keepAliveMinutes":1,"proxy":"http://h:1","commands":[{"program":"/a","arguments":["x",["y"],{"like":"*"}],"origins":["*"]}]}"""u8.ToArray();
        var pieces = "{}[]\",:0\\/*\n\u0001u-"u8.ToArray();
        for (var round = 0; round < LongRun.Rounds(500, 300_000); round++)
        {
            var bytes = seed.ToArray();
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = pieces[random.Next(pieces.Length)];
            }

            File.WriteAllBytes(SettingsFile.PathIn(_folder.Path), bytes.AsSpan(0, random.Next(bytes.Length + 1)).ToArray());

            foreach (var problem in Read().Problems)
            {
                Assert.NotEmpty(problem);
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string content) => _folder.Write(content, "settings.json");

    private UserSettings Read(params (string Name, string Value)[] variables)
        => UserSettings.Read(_folder.Path, name => Array.Find(variables, variable => variable.Name == name).Value);
}
