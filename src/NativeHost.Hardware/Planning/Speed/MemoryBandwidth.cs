namespace NativeHost.Hardware.Planning.Speed;

/// <summary>How fast this machine's memory was read.</summary>
/// <param name="BytesPerSecond">Above 0.</param>
/// <param name="Threads">How many read together.</param>
public sealed record MemoryBandwidth(double BytesPerSecond, int Threads);
