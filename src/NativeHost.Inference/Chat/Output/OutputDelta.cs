namespace NativeHost.Inference.Chat;

/// <summary>A piece of what a model's output means.</summary>
/// <param name="Kind">Which of the other fields count.</param>
/// <param name="Text">Content, Reasoning: characters to append. CallArguments: JSON text to append to the call's. Otherwise empty.</param>
/// <param name="Index">CallBegin, CallArguments, CallEnd: which of this output's calls, from 0.</param>
/// <param name="Name">CallBegin: the tool's, as the model wrote it: perhaps none that it was given.</param>
/// <param name="Id">CallBegin: names the call among all of its conversation.</param>
/// <param name="IsComplete">CallEnd: whether the arguments are whole JSON. False where the output ended within them, or what was written is no JSON.</param>
/// <remarks>However an output is cut into pieces, its deltas put together are the same.</remarks>
public readonly record struct OutputDelta(
    OutputDeltaKind Kind,
    string Text = "",
    int Index = 0,
    string? Name = null,
    string? Id = null,
    bool IsComplete = false);

/// <summary>The kinds of <see cref="OutputDelta"/>.</summary>
public enum OutputDeltaKind
{
    /// <summary>A part of the answer.</summary>
    Content,

    /// <summary>A part of what the model thinks before it answers.</summary>
    Reasoning,

    /// <summary>The model calls a tool.</summary>
    CallBegin,

    /// <summary>A part of a call's arguments.</summary>
    CallArguments,

    /// <summary>The call ended.</summary>
    CallEnd,
}
