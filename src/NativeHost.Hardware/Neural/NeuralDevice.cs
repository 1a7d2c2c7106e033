namespace NativeHost.Hardware.Neural;

/// <summary>A processor for neural networks beside CPU and GPU. Null where the system does not tell.</summary>
/// <param name="Driver">The kernel's or the system's driver; null where there is none of its own.</param>
public sealed record NeuralDevice(string Name, string? Driver, string? DriverVersion);
