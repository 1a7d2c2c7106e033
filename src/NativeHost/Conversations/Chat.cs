using System.Text;
using NativeHost.Inference.Chat;
using NativeHost.Messages;
using NativeHost.Storage;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;

namespace NativeHost.Conversations;

/// <summary>The conversation of a generation: what is stored of it before, and where the question and the answer go.</summary>
/// <remarks>What cannot be stored never costs the answer: the record says so.</remarks>
internal sealed class Chat
{
    /// <summary>What the original meant where a request named no conversation.</summary>
    public const string Unnamed = "default";

    /// <summary>Bytes of the newest messages that are read: more than the context of any model holds.</summary>
    private const int MostHistoryBytes = 16 * 1024 * 1024;

    private const int MostHistory = 100_000;
    private const int TitleCharacters = 60;

    private readonly UserConversations _conversations;
    private readonly StoreCaller _caller;
    private readonly bool _isNew;
    private readonly string _parent;
    private readonly IReadOnlyList<ChatMessage> _questions;
    private readonly StorageException? _fault;

    private Chat(UserConversations conversations, StoreCaller caller, ChatPlace place, List<Message>? branch, IReadOnlyList<ChatMessage> given, StorageException? fault)
    {
        (_conversations, _caller, Id, _fault) = (conversations, caller, place.ConversationId, fault);
        _isNew = branch is null;
        _questions = place.IsAgain ? [] : branch is { Count: > 0 } ? NewOf(given) : given;
        branch = place.IsAgain ? ToLastQuestion(branch ?? []) : [.. branch ?? []];
        if (_questions is [var asked] && WithoutVoidAnswers(branch) is [.., { Role: "user" } open] asking && open.Content == asked.Content)
        {
            // It was asked before and not answered: a client that tries again.
            (branch, _questions) = (asking, []);
        }

        _parent = branch.Count > 0 ? branch[^1].Id : NewMessage.NoParent;
        History = [.. branch.Select(ChatMessageOf).OfType<ChatMessage>()];
        Questions = _questions;
    }

    public string Id { get; }

    /// <summary>What is stored of the branch up to the question, as a model can read it; empty where it cannot be read.</summary>
    public IReadOnlyList<ChatMessage> History { get; }

    /// <summary>What is asked and not stored yet.</summary>
    public IReadOnlyList<ChatMessage> Questions { get; }

    /// <summary>Why the conversation cannot be read; null where it can.</summary>
    public StorageException? Fault => _fault;

    /// <summary>Looks for the conversation.</summary>
    /// <param name="given">What the request has of messages, the last one last.</param>
    /// <exception cref="StorageException">The conversation has no such message (<see cref="StorageFault.NotFound"/>).</exception>
    /// <exception cref="RequestException">There is nothing to answer again.</exception>
    public static Chat Open(UserConversations conversations, Caller caller, ChatPlace place, IReadOnlyList<ChatMessage> given)
    {
        var storeCaller = conversations.CallerOf(caller);
        try
        {
            var store = conversations.Open();
            return new Chat(conversations, storeCaller, place, BranchOf(store, storeCaller, place), given, fault: null);
        }
        catch (StorageException e) when (e.Fault is not (StorageFault.NotFound or StorageFault.InvalidValue))
        {
            return new Chat(conversations, storeCaller, place with { IsAgain = false }, branch: null, given, e);
        }
    }

    /// <summary>Stores the question, and begins the answer.</summary>
    /// <param name="model">What the model is called.</param>
    /// <param name="settingsJson">What it generates with.</param>
    /// <returns>Owned by the caller.</returns>
    public AnswerRecord Begin(string model, string settingsJson)
    {
        if (_fault is not null)
        {
            return AnswerRecord.None(Id, StorageErrors.CodeOf(_fault.Fault));
        }

        try
        {
            var store = _conversations.Open();
            if (_isNew)
            {
                Create(store);
            }

            var parent = _parent;
            if (_questions.Count > 0)
            {
                parent = store.Messages.Add(_caller, Id, [.. _questions.Select((message, index) => new NewMessage(RoleOf(message.Role))
                {
                    Content = message.Content,
                    MetadataJson = StoredToolUse.MetadataOf(message),
                    ParentId = index == 0 ? parent : null,
                })])[^1].Id;
            }

            var answer = store.Messages.Begin(_caller, Id, new NewMessage("assistant") { Content = "", ParentId = parent, Model = model, SettingsJson = settingsJson });
            return new AnswerRecord(Id, answer, parent.Length > 0 ? parent : null);
        }
        catch (StorageException e)
        {
            return AnswerRecord.None(Id, StorageErrors.CodeOf(e.Fault));
        }
    }

    /// <returns>Null where there is no such conversation.</returns>
    private static List<Message>? BranchOf(ConversationStore store, StoreCaller caller, ChatPlace place)
    {
        if (Encoding.UTF8.GetByteCount(place.ConversationId) > StorageLimits.MaxIdBytes)
        {
            throw new StorageException(StorageFault.InvalidValue, $"A conversation's id has at most {StorageLimits.MaxIdBytes} bytes of UTF-8.");
        }

        if (store.Conversations.Find(caller, place.ConversationId) is null)
        {
            return string.IsNullOrEmpty(place.ParentId) ? null : throw new StorageException(StorageFault.NotFound, "There is no such conversation that the parent could be in.");
        }

        if (place.ParentId is NewMessage.NoParent)
        {
            return [];
        }

        // Up to the parent, which is not in the page itself.
        var query = new MessageQuery { HeadId = place.ParentId, BeforeId = place.ParentId, Limit = MostHistory, MaxBytes = MostHistoryBytes };
        var parent = place.ParentId is null ? null : ParentOf(store, caller, place);
        List<Message> branch = [.. store.Messages.Page(caller, place.ConversationId, query).Messages];
        return parent is null ? branch : [.. branch, parent];
    }

    private static Message ParentOf(ConversationStore store, StoreCaller caller, ChatPlace place)
        => store.Messages.Find(caller, place.ParentId!, MostHistoryBytes) is { } parent && parent.ConversationId == place.ConversationId
            ? parent
            : throw new StorageException(StorageFault.NotFound, "The message of parent_id is not in this conversation, or was deleted. get_conversation has those that are.");

    private static List<Message> ToLastQuestion(List<Message> branch)
        => branch.FindLastIndex(message => message.Role == "user") is var last and >= 0
            ? branch[..(last + 1)]
            : throw new RequestException(ErrorCode.InvalidRequest, "Invalid request: regenerate: there is no question in this conversation that could be answered again.");

    // What an earlier try has left that failed before its first token.
    private static List<Message> WithoutVoidAnswers(List<Message> branch)
        => branch[..(branch.FindLastIndex(message => message.Role != "assistant" || message.Status == MessageStatus.Complete || message.ContentBytes > 0) + 1)];

    private static ChatMessage? ChatMessageOf(Message message)
    {
        ChatRole? role = message.Role switch
        {
            "system" => ChatRole.System,
            "user" => ChatRole.User,
            "assistant" => ChatRole.Assistant,
            "tool" => ChatRole.Tool,
            _ => null,
        };
        if (role is null)
        {
            return null;
        }

        var read = StoredToolUse.Read(new ChatMessage(role.Value, message.Content) { Reasoning = message.Reasoning }, message);
        return message.Content.Length == 0 && read.ToolCalls is null && role != ChatRole.Tool ? null : read;
    }

    // What an answer belongs to: the results of the tools that the last one called, or the last question.
    private static List<ChatMessage> NewOf(IReadOnlyList<ChatMessage> given)
    {
        var results = given.Reverse().TakeWhile(message => message.Role == ChatRole.Tool).Reverse().ToList();
        return results.Count > 0 ? results : [.. given.Where(message => message.Role == ChatRole.User).TakeLast(1)];
    }

    private static string RoleOf(ChatRole role) => WireWord.Of(role);

    private void Create(ConversationStore store)
    {
        try
        {
            store.Conversations.Create(_caller, new NewConversation { Id = Id, Title = TitleOf(_questions) });
        }
        catch (StorageException e) when (e.Fault == StorageFault.Conflict)
        {
            // Another request has just begun it.
        }
    }

    // The beginning of the question, until somebody gives it a better one.
    private static string TitleOf(IReadOnlyList<ChatMessage> questions)
    {
        var text = (questions.LastOrDefault(message => message.Role == ChatRole.User)?.Content ?? "").AsSpan().Trim();
        var line = text[..(text.IndexOfAny('\r', '\n') is var end and >= 0 ? end : text.Length)].TrimEnd();
        if (line.Length <= TitleCharacters)
        {
            return line.ToString();
        }

        return $"{RequestFields.Beginning(line.ToString(), TitleCharacters)}…";
    }
}

/// <summary>Where in which conversation a generation belongs.</summary>
/// <param name="ConversationId">It is begun where it is not there.</param>
/// <param name="ParentId">The message that the question follows, or whose answer is made again; null for the end of the branch that is shown, empty to begin anew.</param>
/// <param name="IsAgain">Whether the last question is answered once more, beside the answers that it has.</param>
internal sealed record ChatPlace(string ConversationId, string? ParentId, bool IsAgain);
