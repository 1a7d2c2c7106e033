using System.Diagnostics;
using System.Globalization;
using NativeHost.LlamaCpp;
using NativeHost.Logging;
using NativeHost.Workers;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Xunit;

namespace NativeHost.Tests.Workers;

/// <summary>Where the lines that a worker writes to stderr go.</summary>
public sealed class WorkerLinesTests : ILogEventSink
{
    private readonly List<(LogEventLevel Level, string Text)> _logged = [];

    [Fact]
    public async Task They_go_into_the_brokers_log_with_their_level_and_complaints_are_kept_for_a_crash()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell to play the worker.");
        string[] said =
        [
            WorkerLines.Of(NativeLogLevel.Debug, "a detail"),
            WorkerLines.Of(NativeLogLevel.Info, "a fact"),
            WorkerLines.Of(NativeLogLevel.Warning, "a\ndoubt"),
            WorkerLines.Of(NativeLogLevel.Error, "a fault"),
            "information about itself: native",
            new string('x', 5000),
        ];
        var worker = await WorkerProcess.StartAsync(StartInfo(said));
        IReadOnlyList<string> last;
        using (var log = new HostLog(LogEventLevel.Verbose, new LogQueue(() => new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(this).CreateLogger())))
        {
            var lines = new WorkerLines(worker, log);
            worker.WaitForExit();
            last = lines.Last(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(
            [
                (LogEventLevel.Verbose, $"Worker {worker.Id}: a detail"),
                (LogEventLevel.Debug, $"Worker {worker.Id}: a fact"),
                (LogEventLevel.Information, $"Worker {worker.Id}: a doubt"),
                (LogEventLevel.Warning, $"Worker {worker.Id}: a fault"),
                (LogEventLevel.Debug, $"Worker {worker.Id}: information about itself: native"),
                (LogEventLevel.Debug, $"Worker {worker.Id}: {new string('x', 2000)}"),
            ],
            _logged);
        Assert.Equal(["a doubt", "a fault", "information about itself: native", new string('x', 500)], last);
    }

    void ILogEventSink.Emit(LogEvent logEvent) => _logged.Add((logEvent.Level, logEvent.RenderMessage(CultureInfo.InvariantCulture)));

    private static ProcessStartInfo StartInfo(string[] lines)
    {
        var start = new ProcessStartInfo
        {
            FileName = "/bin/sh",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("printf '%s\\n' \"$@\" >&2");
        start.ArgumentList.Add("sh");
        Array.ForEach(lines, start.ArgumentList.Add);
        return start;
    }
}
