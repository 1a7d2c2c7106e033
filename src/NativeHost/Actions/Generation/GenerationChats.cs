using System.Text.Json;
using NativeHost.Actions.Generation.Requests;
using NativeHost.Conversations;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Generation;
using NativeHost.Messages;
using NativeHost.Sessions;

namespace NativeHost.Actions.Generation;

/// <summary>Reads what a request wants generated, and which conversation that belongs to.</summary>
/// <param name="keepsUnnamed">Whether what names no conversation is stored in the one that the original meant.</param>
internal sealed class GenerationChats(UserConversations conversations, bool keepsUnnamed)
{
    /// <exception cref="RequestException">There is nothing to generate from, or a message is none.</exception>
    /// <exception cref="Storage.StorageException">The conversation has no such message, or what is to be answered cannot be read.</exception>
    /// <param name="session">The session that it is about, which has the messages before; null for none.</param>
    public GenerationPlan PlanOf(GenerateFields request, ChatSession? session, Caller caller)
    {
        var plan = session is null ? PlaceOf(request, caller) : new GenerationPlan(new GenerationRequest { Messages = InSession(request) });
        return plan with
        {
            Prompt = WithTools(plan.Prompt, request, session) with
            {
                TemplateVariables = TemplateVariables.Read(request),
                Thinks = request.EnableThinking ?? request.EnableThinkingCamel,
                MaxReasoningTokens = BudgetOf(request),
                Constraint = AnswerFormat.Read(request),
                TopLogProbs = LogProbsOf(request),
            },
        };
    }

    private static List<ChatMessage> InSession(GenerateFields request)
    {
        if (RequestFields.FirstOf(request.ChatId, request.ChatIdCamel, request.ConversationIdSnake, request.ConversationId) is not null)
        {
            throw RequestFields.Invalid("session_id", "a session is not stored: leave out chat_id, or the session");
        }

        if (request.Suffix is not null || request.Regenerate || RequestFields.FirstOf(request.ParentId, request.ParentIdCamel) is not null)
        {
            throw RequestFields.Invalid("session_id", "suffix, regenerate and parent_id do not go with a session: rewind it, or clone it before");
        }

        List<ChatMessage> given = [.. ChatMessages.Read(request.Messages)];
        if (!string.IsNullOrEmpty(request.Prompt))
        {
            given.Add(new ChatMessage(ChatRole.User, request.Prompt));
        }

        return given;
    }

    private static int? BudgetOf(GenerateFields request)
        => (request.ThinkingBudget ?? request.ThinkingBudgetCamel) is not { } budget || budget == -1 ? null
            : budget >= 0 ? budget
            : throw RequestFields.Invalid("thinking_budget", "it is 0 or more, or -1 for no limit");

    private static int? LogProbsOf(GenerateFields request)
    {
        var alternatives = RequestFields.Within("top_logprobs", request.TopLogprobs, usual: 0, least: 0, most: 20);
        return request.Logprobs ?? request.TopLogprobs > 0 ? alternatives : null;
    }

    private static GenerationRequest WithTools(GenerationRequest prompt, GenerateFields request, ChatSession? session)
    {
        var tools = ChatTools.Read(request.Tools) is { Count: > 0 } given ? given : session?.Tools ?? [];
        return tools.Count == 0 || prompt.Prompt is null
            ? ChatTools.Choose(prompt with { Tools = tools, AllowsParallelCalls = request.ParallelToolCalls ?? true }, request.ToolChoice)
            : throw RequestFields.Invalid("tools", "they need messages: a raw prompt is continued as it stands");
    }

    private GenerationPlan PlaceOf(GenerateFields request, Caller caller)
    {
        if (request.Suffix is not null)
        {
            return request.Messages is { Count: > 0 }
                ? throw RequestFields.Invalid("suffix", "it goes with a prompt, not with messages")
                : new GenerationPlan(new GenerationRequest { Prompt = request.Prompt, Suffix = request.Suffix });
        }

        List<ChatMessage> given = [.. ChatMessages.Read(request.Messages)];
        var hasMessages = given.Count > 0;
        var hasPrompt = !string.IsNullOrEmpty(request.Prompt);
        if (hasPrompt)
        {
            given.Add(new ChatMessage(ChatRole.User, request.Prompt!));
        }

        var id = RequestFields.FirstOf(request.ChatId, request.ChatIdCamel, request.ConversationIdSnake, request.ConversationId);
        var plain = hasMessages ? new GenerationRequest { Messages = given } : new GenerationRequest { Prompt = request.Prompt };
        if (request.Store == false)
        {
            return id is null ? new GenerationPlan(Required(plain)) : hasMessages
                ? new GenerationPlan(plain) { NotStored = AnswerRecord.None(id, "store_false") }
                : throw RequestFields.Invalid("store", "without messages the conversation has to be read: send messages, or leave out chat_id");
        }

        if (id is null)
        {
            return request.Regenerate || request.ParentId is not null || request.ParentIdCamel is not null
                ? throw RequestFields.Invalid("chat_id", "name the conversation that this is about")
                : new GenerationPlan(Required(plain)) { Chat = keepsUnnamed ? Chat.Open(conversations, caller, new ChatPlace(Chat.Unnamed, null, IsAgain: false), given) : null };
        }

        var chat = Chat.Open(conversations, caller, new ChatPlace(id, request.ParentId ?? request.ParentIdCamel, request.Regenerate), given);
        if (hasMessages)
        {
            return new GenerationPlan(plain) { Chat = chat };
        }

        List<ChatMessage> messages = [.. chat.History, .. chat.Questions];
        if (messages.Count == 0 && chat.Fault is { } fault)
        {
            // What is to be answered is where nobody can read it now.
            throw fault;
        }

        return messages is [.., { Role: ChatRole.User or ChatRole.Tool }]
            ? new GenerationPlan(new GenerationRequest { Messages = messages }) { Chat = chat, HistoryMessages = chat.History.Count }
            : throw RequestFields.Invalid("prompt", "the conversation does not end with a question: send one, as prompt or in messages");
    }

    private static GenerationRequest Required(GenerationRequest request)
        => request.Messages.Count == 0 && string.IsNullOrEmpty(request.Prompt)
            ? throw new RequestException(ErrorCode.InvalidRequest, "Invalid request: messages or a prompt are required.")
            : request;
}

/// <summary>What to generate, and where it is stored.</summary>
/// <param name="Prompt">The settings apart.</param>
internal sealed record GenerationPlan(GenerationRequest Prompt)
{
    /// <summary>The conversation; null where nothing is stored.</summary>
    public Chat? Chat { get; init; }

    /// <summary>Says why nothing is stored, where the request names a conversation; null elsewhere.</summary>
    public AnswerRecord? NotStored { get; init; }

    /// <summary>Stored messages that are in the prompt; null where the request had messages of its own.</summary>
    public int? HistoryMessages { get; init; }

    /// <summary>What is told where the generation was stopped before it began.</summary>
    public StoredAnswer? NotBegun => Chat is null ? null : new StoredAnswer(false, "not_begun", Chat.Id, null, null);

    /// <summary>What begins to store the answer; null where nobody wants to know of that.</summary>
    public Func<AnswerRecord>? RecordOf(string model, GenerationSettings settings)
        => Chat is { } chat ? () => chat.Begin(model, JsonSerializer.Serialize(settings.View(), ActionsJson.Default.ParamsView))
            : NotStored is { } none ? () => none
            : null;
}
