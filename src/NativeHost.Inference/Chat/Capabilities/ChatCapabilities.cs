using NativeHost.Inference.Chat.Output;
using NativeHost.Jinja;

namespace NativeHost.Inference.Chat.Capabilities;

/// <summary>What a model's chat template can do, found out by rendering small conversations with it.</summary>
/// <remarks>
/// What a template refuses, or fails at, it cannot do. To find out takes some thirty renderings, which is milliseconds; whoever owns a model does it once.
/// </remarks>
public sealed record ChatCapabilities
{
    /// <summary>Of a model without a template, or with one that renders nothing.</summary>
    public static ChatCapabilities None { get; } = new();

    /// <summary>Whether it renders a conversation at all.</summary>
    public bool Renders { get; init; }

    /// <summary>Whether a system message finds its way into the prompt. Otherwise its text must be put into the user's turn.</summary>
    public bool SystemRole { get; init; }

    /// <summary>Whether roles must alternate: two user messages in a row are refused.</summary>
    public bool AlternatingRoles { get; init; }

    /// <summary>Whether content may be a list of parts of type <c>text</c>.</summary>
    public bool ContentParts { get; init; }

    /// <summary>Whether tools find their way into the prompt.</summary>
    public bool Tools { get; init; }

    /// <summary>Whether tools are not given as <c>tools</c>, but as JSON text in the variable <c>functions</c>: Firefunction.</summary>
    public bool ToolsAsFunctionsText { get; init; }

    /// <summary>How arguments must be given in an assistant's <c>tool_calls</c>; null where it renders no calls.</summary>
    public CallArgumentsForm? CallArguments { get; init; }

    /// <summary>Whether an assistant's message may have several calls.</summary>
    public bool ParallelCalls { get; init; }

    /// <summary>Whether it renders messages of the role <c>tool</c>.</summary>
    public bool ToolResults { get; init; }

    /// <summary>The field of an assistant's message that reasoning is read from; null where it renders none.</summary>
    public string? ReasoningField { get; init; }

    /// <summary>Whether the prompt opens reasoning, unless it is told otherwise: the answer begins inside it.</summary>
    public bool OpensReasoning { get; init; }

    /// <summary>What turns reasoning on and off; null where nothing does.</summary>
    public ThinkingSwitch? ThinkingSwitch { get; init; }

    /// <summary>What <c>reasoning_effort</c> may be; empty where it changes nothing.</summary>
    public IReadOnlyList<string> ReasoningEfforts { get; init; } = [];

    /// <summary>Whether the variable <c>thinking_budget</c> tells the model how many tokens it may think.</summary>
    public bool ThinkingBudget { get; init; }

    /// <summary>Whether the model's reasoning can be told apart from its answer.</summary>
    public bool Reasons => Output.Reasoning is not null;

    /// <summary>The name of the way in which the model calls tools; null where none is known: it is told in words then.</summary>
    public string? CallStyleName => Output.Calls?.Name;

    /// <summary>What its output may hold.</summary>
    internal OutputFormat Output { get; init; } = OutputFormat.Plain;

    /// <summary>Finds out what a template can do.</summary>
    /// <param name="jinja">Its text; null where the model has none.</param>
    /// <param name="time">Ends it after two seconds; and is what templates take for now.</param>
    public static ChatCapabilities Of(string? jinja, TimeProvider time)
    {
        if (string.IsNullOrWhiteSpace(jinja))
        {
            return None;
        }

        try
        {
            using var renderings = new ProbeRenderings(JinjaTemplate.Parse(jinja), time);
            return new CapabilityProbe(renderings, jinja).Run();
        }
        catch (JinjaException)
        {
            return None;
        }
    }
}

/// <summary>How arguments are given in an assistant's <c>tool_calls</c>.</summary>
public enum CallArgumentsForm
{
    /// <summary>As a dictionary, an object of JSON.</summary>
    Dictionary,

    /// <summary>As a text of JSON.</summary>
    Text,
}

/// <summary>A variable that turns reasoning on and off.</summary>
/// <param name="Variable">Its name, such as <c>enable_thinking</c>.</param>
/// <param name="On">What turns it on, in JSON.</param>
/// <param name="Off">What turns it off, in JSON.</param>
public sealed record ThinkingSwitch(string Variable, string On, string Off);
