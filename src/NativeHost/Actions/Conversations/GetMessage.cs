using System.Text.Json.Serialization;
using NativeHost.Conversations;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Storage;
using NativeHost.Storage.Messages;

namespace NativeHost.Actions.Conversations;

/// <summary>Asks for a message, and for a piece of its text where that is too long for a frame.</summary>
[Requires(nameof(MessageId))]
internal sealed record GetMessageRequest : MessageAddressed
{
    /// <summary>Where the piece begins: the <c>next_byte</c> of the piece before.</summary>
    [Range(0)]
    [Default(0)]
    [JsonPropertyName("from_byte")]
    public long? FromByte { get; init; }

    /// <summary>Which text is asked for.</summary>
    [OneOf("content", "reasoning")]
    [Default("content")]
    public string? Part { get; init; }
}

/// <param name="Stored">The message; its text is the piece that was asked for, its other text is left out.</param>
/// <param name="NextByte">Where the next piece begins, in bytes of the UTF-8 text; absent where this is the last one.</param>
/// <param name="TotalBytes">Of the whole text.</param>
internal sealed record GetMessageReply(
    [property: JsonPropertyName("stored_message")] MessageView Stored,
    [property: JsonPropertyName("next_byte")] long? NextByte,
    [property: JsonPropertyName("total_bytes")] long TotalBytes) : Reply;

internal sealed class GetMessageHandler(UserConversations conversations) : IHandler<GetMessageRequest, GetMessageReply>
{
    public Task<GetMessageReply> HandleAsync(GetMessageRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var kind = request.Part switch
        {
            null or "content" => TextKind.Content,
            "reasoning" => TextKind.Reasoning,
            _ => throw RequestFields.Invalid("part", "it is content or reasoning"),
        };
        var from = request.FromByte is < 0 ? throw RequestFields.Invalid("from_byte", "it is at least 0") : request.FromByte ?? 0;
        var caller = conversations.CallerOf(exchange.Caller, request.Origin);
        var id = request.RequireMessage();
        var messages = conversations.Open().Messages;
        var piece = messages.ReadText(caller, id, kind, from, FrameRoom.SafeTextBytes);
        var view = MessageView.Of(messages.Find(caller, id, maxBytes: 0) ?? throw NotFound(id), request).With(messages.Siblings(caller, id));
        var isWhole = from == 0 && piece.IsLast;
        return Task.FromResult(new GetMessageReply(
            view with
            {
                Content = kind == TextKind.Content ? piece.Text : "",
                ContentBytes = isWhole && kind == TextKind.Content ? null : view.ContentBytes,
                Reasoning = kind == TextKind.Reasoning ? piece.Text : null,
                ReasoningBytes = isWhole && kind == TextKind.Reasoning ? null : view.ReasoningBytes,
            },
            piece.IsLast ? null : piece.NextByte,
            piece.TotalBytes)
        {
            Message = conversations.TakeNotice(),
        });
    }

    private static StorageException NotFound(string id) => new(StorageFault.NotFound, $"There is no message {id} here.");
}
