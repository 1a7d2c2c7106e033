using System.Text.Json;
using NativeHost.CommandLine.Models;

namespace NativeHost.CommandLine;

/// <summary>A talk with a model at the terminal: what <c>demo</c> and <c>chat</c> share.</summary>
internal sealed class Conversation(HostClient client, TextWriter output)
{
    private readonly List<(string Role, string Content)> _messages = [];

    /// <summary>Loads a model, telling how far it is.</summary>
    /// <returns>Whether it is loaded; if not, the reason has been written.</returns>
    public async Task<bool> LoadAsync(string path, CancellationToken cancellationToken)
    {
        var screen = Screen.OfOutput(output);
        var progress = new ProgressLine(screen);
        var answer = await client.AskAsync(
            json =>
            {
                json.WriteStartObject();
                json.WriteString("action", "load_model");
                json.WriteString("modelPath", path);
                json.WriteEndObject();
            },
            frame => ShowProgressAsync(frame.GetProperty("payload"), progress),
            cancellationToken);
        await screen.EraseAsync();
        if (Succeeded(answer))
        {
            var payload = answer.GetProperty("payload");
            await output.WriteLineAsync(
                $"[{Path.GetFileName(path)} on {payload.GetProperty("backend").GetString()}, {payload.GetProperty("contextSize").GetInt32():N0} tokens of context]");
            return true;
        }

        return false;
    }

    /// <summary>Says something, and writes the answer as it comes.</summary>
    /// <returns>Whether there was an answer; if not, the reason has been written.</returns>
    public async Task<bool> SayAsync(string text, float temperature, int? seed, CancellationToken cancellationToken)
    {
        _messages.Add(("user", text));
        var answer = await client.AskAsync(
            json => WriteRequest(json, temperature, seed),
            async frame =>
            {
                await output.WriteAsync(frame.GetProperty("payload").GetProperty("token").GetString());
                await output.FlushAsync(cancellationToken);
            },
            cancellationToken);
        await output.WriteLineAsync();
        if (!Succeeded(answer))
        {
            return false;
        }

        var payload = answer.GetProperty("payload");
        _messages.Add(("assistant", payload.GetProperty("output").GetString()!));
        await output.WriteLineAsync(
            $"[{payload.GetProperty("numTokens").GetInt32()} tokens, {payload.GetProperty("tps").GetString()} a second, {payload.GetProperty("stopReason").GetString()}]");
        return true;
    }

    // What has to come over the network first takes so long that it must be seen.
    private static Task ShowProgressAsync(JsonElement payload, ProgressLine progress)
        => payload.TryGetProperty("total", out var total)
            ? progress.ShowAsync(payload.GetProperty("loaded").GetInt64(), total.GetInt64(), "")
            : Task.CompletedTask;

    private void WriteRequest(Utf8JsonWriter json, float temperature, int? seed)
    {
        json.WriteStartObject();
        json.WriteString("action", "generate");
        json.WriteStartArray("messages");
        foreach (var (role, content) in _messages)
        {
            json.WriteStartObject();
            json.WriteString("role", role);
            json.WriteString("content", content);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("settings");
        json.WriteNumber("temperature", temperature);
        if (seed is { } given)
        {
            json.WriteNumber("seed", given);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private bool Succeeded(JsonElement answer)
    {
        if (answer.GetProperty("status").GetString() == "success")
        {
            return true;
        }

        output.WriteLine($"{answer.GetProperty("code").GetString()}: {answer.GetProperty("message").GetString()}");
        return false;
    }
}
