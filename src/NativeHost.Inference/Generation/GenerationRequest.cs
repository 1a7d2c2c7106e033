using NativeHost.Inference.Chat;
using NativeHost.Inference.Constraints;
using NativeHost.Inference.Sampling;

namespace NativeHost.Inference.Generation;

/// <summary>What to generate.</summary>
public sealed record GenerationRequest
{
    /// <summary>The conversation, put into the model's words by its chat template. Empty where only <see cref="Prompt"/> counts.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; init; } = [];

    /// <summary>A text to continue as it stands, without a template; control tokens that it spells out are such; null where <see cref="Messages"/> count.</summary>
    public string? Prompt { get; init; }

    /// <summary>The text behind a gap whose text before is <see cref="Prompt"/>: the model fills the gap, and both are plain characters. Null for none.</summary>
    public string? Suffix { get; init; }

    /// <summary>The tools that the model may call; empty for none. They count with <see cref="Messages"/>.</summary>
    public IReadOnlyList<ToolDefinition> Tools { get; init; } = [];

    /// <summary>Whether tools are called.</summary>
    public ToolUse ToolUse { get; init; }

    /// <summary>The one tool that has to be called; null where <see cref="ToolUse"/> alone counts.</summary>
    public string? RequiredTool { get; init; }

    /// <summary>Whether the model may call several tools at once.</summary>
    public bool AllowsParallelCalls { get; init; } = true;

    /// <summary>Whether the model thinks before it answers, where its template lets one choose; null for what the template does by itself.</summary>
    public bool? Thinks { get; init; }

    /// <summary>Most tokens to think with, after which the model is made to answer; null for as many as it likes.</summary>
    public int? MaxReasoningTokens { get; init; }

    /// <summary>JSON text of an object with further variables for the chat template, such as <c>enable_thinking</c>; null for none.</summary>
    public string? TemplateVariables { get; init; }

    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>Most tokens to make, at least 1.</summary>
    public int MaxNewTokens { get; init; } = 512;

    /// <summary>Whether only the prompt is computed, so that what begins with it later need not wait for that; the answer is empty then.</summary>
    public bool IsPromptOnly { get; init; }

    /// <summary>Texts that end the answer where they appear; they are not part of it.</summary>
    public IReadOnlyList<string> StopTexts { get; init; } = [];

    /// <summary>
    /// What the answer has to look like; null for anything. Where it is complete and nothing may follow, the answer ends as if the model had ended
    /// its turn.
    /// </summary>
    public ConstraintSpec? Constraint { get; init; }

    /// <summary>How many of the likeliest tokens are told with each one, 0 to 20, and how likely it was itself; null for nothing of it.</summary>
    public int? TopLogProbs { get; init; }

    /// <summary>Whether nothing of it may be kept on the disk, where computed prompts are kept there.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>Who asks, in whatever words: what was computed for one is never used for another. Null is one of them too.</summary>
    public string? Owner { get; init; }
}

/// <summary>Whether a model calls tools.</summary>
public enum ToolUse
{
    /// <summary>As it thinks best.</summary>
    Auto,

    /// <summary>It answers without.</summary>
    None,

    /// <summary>It calls at least one.</summary>
    Required,
}
