namespace NativeHost.Inference.Chat;

/// <summary>A tool that a model may call.</summary>
/// <param name="Name">Letters, digits, <c>_</c>, <c>-</c> and <c>.</c>, 1 to 64 of them.</param>
/// <param name="Description">What it does, in words for the model; null where nothing is said.</param>
/// <param name="Parameters">JSON text of the schema of its arguments, an object's; null for any object.</param>
public sealed record ToolDefinition(string Name, string? Description, string? Parameters);
