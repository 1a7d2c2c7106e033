namespace NativeHost.Hardware.Processor;

/// <summary>The names that clients know generations of processors by.</summary>
internal static class ProcessorGeneration
{
    public const string Unknown = "Unknown";

    /// <summary>By the numbers that an x86 processor gives itself.</summary>
    public static string OfX86(ProcessorVendor vendor, int? family, int? model) => (vendor, family) switch
    {
        (ProcessorVendor.Amd, 0x17) => model is < 0x30 or (>= 0x50 and < 0x60) ? "AmdZen1" : "AmdZen2",
        (ProcessorVendor.Amd, 0x19) => model is (>= 0x10 and < 0x20) or >= 0x60 ? "AmdZen4" : "AmdZen3",
        (ProcessorVendor.Amd, 0x1A) => model is (>= 0x50 and < 0x60) or >= 0x80 ? "AmdZen6" : "AmdZen5",
        (ProcessorVendor.Intel, 6) => OfIntel(model),
        _ => Unknown,
    };

    /// <summary>By the name of an Apple chip, such as <c>Apple M2 Pro</c>.</summary>
    public static string OfApple(string? name)
        => name?.Split(' ') is ["Apple", ['M', .. var number], ..] && number.Length > 0 && number.All(char.IsAsciiDigit) ? $"AppleM{number}" : Unknown;

    private static string OfIntel(int? model) => model switch
    {
        0x3C or 0x3F or 0x45 or 0x46 => "IntelHaswell",
        0x3D or 0x47 or 0x4F or 0x56 => "IntelBroadwell",
        0x4E or 0x5E or 0x55 or 0x8E or 0x9E or 0xA5 or 0xA6 => "IntelSkylake",
        0x6A or 0x6C or 0x7D or 0x7E => "IntelIcelake",
        0x8C or 0x8D => "IntelTigerlake",
        0xA7 => "IntelRocketlake",
        0x97 or 0x9A or 0xB7 or 0xBA or 0xBE or 0xBF => "IntelAlderlake",
        0x8F or 0xCF => "IntelSapphirerapids",
        0xAA or 0xAC => "IntelMeteorlake",
        0xB5 or 0xC5 or 0xC6 => "IntelArrowlake",
        0xBD => "IntelLunarlake",
        0xAD or 0xAE => "IntelGraniterapids",
        _ => Unknown,
    };
}
