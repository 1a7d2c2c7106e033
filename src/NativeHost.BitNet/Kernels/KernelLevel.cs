using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NativeHost.BitNet.Kernels;

/// <summary>The instruction sets that kernels are written for, the plain definition first.</summary>
internal enum KernelLevel
{
    /// <summary>Plain C#: what every other level has to equal.</summary>
    Scalar,

    /// <summary>Arm's 8-bit dot product.</summary>
    ArmDot,

    /// <summary>x86-64 with 256-bit integers.</summary>
    Avx2,

    /// <summary>The same with the 8-bit dot product (VEX encoded).</summary>
    AvxVnni,

    /// <summary>512-bit integers (F, BW).</summary>
    Avx512,
}

internal static class KernelLevels
{
    /// <summary>The fastest level of this processor, by measurement: see docs/decisions.</summary>
    public static KernelLevel Best { get; } =
        IsSupported(KernelLevel.Avx512) ? KernelLevel.Avx512
        : IsSupported(KernelLevel.AvxVnni) ? KernelLevel.AvxVnni
        : IsSupported(KernelLevel.Avx2) ? KernelLevel.Avx2
        : IsSupported(KernelLevel.ArmDot) ? KernelLevel.ArmDot
        : KernelLevel.Scalar;

    /// <summary>Whether this process can compute at a level.</summary>
    public static bool IsSupported(KernelLevel level) => level switch
    {
        KernelLevel.Scalar => true,
        KernelLevel.ArmDot => Dp.IsSupported,
        KernelLevel.Avx2 => Avx2.IsSupported,
        KernelLevel.AvxVnni => Avx2.IsSupported && AvxVnni.IsSupported,
        KernelLevel.Avx512 => Avx512BW.IsSupported,
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "Not a level."),
    };
}
