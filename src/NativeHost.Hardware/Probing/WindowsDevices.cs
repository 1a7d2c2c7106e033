namespace NativeHost.Hardware.Probing;

/// <summary>A device and its driver in the registry of Windows.</summary>
/// <param name="DriverKey">Where the driver's values are.</param>
/// <param name="HardwareId">The device's path, or what the driver was chosen by, such as <c>PCI\VEN_10DE&amp;DEV_2684</c>.</param>
/// <param name="Location">Where it is on its bus, in the words of Windows; null where that is not known.</param>
internal sealed record WindowsDevice(string DriverKey, string HardwareId, string? Location)
{
    /// <summary>Else it is a screen of a remote session, or of a basic driver.</summary>
    public bool IsOnPci => HardwareId.StartsWith(@"PCI\", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The devices of one class.</summary>
internal static class WindowsDevices
{
    private const string Control = @"SYSTEM\CurrentControlSet\Control\Class";
    private const string Devices = @"SYSTEM\CurrentControlSet\Enum";

    /// <summary>Those that are there now; where the device manager does not tell, those that a driver was ever set up for.</summary>
    /// <param name="classId">With its braces.</param>
    public static IReadOnlyList<WindowsDevice> OfClass(string classId, IMachineRegistry registry, IWindowsKernel kernel)
        => kernel.PresentDevices(classId) is { } present
            ?
            [
                .. present.Select(path => (Path: path, Driver: registry.Text($@"{Devices}\{path}", "Driver")))
                    .Where(device => device.Driver is not null)
                    .Select(device => new WindowsDevice($@"{Control}\{device.Driver}", device.Path, registry.Text($@"{Devices}\{device.Path}", "LocationInformation"))),
            ]
            :
            [
                // Drivers have numbers for names; "Properties" lies among them, and is not for everybody.
                .. registry.Keys($@"{Control}\{classId}")
                    .Where(name => name.All(char.IsAsciiDigit))
                    .Select(name => $@"{Control}\{classId}\{name}")
                    .Select(key => new WindowsDevice(key, registry.Text(key, "MatchingDeviceId") ?? "", null)),
            ];
}
