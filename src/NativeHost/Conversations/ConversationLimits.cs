using NativeHost.Messages;
using NativeHost.Settings;
using NativeHost.Storage.Retention;

namespace NativeHost.Conversations;

/// <summary>How much of whose conversations is kept.</summary>
internal static class ConversationLimits
{
    /// <summary>What the user wants, by the name that the store has for a caller. The user at this machine may store any amount.</summary>
    public static Func<string, RetentionLimits> Of(HostSettings settings)
    {
        long? bytes = settings.ConversationMegabytes == 0 ? null : (long)(settings.ConversationMegabytes * 1e6);
        TimeSpan? age = settings.ConversationDays == 0 ? null : TimeSpan.FromDays(settings.ConversationDays);
        var (ofExtensions, ofTheUser) = (new RetentionLimits(bytes, age), new RetentionLimits(MaxAge: age));
        var local = UserConversations.NameOf(Caller.Local);
        return name => name == local || name.StartsWith($"{local}#", StringComparison.Ordinal) ? ofTheUser : ofExtensions;
    }
}
