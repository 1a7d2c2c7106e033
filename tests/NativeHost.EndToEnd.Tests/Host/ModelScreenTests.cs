using System.Text;

namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>The verbs of the published program at a real terminal, which util-linux's <c>script</c> makes.</summary>
public sealed class ModelScreenTests : IAsyncLifetime
{
    private const string Model = "acme/small-GGUF";
    private const string Token = "hf_ThisIsTheTokenOfSomebodyWhoTypes12345";
    private const string ControlC = "\x03";

    private readonly TemporaryHome _home = new();
    private FakeHub _hub = null!;

    private static CancellationToken Timeout => Patience.Token;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"), "There is no script of util-linux, which makes a terminal.");
        _hub = await FakeHub.StartAsync();
        _hub.AddRepo(Model).AddGenerated("small-Q4_K_M.gguf", 20_000_000);
        _hub.AddToken(Token);
        _home.Variables["HF_ENDPOINT"] = _hub.Endpoint.AbsoluteUri;
        _home.Variables["TERM"] = "xterm-256color";
    }

    public async ValueTask DisposeAsync()
    {
        await (_hub?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _home.DisposeAsync();
    }

    [Fact]
    public async Task A_pull_draws_one_line_again_and_again_and_ends_clean()
    {
        _hub.TotalRate = 15_000_000;
        var pulled = await RunAsync($"pull {Model}", "[#", "");
        var again = await RunAsync($"pull {Model}", "", "");

        Assert.Equal((0, 0), (pulled.ExitCode, again.ExitCode));
        Assert.True(pulled.Written.Split("\r\e[?7l[").Length > 3, pulled.Written);
        var lines = TerminalPicture.Of(pulled.Written).TrimEnd().Split('\n');
        Assert.StartsWith($"{Model}:Q4_K_M at ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("Here, verified, 20 MB in ", lines[^2], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.StartsWith('['));
        Assert.StartsWith("Already here, verified: ", TerminalPicture.Of(again.Written).TrimEnd().Split('\n')[1], StringComparison.Ordinal);
        _home.Variables["NO_COLOR"] = "1";
        Assert.DoesNotMatch(@"\e\[[0-9]+m", (await RunAsync($"pull {Model}", "", "")).Written);
    }

    [Fact]
    public async Task Ctrl_C_stops_a_pull_which_says_what_stays()
    {
        _hub.TotalRate = 4_000_000;

        var stopped = await RunAsync($"pull {Model}", "[####", ControlC);

        Assert.Equal(130, stopped.ExitCode);
        var lines = TerminalPicture.Of(stopped.Written).TrimEnd().Split('\n');
        Assert.StartsWith("Stopped. What came is kept", lines[^1], StringComparison.Ordinal);
        Assert.StartsWith("[####", lines[^2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_typed_is_not_shown()
    {
        var set = await RunAsync("token set", "Token (it is not shown): ", $"{Token}x\x7f\r");

        Assert.Equal(0, set.ExitCode);
        Assert.Contains("is alice's.", set.Written, StringComparison.Ordinal);
        Assert.DoesNotContain(Token[..8], set.Written, StringComparison.Ordinal);
        Assert.Equal(130, (await RunAsync("token set", "Token (it is not shown): ", ControlC)).ExitCode);
    }

    /// <summary>Types a verb at a terminal.</summary>
    /// <param name="awaited">When this is on the screen, something is typed in.</param>
    /// <param name="typed">What.</param>
    private async Task<(int ExitCode, string Written)> RunAsync(string words, string awaited, string typed)
    {
        var start = new ProcessStartInfo("/usr/bin/script", ["-qec", $"\"{Repository.Published()}\" {words}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _home.Give(start);
        using var terminal = Process.Start(start)!;
        var written = new StringBuilder();
        var buffer = new char[4096];
        var isTyped = typed.Length == 0;
        while (await terminal.StandardOutput.ReadAsync(buffer, Timeout) is > 0 and var read)
        {
            written.Append(buffer, 0, read);
            if (!isTyped && written.ToString().Contains(awaited, StringComparison.Ordinal))
            {
                isTyped = true;
                await terminal.StandardInput.WriteAsync(typed);
                await terminal.StandardInput.FlushAsync(Timeout);
            }
        }

        await terminal.WaitForExitAsync(Timeout);
        return (terminal.ExitCode, written.ToString());
    }
}
