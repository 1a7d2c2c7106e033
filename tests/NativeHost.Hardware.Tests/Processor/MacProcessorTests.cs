using NativeHost.Hardware.Processor;
using NativeHost.Hardware.Tests.Recorded;
using Xunit;

namespace NativeHost.Hardware.Tests.Processor;

public sealed class MacProcessorTests
{
    [Fact]
    public void An_apple_chip_is_told_with_both_kinds_of_its_cores()
    {
        var facts = new MacProcessor(
            new RecordedMac(
                """
                machdep.cpu.brand_string: Apple M3 Pro
                hw.physicalcpu: 11
                hw.logicalcpu: 11
                hw.packages: 1
                hw.nperflevels: 2
                hw.perflevel0.name: Performance
                hw.perflevel0.physicalcpu: 5
                hw.perflevel0.l1dcachesize: 131072
                hw.perflevel0.l1icachesize: 196608
                hw.perflevel0.l2cachesize: 16777216
                hw.perflevel0.cpusperl2: 5
                hw.perflevel1.name: Efficiency
                hw.perflevel1.physicalcpu: 6
                hw.perflevel1.l1dcachesize: 65536
                hw.perflevel1.l1icachesize: 131072
                hw.perflevel1.l2cachesize: 4194304
                hw.perflevel1.cpusperl2: 6
                """),
            usableThreads: 11).Read();

        Assert.Equal("Apple M3 Pro", facts.Name);
        Assert.Equal((ProcessorVendor.Apple, "AppleM3"), (facts.Vendor, facts.Generation));
        Assert.Null(facts.Family);
        Assert.Equal((11, 11, 11), (facts.Cores, facts.Threads, facts.UsableCores));
        Assert.Equal((5, 6), (facts.PerformanceCores, facts.EfficiencyCores));
        Assert.Null(facts.MaxMegahertz);
        Assert.Equal(
            [
                new CacheFacts(1, CacheKind.Data, 131072, 5),
                new CacheFacts(1, CacheKind.Data, 65536, 6),
                new CacheFacts(1, CacheKind.Instruction, 196608, 5),
                new CacheFacts(1, CacheKind.Instruction, 131072, 6),
                new CacheFacts(2, CacheKind.Unified, 16777216, 1),
                new CacheFacts(2, CacheKind.Unified, 4194304, 1),
            ],
            facts.Caches);
    }

    [Fact]
    public void Caches_that_several_cores_share_are_counted_once()
    {
        // An M3 Ultra: four clusters of five fast cores, two of four slow ones.
        var facts = new MacProcessor(
            new RecordedMac(
                """
                hw.physicalcpu: 28
                hw.logicalcpu: 28
                hw.nperflevels: 2
                hw.perflevel0.physicalcpu: 20
                hw.perflevel0.l2cachesize: 16777216
                hw.perflevel0.cpusperl2: 5
                hw.perflevel1.physicalcpu: 8
                hw.perflevel1.l2cachesize: 4194304
                hw.perflevel1.cpusperl2: 4
                """),
            usableThreads: 28).Read();

        Assert.Equal([new CacheFacts(2, CacheKind.Unified, 16777216, 4), new CacheFacts(2, CacheKind.Unified, 4194304, 2)], facts.Caches);
    }

    [Fact]
    public void An_intel_mac_has_clocks_and_a_third_level()
    {
        var facts = new MacProcessor(
            new RecordedMac(
                """
                machdep.cpu.brand_string: Intel(R) Core(TM) i7-8750H CPU @ 2.20GHz
                machdep.cpu.vendor: GenuineIntel
                machdep.cpu.family: 6
                machdep.cpu.model: 158
                machdep.cpu.stepping: 10
                hw.physicalcpu: 6
                hw.logicalcpu: 12
                hw.packages: 1
                hw.cpufrequency: 2200000000
                hw.cpufrequency_max: 2200000000
                hw.l1dcachesize: 32768
                hw.l1icachesize: 32768
                hw.l2cachesize: 262144
                hw.l3cachesize: 9437184
                """),
            usableThreads: 12).Read();

        Assert.Equal((ProcessorVendor.Intel, "IntelSkylake"), (facts.Vendor, facts.Generation));
        Assert.Equal((6, 158, 10), (facts.Family, facts.Model, facts.Stepping));
        Assert.Equal((6, 12), (facts.Cores, facts.Threads));
        Assert.Null(facts.PerformanceCores);
        Assert.Equal((2200, 2200), (facts.BaseMegahertz, facts.MaxMegahertz));
        Assert.Equal(
            [
                new CacheFacts(1, CacheKind.Data, 32768, 6),
                new CacheFacts(1, CacheKind.Instruction, 32768, 6),
                new CacheFacts(2, CacheKind.Unified, 262144, 6),
                new CacheFacts(3, CacheKind.Unified, 9437184, 1),
            ],
            facts.Caches);
    }

    [Fact]
    public void A_kernel_that_tells_nothing_still_has_a_core()
        => Assert.Equal(3, new MacProcessor(new RecordedMac(""), usableThreads: 3).Read().Cores);
}
