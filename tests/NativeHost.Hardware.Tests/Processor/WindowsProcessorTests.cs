using NativeHost.Hardware.Processor;
using NativeHost.Hardware.Tests.Recorded;
using Xunit;

namespace NativeHost.Hardware.Tests.Processor;

public sealed class WindowsProcessorTests
{
    private static readonly RecordedRegistry Registry = new(
        """
        HKEY_LOCAL_MACHINE\HARDWARE\DESCRIPTION\System\CentralProcessor\0
            Component Information    REG_BINARY    00000000000000000000000000000000
            Identifier    REG_SZ    Intel64 Family 6 Model 183 Stepping 1
            ProcessorNameString    REG_SZ    13th Gen Intel(R) Core(TM) i7-13700K
            VendorIdentifier    REG_SZ    GenuineIntel
            FeatureSet    REG_DWORD    0x3d1b3fff
            ~MHz    REG_DWORD    0xd56
        """);

    [Fact]
    public void A_processor_with_two_kinds_of_cores_is_told_in_full()
    {
        var kernel = new RecordedWindows
        {
            Records =
            [
                .. RecordedWindows.Core(1, 0b11),
                .. RecordedWindows.Cache(1, 2, 48 * 1024, 0b11),
                .. RecordedWindows.Cache(1, 1, 32 * 1024, 0b11),
                .. RecordedWindows.Cache(2, 0, 2048 * 1024, 0b11),
                .. RecordedWindows.Cache(3, 0, 30 * 1024 * 1024, 0b111111),
                .. RecordedWindows.Package(0b111111),
                .. RecordedWindows.Core(1, 0b1100),
                .. RecordedWindows.Cache(1, 2, 48 * 1024, 0b1100),
                .. RecordedWindows.Core(0, 0b10000),
                .. RecordedWindows.Core(0, 0b100000),
            ],
        };

        var facts = new WindowsProcessor(Registry, kernel, usableThreads: 3).Read();

        Assert.Equal("13th Gen Intel(R) Core(TM) i7-13700K", facts.Name);
        Assert.Equal((ProcessorVendor.Intel, "IntelAlderlake"), (facts.Vendor, facts.Generation));
        Assert.Equal((6, 183, 1), (facts.Family, facts.Model, facts.Stepping));
        Assert.Equal((4, 6, 3, 3), (facts.Cores, facts.Threads, facts.UsableCores, facts.UsableThreads));
        Assert.Equal((2, 2), (facts.PerformanceCores, facts.EfficiencyCores));
        Assert.Equal(3414, facts.BaseMegahertz);
        Assert.Null(facts.MaxMegahertz);
        Assert.Equal(
            [
                new CacheFacts(1, CacheKind.Data, 48 * 1024, 2),
                new CacheFacts(1, CacheKind.Instruction, 32 * 1024, 1),
                new CacheFacts(2, CacheKind.Unified, 2048 * 1024, 1),
                new CacheFacts(3, CacheKind.Unified, 30 * 1024 * 1024, 1),
            ],
            facts.Caches);
    }

    [Fact]
    public void Cores_of_all_processor_groups_count()
    {
        var kernel = new RecordedWindows { Records = [.. RecordedWindows.Core(0, ulong.MaxValue, 0xff), .. RecordedWindows.Core(0, 0b11)] };

        Assert.Equal(74, new WindowsProcessor(Registry, kernel, usableThreads: 64).Read().Threads);
    }

    [Fact]
    public void An_arm_processor_has_no_x86_numbers()
    {
        var facts = new WindowsProcessor(
            new RecordedRegistry(
                """
                HKEY_LOCAL_MACHINE\HARDWARE\DESCRIPTION\System\CentralProcessor\0
                    Identifier    REG_SZ    ARMv8 (64-bit) Family 8 Model 1 Revision 201
                    ProcessorNameString    REG_SZ    Snapdragon(R) X Elite - X1E78100 - Qualcomm(R) Oryon(TM) CPU
                    VendorIdentifier    REG_SZ    Qualcomm Technologies Inc
                """),
            new RecordedWindows(),
            usableThreads: 12).Read();

        Assert.Equal("Snapdragon(R) X Elite - X1E78100 - Qualcomm(R) Oryon(TM) CPU", facts.Name);
        Assert.Equal(ProcessorVendor.Arm, facts.Vendor);
        Assert.Null(facts.Family);
        Assert.Equal((12, 12), (facts.Cores, facts.Threads));
    }

    [Fact]
    public void Records_that_are_cut_off_anywhere_are_left_out()
    {
        byte[] whole = [.. RecordedWindows.Core(0, 0b11), .. RecordedWindows.Core(0, 0b1100)];

        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Equal(length < whole.Length / 2 ? 0 : 1, WindowsProcessorRecords.Read(whole.AsSpan(0, length)).Cores.Count);
        }
    }

    [Fact]
    public void A_record_of_no_length_ends_the_list()
        => Assert.Empty(WindowsProcessorRecords.Read(new byte[64]).Cores);
}
