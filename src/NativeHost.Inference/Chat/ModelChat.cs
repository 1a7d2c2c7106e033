using NativeHost.Inference.Chat.Capabilities;
using NativeHost.Inference.Chat.Output;
using NativeHost.Inference.Generation;

namespace NativeHost.Inference.Chat;

/// <summary>What a model's chat template makes of conversations, and what its model's answers may hold.</summary>
/// <remarks>Safe to call from any thread.</remarks>
internal sealed class ModelChat
{
    private readonly ChatTemplate _template;
    private readonly ControlPieces _pieces;
    private readonly ControlPieces _toolPieces;
    private readonly OutputFormat _toolFormat;

    /// <param name="jinja">The template's text in the model's file; null where it has none.</param>
    /// <exception cref="UnsupportedTemplateException">It is not written in the language.</exception>
    public ModelChat(string? jinja, ITokenizer tokenizer, TimeProvider time)
    {
        _template = ChatTemplate.Read(jinja, tokenizer, time);
        Capabilities = ChatCapabilities.Of(BuiltInTemplates.Over(jinja), time);
        _toolFormat = TellsTools ? Capabilities.Output : new OutputFormat(CallStyles.Generic, Capabilities.Output.Reasoning);
        _pieces = new ControlPieces(tokenizer, Capabilities.Output with { Calls = null });
        _toolPieces = new ControlPieces(tokenizer, _toolFormat);
    }

    public ChatCapabilities Capabilities { get; }

    // A template that tells of tools in a way that nobody here can read the answer to is of no use for that.
    private bool TellsTools => Capabilities is { Tools: true, Output.Calls: not null };

    /// <summary>The prompt of a request with messages.</summary>
    /// <param name="reading">How to read what follows; null where that is a text and nothing else.</param>
    /// <exception cref="UnsupportedTemplateException">The template refuses the conversation.</exception>
    public IReadOnlyList<PromptPart> Prompt(GenerationRequest request, out OutputReading? reading)
    {
        IReadOnlyList<ToolDefinition> tools = request.ToolUse == ToolUse.None ? [] : request.Tools;
        var conversation = new Conversation(request.Messages) { Tools = tools, Variables = request.TemplateVariables, Thinks = request.Thinks };
        var parts = _template.Render(TellsTools ? conversation : ToolWords.Instead(conversation, request.ToolUse), Capabilities);
        var format = tools.Count > 0 ? _toolFormat : Capabilities.Output with { Calls = null };
        reading = format is { Calls: null, Reasoning: null } ? null : new OutputReading(format, tools.Count > 0 ? _toolPieces : _pieces, Capabilities.ParallelCalls || !TellsTools, EndOf(parts));
        return parts;
    }

    private static string EndOf(IReadOnlyList<PromptPart> parts) => string.Concat(parts.TakeLast(2).Select(part => part.Text));
}
