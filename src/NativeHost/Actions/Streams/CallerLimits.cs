using NativeHost.Messages;
using NativeHost.Settings;

namespace NativeHost.Actions.Streams;

/// <summary>What one caller may have of the machine, so that it leaves something to the others.</summary>
/// <param name="ConcurrentStreams">Generations that run at once.</param>
/// <param name="QueueLength">Generations that wait.</param>
/// <param name="TokensPerMinute">Tokens computed and generated in any minute.</param>
internal sealed record CallerLimits(int ConcurrentStreams, int QueueLength, int TokensPerMinute)
{
    /// <summary>The user at this machine has no limits.</summary>
    public static CallerLimits None { get; } = new(int.MaxValue, int.MaxValue, int.MaxValue);

    public static CallerLimits Of(HostSettings settings)
        => new(settings.ConcurrentStreams, settings.QueueLength, settings.TokensPerMinute == 0 ? int.MaxValue : settings.TokensPerMinute);

    /// <summary>These limits for an extension, and none for the user.</summary>
    public CallerLimits For(Caller caller) => caller.Kind == CallerKind.Local ? None : this;
}
