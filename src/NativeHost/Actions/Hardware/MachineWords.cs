using System.Globalization;
using NativeHost.Hardware.Graphics;
using NativeHost.Hardware.Probing;

namespace NativeHost.Actions.Hardware;

/// <summary>Figures of the machine in the units and words of the protocol.</summary>
internal static class MachineWords
{
    private const long Mebibyte = 1024 * 1024;
    private const double MebibytesInGibibyte = 1024;

    /// <summary>Whole mebibytes, which the protocol calls megabytes; null for null.</summary>
    public static long? Megabytes(long? bytes) => bytes / Mebibyte;

    /// <summary>Gibibytes with one decimal, from megabytes: "7.5".</summary>
    public static string Gigabytes(long megabytes) => (megabytes / MebibytesInGibibyte).ToString("F1", CultureInfo.InvariantCulture);

    /// <summary>By the memory of the machine.</summary>
    public static string RamTier(long megabytes) => megabytes switch { < 8192 => "low", < 16384 => "medium", < 32768 => "high", _ => "very_high" };

    /// <summary>By the memory of all GPUs together.</summary>
    public static string VramTier(long megabytes) => megabytes switch { < 4096 => "low", < 8192 => "medium", < 16384 => "high", _ => "very_high" };

    /// <summary>Milliseconds since a figure was read; null where it was not.</summary>
    public static long? AgeOf<T>(Finding<T> finding)
        where T : class
        => finding.Value is null ? null : (long)finding.Age.TotalMilliseconds;

    /// <summary>The way in which llama.cpp computes on a device, such as <c>vulkan</c> of <c>llama_cpp_vulkan</c>.</summary>
    public static string WayOf(EngineDevice device) => device.Engine[(device.Engine.LastIndexOf('_') + 1)..];

    /// <summary>The same for people: <c>Vulkan</c>.</summary>
    public static string ProviderOf(EngineDevice device) => WayOf(device) switch
    {
        "vulkan" => "Vulkan",
        "metal" => "Metal",
        "cuda" => "CUDA",
        "rocm" => "ROCm",
        var other => other.ToUpperInvariant(),
    };
}
