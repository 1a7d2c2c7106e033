using System.Diagnostics;
using System.Text.Json;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Commands;

/// <summary>A host whose parent ignores the ends of its children, as programs do that start many.</summary>
public sealed class IgnoredChildrenTests : IDisposable
{
    private const string Env = "/usr/bin/env";
    private const string Ignoring = "--ignore-signal=CHLD";

    private readonly TemporaryFolder _home = new();

    [Fact]
    public async Task It_knows_how_a_program_ended_all_the_same()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && await CanIgnoreAsync(), "Nothing here ignores the signal for another program.");
        _home.Write("""{"commands":[{"name":"false","program":"/bin/sh","arguments":["-c","exit 3"],"origins":["*"]}]}""", ".config", "TabAgent", "settings.json");

        using var host = Start([Ignoring, Path.Combine(AppContext.BaseDirectory, "tabagent"), "serve", "--json-lines"]);
        await host.StandardInput.WriteLineAsync("""{"action":"execute_command","command":"false -c \"exit 3\""}""");
        host.StandardInput.Close();
        using var answer = JsonDocument.Parse(await host.StandardOutput.ReadToEndAsync(Patience.Token));
        await host.WaitForExitAsync(Patience.Token);

        Assert.Equal(3, answer.RootElement.GetProperty("returncode").GetInt32());
    }

    public void Dispose() => _home.Dispose();

    private async Task<bool> CanIgnoreAsync()
    {
        using var attempt = Start([Ignoring, "true"]);
        await attempt.WaitForExitAsync(Patience.Token);
        return attempt.ExitCode == 0;
    }

    private Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo(Env, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("XDG_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = _home.Path;
        return Process.Start(start)!;
    }
}
