using System.Globalization;
using System.Runtime.Versioning;

namespace NativeHost.EndToEnd.Tests.Browser;

/// <summary>A benchmark, not a test: it runs only where it is asked for, and prints what docs/BENCHMARKS.md has.</summary>
[SupportedOSPlatform("linux")]
public sealed class ConnectFigures
{
    private const int Pairs = 41;
    private const string FrontName = "com.tabagent.host";
    private const string PongName = "com.tabagent.pong";

    private static CancellationToken Timeout => Patience.Token;

    [Fact(Explicit = true)]
    public async Task From_connecting_to_the_first_pong_in_a_browser_against_a_program_in_c()
    {
        ChromiumBrowser.RequireInstalled();
        await using var home = new TemporaryHome();
        var pong = Path.Combine(home.Folder, "pong");
        await CompileAsync(pong);
        var extension = ExtensionIdentity.Of(Repository.ExtensionFolder);
        home.RegisterInChromium(FrontName, Repository.Published("tabagent-host"), extension);
        home.RegisterInChromium(PongName, pong, extension);

        await using var browser = await ChromiumBrowser.StartAsync(home, Timeout);
        var worker = await browser.LoadExtensionAsync(Repository.ExtensionFolder, Timeout);
        var holder = await worker.OpenPortAsync(FrontName, Timeout);
        await worker.AskAsync(holder, Requests.Ping(), Timeout);
        var pairs = new List<(double Front, double C)>();
        for (var pair = -2; pair < Pairs; pair++)
        {
            var front = await worker.MeasureConnectAsync(FrontName, Timeout);
            var c = await worker.MeasureConnectAsync(PongName, Timeout);
            if (pair >= 0)
            {
                pairs.Add((front, c));
            }
        }

        Print($"in Chromium, connect to first pong: front {Median(pairs.Select(p => p.Front)):F2} ms, C {Median(pairs.Select(p => p.C)):F2} ms, ratio {Median(pairs.Select(p => p.Front / p.C)):F2} (≤ 1.5)");
    }

    private static async Task CompileAsync(string target)
    {
        try
        {
            var source = Path.Combine(Repository.Root, "tests/NativeHost.Benchmarks/pong.c");
            using var compiler = Process.Start("cc", ["-O2", "-o", target, source]);
            await compiler.WaitForExitAsync(Timeout);
            Assert.Equal(0, compiler.ExitCode);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("There is no C compiler (cc) here.");
        }
    }

    private static void Print(FormattableString line) =>
        TestContext.Current.TestOutputHelper!.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
