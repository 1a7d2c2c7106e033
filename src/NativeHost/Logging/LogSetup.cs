using System.Globalization;
using NativeHost.Settings;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace NativeHost.Logging;

/// <summary>Builds the log: a rolling file in the state folder, and stderr for a person at a terminal.</summary>
internal static class LogSetup
{
    private const long MaxFileBytes = 5 * 1024 * 1024;
    private const int KeptFiles = 5;

    /// <summary>Opens the log.</summary>
    /// <param name="level">The least level that is written; null for what the user set.</param>
    /// <param name="role">What the process is: its lines go into files of this name.</param>
    /// <param name="isAlone">
    /// Whether no other process has this role. Where others may, the system keeps a mutex of theirs, which a killed process leaves behind.
    /// </param>
    /// <param name="errors">Where warnings go for a person to see; null where nobody looks.</param>
    public static HostLog Open(LogEventLevel? level = null, TextWriter? errors = null, string role = "tabagent", bool isAlone = false)
    {
        var least = level ?? UserSettings.OfThisProcess.Values.LogLevel;
#pragma warning disable CA2000 // The log owns it.
        return new HostLog(least, new LogQueue(() => OpenFile(least, errors, role, isAlone)));
#pragma warning restore CA2000
    }

    private static Logger OpenFile(LogEventLevel least, TextWriter? errors, string role, bool isAlone)
    {
        var configuration = new LoggerConfiguration().MinimumLevel.Is(least);
        configuration.WriteTo.File(
            Path.Combine(AppFolders.Logs(), $"{role}-.log"),
            rollingInterval: RollingInterval.Day,
            fileSizeLimitBytes: MaxFileBytes,
            rollOnFileSizeLimit: true,
            retainedFileCountLimit: KeptFiles,
            shared: !isAlone,
            formatProvider: CultureInfo.InvariantCulture);
        if (errors is not null)
        {
            configuration.WriteTo.Sink(new TextSink(errors), LogEventLevel.Warning);
        }

        return configuration.CreateLogger();
    }

    private sealed class TextSink(TextWriter writer) : ILogEventSink
    {
        public void Emit(LogEvent logEvent)
        {
            lock (writer)
            {
                writer.WriteLine($"tabagent: {logEvent.RenderMessage(CultureInfo.InvariantCulture)}");
            }
        }
    }
}
