using System.CommandLine;
using NativeHost.Logging;
using Serilog.Events;

namespace NativeHost.CommandLine;

/// <summary>How much the verbs log, and where a person at the terminal sees it.</summary>
/// <param name="errors">Gets warnings and errors beside the log file.</param>
internal sealed class LogOption(TextWriter errors)
{
    /// <summary>The option, for every verb.</summary>
    public Option<LogEventLevel?> Level { get; } = new("--log-level")
    {
        Description = "The least level that is logged; by default what logLevel in the settings says. Warnings are shown here, too.",
        Recursive = true,
    };

    /// <summary>Opens the log for a verb that runs a host. The caller disposes of it.</summary>
    public HostLog Open(ParseResult result) => LogSetup.Open(result.GetValue(Level), errors);
}
