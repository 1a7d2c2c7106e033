namespace NativeHost.Hardware.Processor;

/// <summary>Names of the cores that servers and small computers with Arm processors have; in /proc/cpuinfo they are numbers.</summary>
internal static class ArmCores
{
    private const int Arm = 0x41;

    /// <returns>Null for one without a name here.</returns>
    public static string? NameOf(int? implementer, int? part) => (implementer, part) switch
    {
        (Arm, 0xd03) => "Cortex-A53",
        (Arm, 0xd05) => "Cortex-A55",
        (Arm, 0xd07) => "Cortex-A57",
        (Arm, 0xd08) => "Cortex-A72",
        (Arm, 0xd0b) => "Cortex-A76",
        (Arm, 0xd0c) => "Neoverse-N1",
        (Arm, 0xd0d) => "Cortex-A77",
        (Arm, 0xd40) => "Neoverse-V1",
        (Arm, 0xd41) => "Cortex-A78",
        (Arm, 0xd44) => "Cortex-X1",
        (Arm, 0xd47) => "Cortex-A710",
        (Arm, 0xd49) => "Neoverse-N2",
        (Arm, 0xd4f) => "Neoverse-V2",
        (0xc0, 0xac3) => "Ampere-1",
        (0x51, 0x001) => "Oryon",
        _ => null,
    };
}
