using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware.Graphics;

/// <summary>GPUs as Linux tells about them: the folders of the PCI bus, of the drivers, and of what can be drawn with.</summary>
internal sealed class LinuxGraphics(ISystemFiles files)
{
    private const string PciDevices = "/sys/bus/pci/devices";
    private const string DrawingDevices = "/sys/class/drm";
    private const string NvidiaFolder = "/proc/driver/nvidia";

    /// <summary>PCI classes: what shows pictures, and what computes. AMD's server GPUs are of the second.</summary>
    private const int DisplayClass = 0x03;
    private const int ComputingClass = 0x12;

    /// <summary>Where Intel's GPUs inside of processors are, of all generations.</summary>
    private const string IntelInProcessor = "0000:00:02.0";

    public IReadOnlyList<GraphicsDevice> Read() => [.. OnPci(), .. OnChips()];

    private IEnumerable<GraphicsDevice> OnPci()
    {
        foreach (var name in files.Names(PciDevices))
        {
            var folder = $"{PciDevices}/{name}";
            var vendor = GraphicsVendors.OfPci(FieldText.Hexadecimal(files.Read($"{folder}/vendor")));
            var pciClass = FieldText.Hexadecimal(files.Read($"{folder}/class")) >> 16;
            if (pciClass == DisplayClass || (pciClass == ComputingClass && vendor is GraphicsVendor.Amd or GraphicsVendor.Nvidia))
            {
                yield return vendor == GraphicsVendor.Nvidia ? Nvidia(folder, name) : Other(folder, name, vendor);
            }
        }
    }

    private GraphicsDevice Nvidia(string folder, string address)
    {
        var about = files.Read($"{NvidiaFolder}/gpus/{address}/information");
        return new GraphicsDevice
        {
            Name = FieldText.Of("Model", ':', about),
            Vendor = GraphicsVendor.Nvidia,
            HardwareId = HardwareIdOf(folder),
            PciAddress = PciAddress.Of(address),
            Driver = DriverOf(folder),
            DriverVersion = VersionOf(DriverOf(folder)),
            SharesMemory = false,
        };
    }

    private GraphicsDevice Other(string folder, string address, GraphicsVendor vendor)
    {
        var driver = DriverOf(folder);
        var total = FieldText.Number(files.Read($"{folder}/mem_info_vram_total"));
        return new GraphicsDevice
        {
            Name = files.Read($"{folder}/product_name")?.Trim() is { Length: > 0 } product ? product : null,
            Vendor = vendor,
            HardwareId = HardwareIdOf(folder),
            PciAddress = PciAddress.Of(address),
            Driver = driver,
            DriverVersion = VersionOf(driver),
            SharesMemory = vendor == GraphicsVendor.Intel ? address == IntelInProcessor : null,
            TotalBytes = total,
            FreeBytes = total - FieldText.Number(files.Read($"{folder}/mem_info_vram_used")),
        };
    }

    /// <summary>GPUs that are parts of a chip, and on no bus: what one can draw with has a node of its own.</summary>
    private IEnumerable<GraphicsDevice> OnChips()
    {
        foreach (var node in files.Names(DrawingDevices).Where(name => name.StartsWith("renderD", StringComparison.Ordinal)))
        {
            var about = files.Read($"{DrawingDevices}/{node}/device/uevent");
            if (FieldText.Of("PCI_SLOT_NAME", '=', about) is null && FieldText.Of("DRIVER", '=', about) is { } driver)
            {
                yield return new GraphicsDevice
                {
                    Name = FieldText.Of("OF_COMPATIBLE_0", '=', about) ?? driver,
                    Driver = driver,
                    DriverVersion = VersionOf(driver),
                    SharesMemory = true,
                };
            }
        }
    }

    private string? DriverOf(string folder) => FieldText.Of("DRIVER", '=', files.Read($"{folder}/uevent"));

    /// <summary>A driver that is part of the kernel has the kernel's version.</summary>
    private string? VersionOf(string? driver)
        => driver is null ? null
            : files.Read($"/sys/module/{driver.Replace('-', '_')}/version")?.Trim()
                ?? (driver == "nvidia" ? null : files.Read("/proc/sys/kernel/osrelease")?.Trim());

    private string HardwareIdOf(string folder)
        => FormattableString.Invariant($"{FieldText.Hexadecimal(files.Read($"{folder}/vendor")):x4}:{FieldText.Hexadecimal(files.Read($"{folder}/device")):x4}");
}
