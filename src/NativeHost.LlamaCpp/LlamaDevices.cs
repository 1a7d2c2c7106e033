using System.Runtime.InteropServices;
using NativeHost.Hardware.Graphics;
using NativeHost.Inference;
using NativeHost.LlamaCpp.Interop;

namespace NativeHost.LlamaCpp;

/// <summary>What llama.cpp computes on, told to others.</summary>
public static class LlamaDevices
{
    /// <summary>Loads llama.cpp into this process and lists its devices. Drivers of GPUs load as well: they may take seconds, crash or hang.</summary>
    /// <exception cref="EngineException">It cannot be loaded.</exception>
    public static EngineDevices List()
    {
        LlamaEngine.Start();
        return new EngineDevices(LlamaEngine.Version, [.. LlamaEngine.Devices.Select(Of)]);
    }

    private static EngineDevice Of(ComputeDevice device)
    {
        LlamaNative.ggml_backend_dev_memory(device.Handle, out var free, out var total);
        return new EngineDevice(device.Name, device.Description, device.EngineName, KindOf(device.Kind), (long)total, (long)free, AddressOf(device));
    }

    private static EngineDeviceKind KindOf(ComputeDeviceKind kind) => kind switch
    {
        ComputeDeviceKind.Cpu => EngineDeviceKind.Cpu,
        ComputeDeviceKind.Gpu => EngineDeviceKind.Gpu,
        ComputeDeviceKind.IntegratedGpu => EngineDeviceKind.IntegratedGpu,
        ComputeDeviceKind.Accelerator => EngineDeviceKind.Accelerator,
        _ => EngineDeviceKind.Other,
    };

    private static unsafe string? AddressOf(ComputeDevice device)
    {
        var properties = default(DeviceProperties);
        LlamaNative.ggml_backend_dev_get_props(device.Handle, &properties);

        // Fields that are known otherwise show whether the structure is the one that this was written for.
        var isKnown = Marshal.PtrToStringUTF8((nint)properties.Name) == device.Name && properties.Type == (int)device.Kind;
        return isKnown ? Marshal.PtrToStringUTF8((nint)properties.Id)?.ToLowerInvariant() : null;
    }
}
