using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.AI;
using NativeHost.CommandLine;

namespace NativeHost.Clients;

/// <summary>The host's models as chat clients of Microsoft.Extensions.AI, whichever engine runs them: over frames, as an extension would ask.</summary>
/// <remarks>One request at a time.</remarks>
/// <param name="host">Not owned.</param>
/// <param name="model">What <c>load_model</c> was asked for; null for the active one.</param>
internal sealed class HostChatClient(HostDialogue host, string? model = null) : IChatClient
{
    /// <summary>Under this name the last update has tokens a second, as a number.</summary>
    public const string TokensPerSecond = "tokens_per_second";

    /// <inheritdoc/>
    /// <exception cref="HostRequestException">The host answered with an error.</exception>
    /// <exception cref="NotSupportedException">A message has something else than text, calls of tools and their results.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            updates.Add(update);
        }

        return updates.ToChatResponse();
    }

    /// <inheritdoc/>
    /// <exception cref="HostRequestException">The host answered with an error.</exception>
    /// <exception cref="NotSupportedException">A message has something else than text, calls of tools and their results.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var updates = Channel.CreateUnbounded<ChatResponseUpdate>();
        List<ChatMessage> asked = [.. messages];
        var asking = AskAsync(asked, options, updates.Writer, cancellationToken);
        await foreach (var update in updates.Reader.ReadAllAsync(CancellationToken.None))
        {
            yield return update;
        }

        await asking;
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
        => serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("tabagent", providerUri: null, model)
            : serviceType.IsInstanceOfType(this) ? this
            : null;

    /// <summary>Frees nothing: the host is the caller's.</summary>
    public void Dispose()
    {
    }

    private async Task AskAsync(List<ChatMessage> messages, ChatOptions? options, ChannelWriter<ChatResponseUpdate> updates, CancellationToken cancellationToken)
    {
        try
        {
            var final = await host.AskAsync(
                json => ChatRequestWriter.Write(json, messages, options, options?.ModelId ?? model),
                frame =>
                {
                    if (frame.GetProperty("type").GetString() == "chat.completion.chunk" && ChatUpdates.OfChunk(frame.GetProperty("payload")) is { } update)
                    {
                        updates.TryWrite(update);
                    }

                    return Task.CompletedTask;
                },
                cancellationToken);
            updates.TryWrite(ChatUpdates.OfFinal(PayloadOf(final)));
        }
        finally
        {
            updates.Complete();
        }
    }

    /// <exception cref="HostRequestException">It is an error.</exception>
    internal static JsonElement PayloadOf(JsonElement final)
        => final.GetProperty("status").GetString() == "success"
            ? final.GetProperty("payload")
            : throw new HostRequestException(final.GetProperty("code").GetString()!, final.GetProperty("message").GetString()!);
}
