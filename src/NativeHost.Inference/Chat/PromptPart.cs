namespace NativeHost.Inference.Chat;

/// <summary>A part of a prompt, and where it comes from.</summary>
internal readonly record struct PromptPart(string Text, TextKind Kind);
