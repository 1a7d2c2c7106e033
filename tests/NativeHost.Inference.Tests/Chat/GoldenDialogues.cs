using NativeHost.Inference.Chat;

namespace NativeHost.Inference.Tests.Chat;

/// <summary>The conversations that the golden renderings were made from.</summary>
internal static class GoldenDialogues
{
    private static readonly ChatMessage System = new(ChatRole.System, "You are brief.");
    private static readonly ChatMessage First = new(ChatRole.User, "Hello, who are you?");
    private static readonly ChatMessage Answer = new(ChatRole.Assistant, "A small model.");
    private static readonly ChatMessage Second = new(ChatRole.User, "  Tell me a\nstory. ");

    public static IReadOnlyList<ChatMessage> ByName(string name) => name switch
    {
        "user" => [First],
        "system,user" => [System, First],
        "user,assistant,user" => [First, Answer, Second],
        "system,user,assistant,user" => [System, First, Answer, Second],
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such dialogue."),
    };
}
