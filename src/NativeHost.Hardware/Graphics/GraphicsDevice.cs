namespace NativeHost.Hardware.Graphics;

/// <summary>A GPU: what the system tells of it, and what the engine sees of it. Null where it is not known.</summary>
public sealed record GraphicsDevice
{
    /// <summary>The maker's name for it.</summary>
    public string? Name { get; init; }

    public GraphicsVendor Vendor { get; init; }

    /// <summary>Maker and model in the numbers of the PCI bus, such as <c>10de:2330</c>.</summary>
    public string? HardwareId { get; init; }

    /// <summary>The name, or what stands for it where nobody knows one.</summary>
    public string Label => Name ?? (Vendor == GraphicsVendor.Unknown ? $"GPU {HardwareId}" : $"{Vendor} GPU {HardwareId}").TrimEnd();

    /// <summary>Where it is on the PCI bus, such as <c>0000:01:00.0</c>; null where it is on none, or the system does not tell.</summary>
    public string? PciAddress { get; init; }

    /// <summary>The kernel's or the system's driver.</summary>
    public string? Driver { get; init; }

    public string? DriverVersion { get; init; }

    /// <summary>Whether it works in the machine's memory instead of its own.</summary>
    public bool? SharesMemory { get; init; }

    /// <summary>Bytes of its own memory; where it has none, those of the machine's that it may use.</summary>
    public long? TotalBytes { get; init; }

    /// <summary>Bytes of those that nobody uses now.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>The engine's device that it is; null where the engine cannot compute on it.</summary>
    public EngineDevice? Engine { get; init; }

    /// <summary>Whether <see cref="FreeBytes"/> is known from the engine alone.</summary>
    internal bool IsFreeByEngine { get; init; }
}

/// <summary>Who made a GPU.</summary>
public enum GraphicsVendor
{
    Unknown,
    Nvidia,
    Amd,
    Intel,
    Apple,
}

/// <summary>What llama.cpp computes on.</summary>
/// <param name="Version">llama.cpp's own.</param>
/// <param name="Devices">The processor among them.</param>
public sealed record EngineDevices(string Version, IReadOnlyList<EngineDevice> Devices);

/// <summary>Something that llama.cpp computes on.</summary>
/// <param name="Name">llama.cpp's name for it, such as <c>CPU</c> or <c>Vulkan0</c>.</param>
/// <param name="Description">The driver's name for it.</param>
/// <param name="Engine">What models on it call their engine, such as <c>llama_cpp_vulkan</c>.</param>
/// <param name="TotalBytes">Of its memory, or of the machine's that it may use.</param>
/// <param name="PciAddress">Such as <c>0000:01:00.0</c>; null where llama.cpp does not tell.</param>
public sealed record EngineDevice(
    string Name, string Description, string Engine, EngineDeviceKind Kind, long TotalBytes, long FreeBytes, string? PciAddress)
{
    public bool IsGpu => Kind is EngineDeviceKind.Gpu or EngineDeviceKind.IntegratedGpu;
}

/// <summary>What a device of llama.cpp's is.</summary>
public enum EngineDeviceKind
{
    /// <summary>None of those below; of a later llama.cpp, for one.</summary>
    Other,
    Cpu,

    /// <summary>With memory of its own.</summary>
    Gpu,

    /// <summary>In the machine's memory.</summary>
    IntegratedGpu,

    /// <summary>A library that helps the processor.</summary>
    Accelerator,
}
