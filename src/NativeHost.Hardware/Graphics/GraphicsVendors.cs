namespace NativeHost.Hardware.Graphics;

/// <summary>How makers of GPUs are recognised.</summary>
internal static class GraphicsVendors
{
    /// <summary>By the number that PCI devices carry.</summary>
    public static GraphicsVendor OfPci(int? id) => id switch
    {
        0x10de => GraphicsVendor.Nvidia,
        0x1002 => GraphicsVendor.Amd,
        0x8086 => GraphicsVendor.Intel,
        0x106b => GraphicsVendor.Apple,
        _ => GraphicsVendor.Unknown,
    };

    /// <summary>By a name for people.</summary>
    public static GraphicsVendor OfName(string name)
    {
        var words = name.ToLowerInvariant();
        return Has("nvidia") || Has("geforce") || Has("quadro") || Has("tesla") ? GraphicsVendor.Nvidia
            : Has("radeon") || Has("amd") || Has("firepro") ? GraphicsVendor.Amd
            : Has("intel") ? GraphicsVendor.Intel
            : Has("apple") ? GraphicsVendor.Apple
            : GraphicsVendor.Unknown;

        bool Has(string word) => words.Contains(word, StringComparison.Ordinal);
    }
}
