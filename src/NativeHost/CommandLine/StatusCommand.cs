using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using NativeHost.Broker.Connecting;

namespace NativeHost.CommandLine;

/// <summary><c>tabagent status</c> and <c>tabagent stop</c>: the broker, seen from the terminal.</summary>
internal static class StatusCommand
{
    private const string NotRunning = "The broker does not run. Browsers start it when they need it.";
    private const double Mebibyte = 1024 * 1024;

    public static Command CreateStatus(TextWriter output)
    {
        var json = new Option<bool>("--json") { Description = "Print the broker's own answer." };
        var command = new Command("status", "Show whether the broker runs, who is connected, and which models it holds.") { json };
        command.SetAction((result, cancellationToken) => TellAsync(
            output,
            async () => await LocalBroker.AskAsync("broker_status", cancellationToken) is { } answer
                ? Describe(answer.GetProperty("payload"), result.GetValue(json))
                : NotRunning));
        return command;
    }

    public static Command CreateStop(TextWriter output)
    {
        var command = new Command("stop", "End the broker, its generations and its models. The next browser that needs it starts it again.");
        command.SetAction((_, cancellationToken) => TellAsync(
            output,
            async () => await LocalBroker.StopAsync(cancellationToken) is { } pid ? $"The broker (process {pid}) has ended." : NotRunning));
        return command;
    }

    private static async Task<int> TellAsync(TextWriter output, Func<Task<string>> ask)
    {
        try
        {
            await output.WriteLineAsync(await ask());
            return ExitCodes.Ok;
        }
        catch (Exception e) when (e is IOException or BrokerRefusalException)
        {
            await output.WriteLineAsync(e.Message);
            return ExitCodes.Failed;
        }
    }

    private static string Describe(JsonElement status, bool asJson)
    {
        if (asJson)
        {
            return status.GetRawText();
        }

        List<string> lines = [$"Broker {Text(status, "version")}, process {Number(status, "pid")}, since {Time(status, "startedAt")}"];
        foreach (var connection in status.GetProperty("connections").EnumerateArray())
        {
            lines.Add($"  connected: {Text(connection, "origin")}, process {Number(connection, "pid")}, since {Time(connection, "since")}");
        }

        foreach (var model in status.GetProperty("models").EnumerateArray())
        {
            var size = (model.GetProperty("size").GetInt64() / Mebibyte).ToString("N0", CultureInfo.InvariantCulture);
            lines.Add(
                $"  model: {Text(model, "modelPath")}, {size} MiB on {Text(model, "backend")} in process {Number(model, "pid")}, {Number(model, "running")} running, held by {Number(model, "callers")}");
        }

        return string.Join(Environment.NewLine, lines);
    }

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();

    private static long Number(JsonElement of, string name) => of.GetProperty(name).GetInt64();

    private static string Time(JsonElement of, string name)
        => DateTimeOffset.FromUnixTimeSeconds(Number(of, name)).ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
