using NativeHost.Hardware.Graphics;
using NativeHost.LlamaCpp.Interop;

namespace NativeHost.LlamaCpp.Tests;

public sealed class LlamaDevicesTests
{
    [Fact]
    public void The_processor_is_among_them_with_the_machines_memory()
    {
        var devices = LlamaDevices.List();

        var processor = Assert.Single(devices.Devices, device => device.Kind == EngineDeviceKind.Cpu);
        Assert.StartsWith("0.4.0", devices.Version, StringComparison.Ordinal);
        Assert.Equal(("CPU", "llama_cpp_cpu", null), (processor.Name, processor.Engine, processor.PciAddress));
        Assert.InRange(processor.FreeBytes, 1, processor.TotalBytes);
        Assert.False(processor.IsGpu);
    }

    [Fact]
    public unsafe void The_structure_of_properties_is_the_one_that_this_library_fills_in()
    {
        var device = LlamaDevices.List().Devices[0];
        var properties = default(DeviceProperties);

        LlamaNative.ggml_backend_dev_get_props(LlamaEngine.Devices[0].Handle, &properties);

        Assert.Equal(device.Name, System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)properties.Name));
        Assert.Equal(device.Description, System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)properties.Description));
        Assert.Equal(device.TotalBytes, (long)properties.TotalBytes);
        Assert.Equal((int)LlamaEngine.Devices[0].Kind, properties.Type);
        Assert.Equal(40, (byte*)&properties.Id - (byte*)&properties);
    }
}
