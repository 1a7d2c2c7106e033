namespace NativeHost.Inference.Chat;

/// <summary>The roles' names in most models' templates.</summary>
internal static class RoleNames
{
    public static string Of(ChatRole role) => role switch
    {
        ChatRole.System => "system",
        ChatRole.User => "user",
        ChatRole.Assistant => "assistant",
        ChatRole.Tool => "tool",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "No such role."),
    };
}
