namespace NativeHost.Storage.Retention;

/// <summary>How much of an origin's conversations is kept.</summary>
/// <param name="MaxBytes">What they may take, as <see cref="Usage.Bytes"/> counts, with those of all origins whose names differ only behind a #; what would go beyond it is refused, nothing is deleted. Null for no limit.</param>
/// <param name="MaxAge">How long after its last change a conversation without a star is kept; <see cref="RetentionControl.ApplyAgeLimits"/> deletes
/// it then. Null for ever.</param>
public sealed record RetentionLimits(long? MaxBytes = null, TimeSpan? MaxAge = null)
{
    public static RetentionLimits None { get; } = new();
}
