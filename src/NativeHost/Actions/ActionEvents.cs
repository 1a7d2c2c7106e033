using NativeHost.Actions.Cache;
using NativeHost.Actions.Downloads;
using NativeHost.Actions.Generation;
using NativeHost.Actions.Generation.Completions;
using NativeHost.Actions.Generation.Responses;
using NativeHost.Actions.Models;
using NativeHost.Actions.Pages;
using NativeHost.Messages;

namespace NativeHost.Actions;

/// <summary>Every kind of event frame. Clients read these summaries in the protocol's document.</summary>
internal static class ActionEvents
{
    /// <summary>How far a load is: one when it begins, one when it is done, and between them at most 20 a second.</summary>
    public static EventType<LoadingProgressPayload> LoadingProgress { get; }
        = new("modelWorkerLoadingProgress", () => ActionsJson.Default.EventFrameLoadingProgressPayload);

    /// <summary>How far a download is, at most ten times a second.</summary>
    public static EventType<DownloadView> DownloadProgress { get; } = new("MODEL_DOWNLOAD_PROGRESS", () => ActionsJson.Default.EventFrameDownloadView);

    /// <summary>How far the reading of a repository's files is, at most ten times a second.</summary>
    public static EventType<VerifyProgressPayload> VerifyProgress { get; }
        = new("modelVerifyProgress", () => ActionsJson.Default.EventFrameVerifyProgressPayload);

    /// <summary>How far the indexing of a page is, at most ten times a second; none where it is done at once.</summary>
    public static EventType<PageIndexProgressPayload> PageIndexProgress { get; }
        = new("pageIndexProgress", () => ActionsJson.Default.EventFramePageIndexProgressPayload);

    /// <summary>
    /// A model has left memory, though the caller did not ask for it; the caller's next <c>generate</c> on it loads it again. It carries no
    /// <c>requestId</c>, and comes only on ports that had an answer before.
    /// </summary>
    public static EventType<ModelUnloadedPayload> ModelUnloaded { get; } = new("modelUnloaded", () => ActionsJson.Default.EventFrameModelUnloadedPayload);

    /// <summary>The generation waits for its turn; sent whenever its place changes.</summary>
    public static EventType GenerationQueued { get; } = new("generationQueued", typeof(GenerationQueuedPayload));

    /// <summary>The excerpts of pages that the model is shown; the first event of an answer of <c>ask_page</c> once its turn has come.</summary>
    public static EventType PageSources { get; } = new("pageSources", typeof(PageSourcesPayload));

    /// <summary>The model calls a tool: the call begins, or its arguments go on.</summary>
    public static EventType ToolCallUpdate { get; } = new("toolCallUpdate", typeof(ToolCallUpdatePayload));

    /// <summary>The conversation is larger than the model's context, and its oldest messages were dropped, as <c>overflow</c> says.</summary>
    public static EventType ContextOverflow { get; } = new("contextOverflow", typeof(ContextOverflowPayload));

    /// <summary>How likely the next token was, before its text comes; only where the request asked with <c>logprobs</c>.</summary>
    public static EventType TokenLogProbs { get; } = new("tokenLogprobs", typeof(TokenLogProbsPayload));

    /// <summary>How far a generation is: first the prompt, then the answer's text, piece by piece.</summary>
    public static EventType GenerationUpdate { get; } = new("generationUpdate", typeof(GenerationUpdatePayload));

    /// <summary>A piece of an answer of <c>chat_completions</c>, where its request says <c>stream</c>.</summary>
    public static EventType ChatChunk { get; } = new("chat.completion.chunk", typeof(ChatChunkPayload));

    /// <summary>A piece of what the model says, where a <c>responses</c> request says <c>stream</c>; so the next three.</summary>
    public static EventType ResponseText { get; } = new("response.output_text.delta", typeof(ResponseDeltaPayload));

    /// <summary>A piece of what the model thinks.</summary>
    public static EventType ResponseReasoning { get; } = new("response.reasoning_text.delta", typeof(ResponseDeltaPayload));

    /// <summary>The model begins to call a tool.</summary>
    public static EventType ResponseItemAdded { get; } = new("response.output_item.added", typeof(ResponseItemPayload));

    /// <summary>A piece of the last call's arguments.</summary>
    public static EventType ResponseArguments { get; } = new("response.function_call_arguments.delta", typeof(ResponseDeltaPayload));
}
