using System.Runtime.Intrinsics.X86;
using Arm = System.Runtime.Intrinsics.Arm;

namespace NativeHost.Hardware.Processor;

/// <summary>The vector instructions that this process may use: the processor has them, and neither the system nor a setting forbids them.</summary>
internal static class InstructionSets
{
    // Bits of CPUID that the runtime has no class for: leaf 1, ecx; leaf 7, ecx; leaf 7.1, eax.
    private const int HalfFloatBit = 29;
    private const int Avx512VnniBit = 11;
    private const int Avx512Bf16Bit = 5;

    /// <summary>Their names, in the order of their age.</summary>
    public static IReadOnlyList<string> OfThisProcess { get; } = [.. All().Where(set => set.IsSupported).Select(set => set.Name)];

    private static IEnumerable<(string Name, bool IsSupported)> All() =>
    [
        ("sse2", Sse2.IsSupported),
        ("sse3", Sse3.IsSupported),
        ("ssse3", Ssse3.IsSupported),
        ("sse4.1", Sse41.IsSupported),
        ("sse4.2", Sse42.IsSupported),
        ("popcnt", Popcnt.IsSupported),
        ("aes", Aes.IsSupported || Arm.Aes.IsSupported),
        ("pclmulqdq", Pclmulqdq.IsSupported),
        ("avx", Avx.IsSupported),
        ("f16c", Avx.IsSupported && Has(1, 0, HalfFloatBit, id => id.Ecx)),
        ("fma", Fma.IsSupported),
        ("avx2", Avx2.IsSupported),
        ("bmi1", Bmi1.IsSupported),
        ("bmi2", Bmi2.IsSupported),
        ("lzcnt", Lzcnt.IsSupported),
        ("avx512f", Avx512F.IsSupported),
        ("avx512bw", Avx512BW.IsSupported),
        ("avx512cd", Avx512CD.IsSupported),
        ("avx512dq", Avx512DQ.IsSupported),
        ("avx512vl", Avx512F.VL.IsSupported),
        ("avx512-vbmi", Avx512Vbmi.IsSupported),
        ("avx512-vbmi2", Avx512Vbmi2.IsSupported),
        ("avx512-vnni", Avx512F.IsSupported && Has(7, 0, Avx512VnniBit, id => id.Ecx)),
        ("avx512-bf16", Avx512F.IsSupported && Has(7, 1, Avx512Bf16Bit, id => id.Eax)),
        ("gfni", Gfni.IsSupported),
        ("avx-vnni", AvxVnni.IsSupported),
        ("avx-vnni-int8", AvxVnniInt8.IsSupported),
        ("avx-vnni-int16", AvxVnniInt16.IsSupported),
        ("avx10.1", Avx10v1.IsSupported),
        ("avx10.2", Avx10v2.IsSupported),
        ("neon", Arm.AdvSimd.IsSupported),
        ("crc32", Arm.Crc32.IsSupported),
        ("sha256", Arm.Sha256.IsSupported),
        ("rdm", Arm.Rdm.IsSupported),
        ("dotprod", Arm.Dp.IsSupported),
#pragma warning disable SYSLIB5003 // Only whether they are there is asked.
        ("sve", Arm.Sve.IsSupported),
        ("sve2", Arm.Sve2.IsSupported),
#pragma warning restore SYSLIB5003
    ];

    private static bool Has(int leaf, int part, int bit, Func<(int Eax, int Ebx, int Ecx, int Edx), int> register)
        => X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= leaf && ((register(X86Base.CpuId(leaf, part)) >> bit) & 1) != 0;
}
