using System.Text;
using System.Text.Json;

namespace NativeHost.EndToEnd.Tests;

/// <summary>The published host on two pipes: what it does when the other side breaks off, breaks the framing or does not read.</summary>
public sealed class PipeTests
{
    private const string Ping = """{"action":"ping","requestId":"1"}""";
    private const int BoundaryLost = 3;
    private const long Megabyte = 1024 * 1024;

    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(2);

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_ping_is_answered_with_the_version_and_the_process()
    {
        await using var host = HostProcess.StartAsBrowser();

        var pong = await host.AskAsync(Ping, Timeout);

        Assert.Equal("pong", pong.GetProperty("response").GetString());
        Assert.Equal("1", pong.GetProperty("requestId").GetString());
        Assert.Equal(host.Id, pong.GetProperty("pid").GetInt32());
        Assert.NotEmpty(pong.GetProperty("version").GetString()!);
    }

    [Fact]
    public async Task A_length_beyond_the_limit_is_answered_once_and_ends_the_host()
    {
        await using var host = HostProcess.StartAsBrowser();

        await host.Input.WriteAsync(new byte[] { 0xFF, 0xFF, 0xFF, 0x7F }, Timeout);
        await host.Input.FlushAsync(Timeout);
        var error = await host.ReceiveAsync(Timeout);

        Assert.Equal("error", error.GetProperty("status").GetString());
        Assert.Equal("frame_boundary_lost", error.GetProperty("code").GetString());
        Assert.Empty(await host.ReadToEndAsync(Timeout));
        Assert.Equal(BoundaryLost, (await host.ExitAsync(Timeout)).Code);
    }

    [Fact]
    public async Task A_frame_that_breaks_off_ends_the_host()
    {
        await using var host = HostProcess.StartAsBrowser();
        var frame = HostProcess.Frame(Ping);

        await host.Input.WriteAsync(frame.AsMemory(0, frame.Length - 5), Timeout);
        host.CloseInput();

        Assert.Equal(BoundaryLost, (await host.ExitAsync(Timeout)).Code);
    }

    [Fact]
    public async Task The_end_of_the_stream_ends_the_host_at_once()
    {
        await using var host = HostProcess.StartAsBrowser();
        await host.AskAsync(Ping, Timeout);

        host.CloseInput();
        var exit = await host.ExitAsync(Timeout);

        Assert.Equal(0, exit.Code);
        Assert.InRange(exit.After, TimeSpan.Zero, Prompt);
    }

    [Fact]
    public async Task The_end_of_the_stream_ends_a_generation()
    {
        await using var host = HostProcess.StartAsBrowser();
        await LoadAsync(host);
        await host.SendAsync(Story("1"), Timeout);
        await host.ReceiveAsync(Timeout);

        host.CloseInput();
        var exit = await host.ExitAsync(Timeout);

        Assert.Equal(0, exit.Code);
        Assert.InRange(exit.After, TimeSpan.Zero, Prompt);
    }

    [Fact]
    public async Task A_termination_signal_ends_the_host_at_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signal.");
        await using var host = HostProcess.StartAsBrowser();
        await host.AskAsync(Ping, Timeout);

        await host.TerminateAsync(Timeout);

        Assert.InRange((await host.ExitAsync(Timeout)).After, TimeSpan.Zero, Prompt);
    }

    [Fact]
    public async Task Nonsense_is_answered_and_the_next_request_is_met()
    {
        await using var host = HostProcess.StartAsBrowser();

        foreach (var nonsense in (string[])["", "[]", "{", "null", """{"action":"no_such_action"}"""])
        {
            var answer = await host.AskAsync(nonsense, Timeout);
            Assert.Equal("error", answer.GetProperty("status").GetString());
        }

        Assert.Equal("pong", (await host.AskAsync(Ping, Timeout)).GetProperty("response").GetString());
    }

    [Fact]
    public async Task A_client_that_never_reads_costs_no_memory_and_is_left_when_it_goes()
    {
        await using var host = HostProcess.StartAsBrowser();
        await LoadAsync(host);
        var before = host.WorkingSet;

        // Each story is some 20 kB of frames, and the pipe holds 64: the host has to wait from the third on.
        for (var story = 1; story <= 200; story++)
        {
            await host.SendAsync(Story($"{story}"), Timeout);
        }

        await Task.Delay(TimeSpan.FromSeconds(3), Timeout);
        Assert.InRange(host.WorkingSet - before, long.MinValue, 100 * Megabyte);

        host.CloseInput();
        Assert.InRange((await host.ExitAsync(Timeout)).After, TimeSpan.Zero, Prompt);
    }

    [Fact]
    public async Task Serving_lines_answers_piped_json_and_ends_with_it()
    {
        await using var host = HostProcess.Start("serve", "--json-lines");

        await host.Input.WriteAsync(Encoding.UTF8.GetBytes("{\"action\":\"ping\"}\n"), Timeout);
        host.CloseInput();
        var output = await host.ReadToEndAsync(Timeout);

        var line = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        using var pong = JsonDocument.Parse(line);
        Assert.Equal("pong", pong.RootElement.GetProperty("response").GetString());
        Assert.Equal(0, (await host.ExitAsync(Timeout)).Code);
    }

    [Fact]
    public async Task Help_names_the_verbs()
    {
        await using var host = HostProcess.Start("--help");

        var help = await host.ReadToEndAsync(Timeout);

        Assert.Contains("serve", help, StringComparison.Ordinal);
        Assert.Contains("register", help, StringComparison.Ordinal);
        Assert.Equal(0, (await host.ExitAsync(Timeout)).Code);
    }

    private static async Task LoadAsync(HostProcess host)
    {
        var path = PublishedHost.DemoModel.Replace("\\", "\\\\", StringComparison.Ordinal);
        var loaded = await host.AskAsync($$"""{"action":"load_model","modelPath":"{{path}}","requestId":"load"}""", Timeout);
        Assert.True(loaded.GetProperty("status").ValueEquals("success"), loaded.GetRawText());
    }

    private static string Story(string requestId) =>
        $$"""
        {
          "action": "generate", "requestId": "{{requestId}}", "prompt": "Once upon a time",
          "settings": { "temperature": 0, "max_new_tokens": 400 }
        }
        """;
}
