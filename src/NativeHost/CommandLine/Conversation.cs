using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using NativeHost.Clients;
using NativeHost.CommandLine.Models;

namespace NativeHost.CommandLine;

/// <summary>A talk with a model at the terminal: what <c>demo</c> and <c>chat</c> share.</summary>
internal sealed class Conversation(HostClient client, TextWriter output)
{
    private readonly List<ChatMessage> _messages = [];

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
        _messages.Add(new ChatMessage(ChatRole.User, text));
        var updates = new List<ChatResponseUpdate>();
        try
        {
            using var chat = new HostChatClient(client.Dialogue);
            await foreach (var update in chat.GetStreamingResponseAsync(_messages, new ChatOptions { Temperature = temperature, Seed = seed }, cancellationToken))
            {
                updates.Add(update);
                await output.WriteAsync(update.Text);
                await output.FlushAsync(cancellationToken);
            }
        }
        catch (HostRequestException e)
        {
            await output.WriteLineAsync($"\n{e.Code}: {e.Message}");
            return false;
        }

        await output.WriteLineAsync();
        var answer = updates.ToChatResponse();
        _messages.AddRange(answer.Messages);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"[{answer.Usage?.OutputTokenCount} tokens, {updates[^1].AdditionalProperties?[HostChatClient.TokensPerSecond]:0.0} a second, {answer.FinishReason}]"));
        return true;
    }

    // What has to come over the network first takes so long that it must be seen.
    private static Task ShowProgressAsync(JsonElement payload, ProgressLine progress)
        => payload.TryGetProperty("total", out var total)
            ? progress.ShowAsync(payload.GetProperty("loaded").GetInt64(), total.GetInt64(), "")
            : Task.CompletedTask;

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
