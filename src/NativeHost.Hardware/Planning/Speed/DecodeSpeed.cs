using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware.Planning.Speed;

/// <summary>How fast a model makes tokens one after the other, as far as its memory decides.</summary>
/// <param name="TokensPerSecond">
/// At the end of a full context; computing can only make it slower, and a shorter context faster. Null where it is not known.
/// </param>
/// <param name="Reason">Why it is not.</param>
public sealed record DecodeSpeed(double? TokensPerSecond, string? Reason)
{
    /// <summary>For every token the weights that it passes through are read once, and its sequence's cache: that takes most of the time.</summary>
    public static DecodeSpeed Of(MemoryPlan plan, Finding<MemoryBandwidth> bandwidth)
        => plan.TokenReads is not { Bytes: > 0 } reads ? new(null, "What is read for a token is not known of a model of this kind.")
            : reads.GpuBytes > 0 ? new(null, "The speed of a GPU's memory is not measured.")
            : bandwidth.Value is { } measured ? new(measured.BytesPerSecond / reads.CpuBytes, null)
            : new(null, bandwidth.IsPending ? "The speed of this machine's memory is being measured; ask again in a second." : bandwidth.Reason);
}
