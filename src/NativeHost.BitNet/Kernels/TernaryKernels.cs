namespace NativeHost.BitNet.Kernels;

/// <summary>What the engine computes with, told to others.</summary>
public static class TernaryKernels
{
    /// <summary>The name of the kernel for this processor.</summary>
    public static string NameOfBest => NameOf(KernelLevels.Best);

    internal static string NameOf(KernelLevel level) => level switch
    {
        KernelLevel.Scalar => "portable",
        KernelLevel.ArmDot => "arm-dotprod",
        KernelLevel.Avx2 => "avx2",
        KernelLevel.AvxVnni => "avx-vnni",
        KernelLevel.Avx512 => "avx512",
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "Not a level."),
    };
}
