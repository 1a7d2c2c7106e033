using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Actions.Streams;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Generation;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Generation;

/// <summary>Asks a model to answer a conversation, or to continue a text.</summary>
[Requires(nameof(Messages), nameof(Prompt))]
internal sealed record GenerateRequest : ModelAddressed
{
    /// <summary>The conversation so far, put into the model's own template; control tokens spelled out in it are only text.</summary>
    public IReadOnlyList<MessageField?>? Messages { get; init; }

    /// <summary>With messages the user's last one. Without, a text to continue as it stands; control tokens spelled out in it are such.</summary>
    public string? Prompt { get; init; }

    /// <summary>Settings of this generation alone.</summary>
    [Settings(typeof(GenerationSettingTable))]
    public JsonElement Settings { get; init; }

    /// <summary>The same at the top level, as some clients send it.</summary>
    [Settings(typeof(GenerationSettingTable))]
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

/// <summary>One message of a conversation.</summary>
/// <param name="Role">Whose it is, in any letter case.</param>
/// <param name="Content">Its text.</param>
internal sealed record MessageField([property: OneOf(typeof(ChatRole))] string Role, string Content);

internal sealed class GenerateHandler(ModelShelf shelf, GenerationStreams streams, CallerStates callers, ModelAddresses addresses)
    : IHandler<GenerateRequest, Reply<GenerationPayload>>
{
    public async Task<Reply<GenerationPayload>> HandleAsync(
        GenerateRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var state = callers.Of(exchange.Caller);
        var given = GivenSettings.Of([.. request.Rest ?? [], .. SettingsReader.Members(request.Settings, "settings")]);
        var prompt = PromptOf(request);
        streams.CheckLimits(exchange.Caller);
        var path = request.Address is { } address
            ? addresses.NameOf(address, shelf)
            : state.ActiveModel ?? throw new RequestException(ErrorCode.NoModelLoaded, "No model loaded. Load a model first.");
        try
        {
            var model = await ModelUse.BringAsync(shelf, path, exchange, cancellationToken);
            var settings = given.Over(state.SettingsOf(path));
            var generation = prompt with { Sampling = settings.EffectiveSampling, MaxNewTokens = settings.MaxNewTokens, StopTexts = settings.StopTexts };
            return await streams.Start(model, generation, exchange).DeliverAsync(exchange, after: 0, cancellationToken);
        }
        catch (OperationCanceledException) when (exchange.Stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Stopped while its model was on the way: an end that was asked for, as in the queue.
            return new Reply<GenerationPayload>
            {
                Type = "generationStopped",
                Payload = GenerationPayload.Of(path, GenerationResult.Unbegun, streamId: null, seq: 0),
            };
        }
    }

    /// <summary>What to generate, the settings apart.</summary>
    private static GenerationRequest PromptOf(GenerateRequest request)
    {
        if (request.Messages is not { Count: > 0 } messages)
        {
            return new GenerationRequest
            {
                Prompt = string.IsNullOrEmpty(request.Prompt)
                    ? throw new RequestException(ErrorCode.InvalidRequest, "Invalid request: messages or a prompt are required.")
                    : request.Prompt,
            };
        }

        List<ChatMessage> chat = [.. messages.Select(ChatMessageOf)];
        if (!string.IsNullOrEmpty(request.Prompt))
        {
            chat.Add(new ChatMessage(ChatRole.User, request.Prompt));
        }

        return new GenerationRequest { Messages = chat };
    }

    private static ChatMessage ChatMessageOf(MessageField? message)
        => message is null
            ? throw new RequestException(ErrorCode.InvalidRequest, "Invalid request: a message is an object with role and content.")
            : new ChatMessage(RoleOf(message.Role), message.Content);

    private static ChatRole RoleOf(string role) => role.ToLowerInvariant() switch
    {
        "system" => ChatRole.System,
        "user" => ChatRole.User,
        "assistant" => ChatRole.Assistant,
        _ => throw new RequestException(ErrorCode.InvalidRequest, "Invalid request: a message's role is system, user or assistant."),
    };
}
