using NativeHost.Messages;

namespace NativeHost.Actions.Models;

/// <summary>A model has left memory, though the caller did not ask for it. The caller's next use of it loads it again.</summary>
/// <param name="ModelPath">What the model is called.</param>
/// <param name="Reason">Nobody used it for long, the memory was needed, or another caller or the user took it from everybody.</param>
internal sealed record ModelUnloadedPayload(
    string ModelPath,
    [property: OneOf(ModelUnloadedPayload.Idle, ModelUnloadedPayload.Memory, ModelUnloadedPayload.Forced)] string Reason)
{
    /// <summary>Nobody used it for longer than anybody wanted it kept.</summary>
    public const string Idle = "idle";

    /// <summary>The memory was needed.</summary>
    public const string Memory = "memory";

    /// <summary>Somebody who may do so took it from everybody.</summary>
    public const string Forced = "forced";
}
