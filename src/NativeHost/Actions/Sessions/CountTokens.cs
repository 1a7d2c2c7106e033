using System.Text.Json.Serialization;
using NativeHost.Actions.Generation.Requests;
using NativeHost.Actions.Models;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Generation;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Sessions;

namespace NativeHost.Actions.Sessions;

/// <summary>Counts the tokens of a text, or of messages as the model would read them: in its own template, with what a session holds before them.</summary>
[Requires(nameof(Text), nameof(Messages), nameof(SessionId))]
internal sealed record CountTokensRequest : ModelAddressed
{
    /// <summary>A text as it stands, without a template.</summary>
    public string? Text { get; init; }

    [SynonymOf(nameof(Text))]
    public string? Prompt { get; init; }

    /// <summary>A conversation; with a session what would be added to it.</summary>
    public IReadOnlyList<MessageField?>? Messages { get; init; }

    /// <summary>The tools that the model would be told of.</summary>
    public IReadOnlyList<ToolField?>? Tools { get; init; }

    /// <summary>The session whose messages come first; its model is asked.</summary>
    [JsonPropertyName("session_id")]
    public string? SessionId { get; init; }

    [SynonymOf(nameof(SessionId))]
    [JsonPropertyName("sessionId")]
    public string? SessionIdCamel { get; init; }
}

/// <summary>How large a prompt is.</summary>
/// <param name="Tokens">Of the prompt.</param>
/// <param name="ContextTokens">That the model's context holds.</param>
/// <param name="FreeTokens">That are left for an answer; 0 where the prompt does not fit.</param>
internal sealed record TokenCountPayload(int Tokens, int ContextTokens, int FreeTokens);

internal sealed class CountTokensHandler(ModelShelf shelf, CallerStates callers, ModelAddresses addresses, ChatSessions sessions)
    : IHandler<CountTokensRequest, Reply<TokenCountPayload>>
{
    public async Task<Reply<TokenCountPayload>> HandleAsync(CountTokensRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var session = SessionRequests.IdOf(request.SessionId, request.SessionIdCamel) is { } id ? sessions.Find(exchange.Caller, id) : null;
        var prompt = PromptOf(request, session);
        var path = session?.Model ?? ModelUse.NameOf(request.Address, callers.Of(exchange.Caller), addresses, shelf);
        var model = await ModelUse.BringAsync(shelf, path, exchange, cancellationToken);
        var tokens = await model.Host.CountTokensAsync(prompt, cancellationToken);
        return new Reply<TokenCountPayload> { Payload = new TokenCountPayload(tokens, model.Host.ContextTokens, Math.Max(0, model.Host.ContextTokens - tokens)) };
    }

    private static GenerationRequest PromptOf(CountTokensRequest request, ChatSession? session)
    {
        List<ChatMessage> messages = [.. session?.Messages ?? [], .. ChatMessages.Read(request.Messages)];
        var text = RequestFields.FirstOf(request.Text, request.Prompt);
        var tools = ChatTools.Read(request.Tools);
        return messages.Count > 0
            ? new GenerationRequest
            {
                Messages = text is null ? messages : [.. messages, new ChatMessage(ChatRole.User, text)],
                Tools = tools.Count > 0 ? tools : session?.Tools ?? [],
            }
            : text is null ? throw RequestFields.Invalid("text", "send a text or messages that are not empty")
            : new GenerationRequest { Prompt = text };
    }
}
