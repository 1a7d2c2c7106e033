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
        command.SetAction((result, cancellationToken) => AskAsync(
            "broker_status", output, answer => Show(answer.GetProperty("payload"), output, result.GetValue(json)), cancellationToken));
        return command;
    }

    public static Command CreateStop(TextWriter output)
    {
        var command = new Command("stop", "End the broker, its generations and its models. The next browser that needs it starts it again.");
        command.SetAction((_, cancellationToken) => AskAsync(
            "broker_stop", output, answer => output.WriteLine($"The broker (process {answer.GetProperty("pid").GetInt32()}) ends."), cancellationToken));
        return command;
    }

    private static async Task<int> AskAsync(string action, TextWriter output, Action<JsonElement> show, CancellationToken cancellationToken)
    {
        try
        {
            await using var broker = LocalBroker.TryOpen();
            if (broker is null)
            {
                await output.WriteLineAsync(NotRunning);
                return ExitCodes.Ok;
            }

            show(await broker.AskAsync(action, cancellationToken));
            return ExitCodes.Ok;
        }
        catch (Exception e) when (e is IOException or BrokerRefusalException)
        {
            await output.WriteLineAsync(e.Message);
            return ExitCodes.Failed;
        }
    }

    private static void Show(JsonElement status, TextWriter output, bool asJson)
    {
        if (asJson)
        {
            output.WriteLine(status.GetRawText());
            return;
        }

        output.WriteLine($"Broker {Text(status, "version")}, process {Number(status, "pid")}, since {Time(status, "startedAt")}");
        foreach (var connection in status.GetProperty("connections").EnumerateArray())
        {
            output.WriteLine($"  connected: {Text(connection, "origin")}, process {Number(connection, "pid")}, since {Time(connection, "since")}");
        }

        foreach (var model in status.GetProperty("models").EnumerateArray())
        {
            var size = (model.GetProperty("size").GetInt64() / Mebibyte).ToString("N0", CultureInfo.InvariantCulture);
            output.WriteLine(
                $"  model: {Text(model, "modelPath")}, {size} MiB on {Text(model, "backend")}, {Number(model, "running")} running, held by {Number(model, "callers")}");
        }
    }

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();

    private static long Number(JsonElement of, string name) => of.GetProperty(name).GetInt64();

    private static string Time(JsonElement of, string name)
        => DateTimeOffset.FromUnixTimeSeconds(Number(of, name)).ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
