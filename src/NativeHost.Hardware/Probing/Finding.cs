namespace NativeHost.Hardware.Probing;

/// <summary>What is known now of one part of the machine.</summary>
/// <param name="Value">Null where it is not known.</param>
/// <param name="Reason">Why it is not known, or not as of now; null where all is well.</param>
/// <param name="Age">How old the value is.</param>
/// <param name="IsPending">Whether the first answer is still awaited.</param>
public sealed record Finding<T>(T? Value, string? Reason, TimeSpan Age = default, bool IsPending = false)
    where T : class;
