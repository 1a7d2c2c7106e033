using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Messages;
using NativeHost.Sessions;

namespace NativeHost.Actions.Generation.Requests;

/// <summary>What every request for an answer may say.</summary>
internal abstract record GenerateFields : ModelAddressed
{
    /// <summary>The conversation so far, put into the model's own template; control tokens spelled out in it are only text.</summary>
    public IReadOnlyList<MessageField?>? Messages { get; init; }

    /// <summary>
    /// With messages, or with <c>chat_id</c>, the user's last one. Else a text to continue as it stands; control tokens spelled out in it are such.
    /// </summary>
    public string? Prompt { get; init; }

    /// <summary>
    /// The text behind a gap, where <c>prompt</c> is the text before it and there are no messages: the model fills the gap, if it was trained for that. Both
    /// are plain text; nothing is stored.
    /// </summary>
    public string? Suffix { get; init; }

    /// <summary>
    /// The conversation that the question and the answer are stored in, as it comes; it is begun where it is not there, with all messages of the
    /// request. Where the request has no messages, what is stored of it comes before the prompt. Without one nothing is stored.
    /// </summary>
    [JsonPropertyName("chat_id")]
    public string? ChatId { get; init; }

    [SynonymOf(nameof(ChatId))]
    [JsonPropertyName("chatId")]
    public string? ChatIdCamel { get; init; }

    [SynonymOf(nameof(ChatId))]
    [JsonPropertyName("conversation_id")]
    public string? ConversationIdSnake { get; init; }

    [SynonymOf(nameof(ChatId))]
    public string? ConversationId { get; init; }

    /// <summary>False leaves the disk alone: nothing of the conversation is read or stored.</summary>
    [Default(true)]
    public bool? Store { get; init; }

    /// <summary>
    /// The stored message that the question follows, empty for none; so an edit begins a branch beside the old question. With <c>regenerate</c> the
    /// question that is answered again. The last one of the branch that is shown where it is absent.
    /// </summary>
    [JsonPropertyName("parent_id")]
    public string? ParentId { get; init; }

    [SynonymOf(nameof(ParentId))]
    [JsonPropertyName("parentId")]
    public string? ParentIdCamel { get; init; }

    /// <summary>Answers a stored question once more, beside the answers that it has: a branch of its own.</summary>
    public bool Regenerate { get; init; }

    /// <summary>The session that this goes on with: its messages come first, and it remembers the question and the answer. <c>create_session</c> begins one.</summary>
    [JsonPropertyName("session_id")]
    public string? SessionId { get; init; }

    [SynonymOf(nameof(SessionId))]
    [JsonPropertyName("sessionId")]
    public string? SessionIdCamel { get; init; }

    /// <summary>
    /// What happens where the conversation is larger than the model's context: <c>stop</c>, as usual, fails; <c>drop_oldest</c> drops the oldest
    /// questions and answers, and keeps the system message; <c>shift</c> does so in the middle of an answer too, which then goes on. A session
    /// has its own. Each time a <c>contextOverflow</c> event tells.
    /// </summary>
    [OneOf(typeof(OverflowPolicy))]
    public string? Overflow { get; init; }

    /// <summary>The tools that the model may call: the answer then has <c>toolCalls</c>, and a message of role <c>tool</c> brings each result back.</summary>
    public IReadOnlyList<ToolField?>? Tools { get; init; }

    /// <summary>
    /// <c>auto</c>, as usual, leaves it to the model whether it calls tools, <c>none</c> forbids it, <c>required</c> wants a call;
    /// <c>{"type": "function", "function": {"name": …}}</c> that of one tool.
    /// </summary>
    [JsonPropertyName("tool_choice")]
    public JsonElement ToolChoice { get; init; }

    /// <summary>Whether the model may call several tools at once.</summary>
    [Default(true)]
    [JsonPropertyName("parallel_tool_calls")]
    public bool? ParallelToolCalls { get; init; }

    /// <summary>Whether the model thinks before it answers, where its template lets one choose; as the template has it where absent.</summary>
    [JsonPropertyName("enable_thinking")]
    public bool? EnableThinking { get; init; }

    [SynonymOf(nameof(EnableThinking))]
    [JsonPropertyName("enableThinking")]
    public bool? EnableThinkingCamel { get; init; }

    /// <summary>Most tokens to think with, after which the model is made to answer; 0 for none, -1 for as many as it likes.</summary>
    [Range(-1)]
    [Default(-1)]
    [JsonPropertyName("thinking_budget")]
    public int? ThinkingBudget { get; init; }

    [SynonymOf(nameof(ThinkingBudget))]
    [JsonPropertyName("thinkingBudget")]
    public int? ThinkingBudgetCamel { get; init; }

    /// <summary>
    /// What the answer has to look like, in OpenAI's shape: <c>{"type": "json_schema", "json_schema": {"schema": …}}</c>, <c>{"type": "json_object"}</c>
    /// or <c>{"type": "text"}</c>. One of this and the next four.
    /// </summary>
    [JsonPropertyName("response_format")]
    public JsonElement ResponseFormat { get; init; }

    /// <summary>The JSON Schema that the answer satisfies (a subset of draft 2020-12: docs/structured-output.md).</summary>
    [JsonPropertyName("json_schema")]
    public JsonElement JsonSchema { get; init; }

    /// <summary>The regular expression that the whole answer matches.</summary>
    public string? Regex { get; init; }

    /// <summary>The grammar that the answer is a text of, in llama.cpp's notation (GBNF).</summary>
    public string? Grammar { get; init; }

    /// <summary>The texts of which the answer is one.</summary>
    public IReadOnlyList<string?>? Choices { get; init; }

    /// <summary>An object with further variables for the model's chat template, such as <c>reasoning_effort</c>.</summary>
    [JsonPropertyName("chat_template_kwargs")]
    public JsonElement ChatTemplateKwargs { get; init; }

    /// <summary>Whether it is told of each token how likely the model held it.</summary>
    public bool? Logprobs { get; init; }

    /// <summary>With <c>logprobs</c>, how many of the likeliest tokens are told with each one.</summary>
    [Range(0, 20)]
    [Default(0)]
    [JsonPropertyName("top_logprobs")]
    public int? TopLogprobs { get; init; }

    /// <summary>Settings of this generation alone.</summary>
    [Settings(typeof(GenerationSettingTable))]
    public JsonElement Settings { get; init; }

    /// <summary>The same at the top level, as some clients send it.</summary>
    [Settings(typeof(GenerationSettingTable))]
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}
