using System.Text.RegularExpressions;
using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware.Graphics;

/// <summary>GPUs as Windows tells about them: the keys of display drivers in the registry, of the devices that are there now.</summary>
internal sealed partial class WindowsGraphics(IMachineRegistry registry, IWindowsKernel kernel)
{
    private const string DisplayClass = "{4d36e968-e325-11ce-bfc1-08002be10318}";

    public IReadOnlyList<GraphicsDevice> Read()
        => [.. WindowsDevices.OfClass(DisplayClass, registry, kernel).Where(device => device.IsOnPci).Select(Of)];

    private GraphicsDevice Of(WindowsDevice device)
    {
        var name = registry.Text(device.DriverKey, "DriverDesc") ?? registry.Text(device.DriverKey, "HardwareInformation.AdapterString");
        var vendor = GraphicsVendors.OfPci(FieldText.Hexadecimal(VendorNumber().Match(device.HardwareId).Groups["id"].Value));
        var address = PciAddressOf(device.Location);
        return new GraphicsDevice
        {
            Name = name,
            Vendor = vendor,
            PciAddress = address,
            Driver = registry.Text(device.DriverKey, "ProviderName"),
            DriverVersion = registry.Text(device.DriverKey, "DriverVersion"),

            // Intel's GPUs inside of processors are on the first bus, as nobody's cards are.
            SharesMemory = vendor == GraphicsVendor.Nvidia ? false : vendor == GraphicsVendor.Intel && address is not null ? address.StartsWith("0000:00:", StringComparison.Ordinal) : null,
            TotalBytes = registry.Number(device.DriverKey, "HardwareInformation.qwMemorySize")
                ?? registry.Number(device.DriverKey, "HardwareInformation.MemorySize"),
        };
    }

    // The numbers stand behind the sentence that they belong into: "@System32\drivers\pci.sys,#65536;PCI bus %1, device %2, function %3;(1,0,0)".
    private static string? PciAddressOf(string? location)
    {
        var match = LocationNumbers().Match(location ?? "");
        return match.Success ? PciAddress.Of(Number("bus"), Number("device"), Number("function")) : null;

        int Number(string name) => (int)(FieldText.Number(match.Groups[name].Value) ?? 0);
    }

    [GeneratedRegex(@"ven_(?<id>[0-9a-f]{4})", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex VendorNumber();

    [GeneratedRegex(@"\((?<bus>\d{1,3}),(?<device>\d{1,2}),(?<function>\d)\)$", RegexOptions.ExplicitCapture)]
    private static partial Regex LocationNumbers();
}
