using NativeHost.Inference.Chat;
using NativeHost.Messages;

namespace NativeHost.Sessions;

/// <summary>A conversation that a caller keeps open with a model: what was said is remembered here, and what was computed of it in the model.</summary>
/// <remarks>Safe to call from any thread. One request at a time changes it.</remarks>
/// <param name="owner">Nobody else finds it.</param>
/// <param name="model">Its name on the wire.</param>
internal sealed class ChatSession(Caller owner, string model, OverflowPolicy overflow, IReadOnlyList<ToolDefinition> tools, IReadOnlyList<ChatMessage> messages, DateTimeOffset created)
{
    // What an object takes beside its texts.
    private const int ObjectBytes = 100;

    private readonly Lock _gate = new();
    private readonly long _toolBytes = tools.Sum(tool => ObjectBytes + BytesOf(tool.Name, tool.Description, tool.Parameters));
    private IReadOnlyList<ChatMessage> _messages = messages;
    private bool _isBusy;

    /// <summary>Its name on the wire: <c>s_</c> and 16 hexadecimal digits.</summary>
    public string Id { get; } = "s_" + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));

    public Caller Owner { get; } = owner;

    public string Model { get; } = model;

    public OverflowPolicy Overflow { get; } = overflow;

    /// <summary>Those of its generations that name none.</summary>
    public IReadOnlyList<ToolDefinition> Tools { get; } = tools;

    public DateTimeOffset Created { get; } = created;

    /// <summary>What was said so far, the oldest first.</summary>
    public IReadOnlyList<ChatMessage> Messages
    {
        get
        {
            lock (_gate)
            {
                return _messages;
            }
        }
    }

    /// <summary>Bytes that it takes, about.</summary>
    public long Bytes => BytesOf(Messages) + _toolBytes;

    public static long BytesOf(IReadOnlyList<ChatMessage> messages) => messages.Sum(BytesOf);

    /// <summary>Bytes of one message, about.</summary>
    public static long BytesOf(ChatMessage message) => ObjectBytes + BytesOf(message.Content, message.Reasoning, message.Name, message.ToolCallId)
        + (message.ToolCalls?.Sum(call => ObjectBytes + BytesOf(call.Id, call.Name, call.Arguments)) ?? 0);

    private static long BytesOf(params ReadOnlySpan<string?> texts)
    {
        var bytes = 0L;
        foreach (var text in texts)
        {
            bytes += sizeof(char) * (long)(text?.Length ?? 0);
        }

        return bytes;
    }

    /// <summary>Keeps others from changing it until <see cref="Leave"/>.</summary>
    /// <exception cref="RequestException">Another request changes it.</exception>
    public IReadOnlyList<ChatMessage> Enter()
    {
        lock (_gate)
        {
            if (_isBusy)
            {
                throw new RequestException(ErrorCode.SessionBusy, $"Session {Id} is answering another request. Wait for its end, stop it, or clone the session.");
            }

            _isBusy = true;
            return _messages;
        }
    }

    /// <param name="messages">What was said by now; null where nothing has changed.</param>
    public void Leave(IReadOnlyList<ChatMessage>? messages)
    {
        lock (_gate)
        {
            _messages = messages ?? _messages;
            _isBusy = false;
        }
    }

    /// <summary>Another one that goes on from here by itself.</summary>
    public ChatSession Clone(DateTimeOffset time) => new(Owner, Model, Overflow, Tools, Messages, time);
}
