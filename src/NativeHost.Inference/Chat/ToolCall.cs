namespace NativeHost.Inference.Chat;

/// <summary>A call of a tool that a model makes.</summary>
/// <param name="Id">Names the call among those of its conversation.</param>
/// <param name="Name">The tool's.</param>
/// <param name="Arguments">JSON text of an object, as the model wrote it: perhaps none that can be read.</param>
public sealed record ToolCall(string Id, string Name, string Arguments);
