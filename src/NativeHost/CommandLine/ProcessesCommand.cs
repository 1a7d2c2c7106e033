using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using NativeHost.Broker.Connecting;

namespace NativeHost.CommandLine;

/// <summary><c>tabagent ps</c> and <c>tabagent top</c>: the models in memory and the generations on them, once or over and over.</summary>
internal static class ProcessesCommand
{
    private const string NotRunning = "The broker does not run: nothing is in memory.";

    // Clears the screen and goes to its first place.
    private const string NewScreen = "\e[H\e[2J";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly string[] ModelHeading = ["MODEL", "PID", "ENGINE", "FILE", "MEMORY", "CONTEXT", "RUNNING", "CALLERS", "UNTIL"];
    private static readonly string[] StreamHeading = ["STREAM", "ORIGIN", "MODEL", "STATE", "PLACE", "TOKENS", "TOKENS/S"];

    public static Command CreatePs(TextWriter output, TimeProvider time)
    {
        var json = new Option<bool>("--json") { Description = "Print the broker's own answer." };
        var command = new Command("ps", "List the models in memory, the processes that hold them, and the generations that run or wait.") { json };
        command.SetAction((result, cancellationToken) => ListAsync(output, time, result.GetValue(json), cancellationToken));
        return command;
    }

    public static Command CreateTop(TextWriter output, TimeProvider time)
    {
        var times = new Option<int?>("--times", "-n") { Description = "End after so many tables. Without it, Ctrl+C ends it." };
        times.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 1)
            {
                result.AddError("--times is 1 or more.");
            }
        });
        var command = new Command("top", "Show the same each second: models, memory, generations, tokens a second, queue.") { times };
        command.SetAction((result, cancellationToken) => WatchAsync(output, time, result.GetValue(times), cancellationToken));
        return command;
    }

    /// <summary>What a broker's status says, as tables.</summary>
    public static IEnumerable<string> Tables(JsonElement status, DateTimeOffset now)
    {
        var models = status.GetProperty("models").EnumerateArray().Select(model => ModelRow(model, now)).ToList();
        var streams = status.GetProperty("streams").EnumerateArray().Select(StreamRow).ToList();
        IEnumerable<string> head = [$"Broker: process {Number(status, "pid")}, {Bytes(status, "memory")}, {status.GetProperty("connections").GetArrayLength()} connected"];
        return head
            .Concat(models.Count == 0 ? ["No model is in memory."] : TextTable.Lines(ModelHeading, models))
            .Concat(streams.Count == 0 ? [] : TextTable.Lines(StreamHeading, streams).Prepend(string.Empty));
    }

    private static async Task<int> ListAsync(TextWriter output, TimeProvider time, bool asJson, CancellationToken cancellationToken)
    {
        try
        {
            var status = await LocalBroker.AskAsync("broker_status", cancellationToken);
            await output.WriteLineAsync(
                status is not { } answer ? NotRunning
                : asJson ? answer.GetProperty("payload").GetRawText()
                : Text(answer, time));
            return ExitCodes.Ok;
        }
        catch (BrokerRefusalException e)
        {
            await output.WriteLineAsync(e.Message);
            return ExitCodes.Failed;
        }
    }

    private static async Task<int> WatchAsync(TextWriter output, TimeProvider time, int? times, CancellationToken cancellationToken)
    {
        var start = Terminal.OutputIsRedirected ? string.Empty : NewScreen;
        for (var shown = 1; ; shown++)
        {
            string text;
            try
            {
                text = await LocalBroker.AskAsync("broker_status", cancellationToken) is { } answer ? Text(answer, time) : NotRunning;
            }
            catch (Exception e) when (e is IOException or BrokerRefusalException)
            {
                // It may be about to end, or to start: the next look tells.
                text = e.Message;
            }

            await output.WriteLineAsync(start + text);
            await output.FlushAsync(cancellationToken);
            if (shown == times)
            {
                return ExitCodes.Ok;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private static string Text(JsonElement answer, TimeProvider time)
        => string.Join(Environment.NewLine, Tables(answer.GetProperty("payload"), time.GetUtcNow()));

    private static string[] ModelRow(JsonElement model, DateTimeOffset now)
        =>
        [
            Path.GetFileName(model.GetProperty("modelPath").GetString()!),
            Number(model, "pid"),
            model.GetProperty("backend").GetString()!,
            Bytes(model, "size"),
            Bytes(model, "memory"),
            Number(model, "contextSize"),
            Number(model, "running"),
            Number(model, "callers"),
            Until(model, now),
        ];

    private static string[] StreamRow(JsonElement entry)
    {
        var stream = entry.GetProperty("stream");
        return
        [
            stream.GetProperty("streamId").GetString()!,
            entry.GetProperty("origin").GetString()!,
            Path.GetFileName(stream.GetProperty("modelPath").GetString()!),
            stream.GetProperty("state").GetString()! + (stream.GetProperty("isAttached").GetBoolean() ? string.Empty : " (nobody listens)"),
            stream.TryGetProperty("position", out _) ? Number(stream, "position") : "-",
            Number(stream, "numTokens"),
            stream.TryGetProperty("tokensPerSecond", out var speed) ? speed.GetDouble().ToString("0.0", CultureInfo.InvariantCulture) : "-",
        ];
    }

    private static string Until(JsonElement model, DateTimeOffset now)
    {
        if (!model.TryGetProperty("expires", out var expires))
        {
            return model.GetProperty("running").GetInt32() > 0 ? "in use" : "pinned";
        }

        var left = DateTimeOffset.FromUnixTimeSeconds(expires.GetInt64()) - now;
        return left < TimeSpan.FromMinutes(1) ? "under a minute" : string.Create(CultureInfo.InvariantCulture, $"{left.TotalMinutes:0} minutes");
    }

    private static string Number(JsonElement of, string name) => of.GetProperty(name).GetInt64().ToString(CultureInfo.InvariantCulture);

    private static string Bytes(JsonElement of, string name)
        => of.TryGetProperty(name, out var bytes)
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes.GetInt64() / (1024.0 * 1024):N0} MiB")
            : "-";
}
