using System.Buffers.Binary;
using System.Globalization;
using Xunit;

namespace NativeHost.Gguf.Tests;

/// <summary>Headers damaged at random, and headers made to cost as much memory as they can.</summary>
public sealed class MutatedHeaderTests
{
    /// <summary>
    /// Bytes allocated for a byte of the file, at worst: a pair of 13 bytes becomes an entry of a growing dictionary.
    /// </summary>
    private const int MostMultiple = 24;

    /// <summary>An exception, its message and its stack trace, however short the file.</summary>
    private const int FixedBytes = 32 * 1024;

    private static readonly ulong[] OddNumbers =
        [0, 1, 3, 9, 0x7F, 0xFF, 0xFFFF, int.MaxValue, uint.MaxValue, 1UL << 62, long.MaxValue, 1UL << 63, ulong.MaxValue];

    [Fact]
    public void Ten_thousand_damaged_headers_are_read_or_refused_within_their_memory()
    {
        const int Seed = 4_711;
        var random = new Random(Seed);
        byte[][] originals = [SampleFiles.Small(), File.ReadAllBytes(SampleFiles.DenseQ8)[..4096]];
        ReadOrRefuse(originals[0]);
        ReadOrRefuse(originals[1]);

        var read = 0;
        var cases = LongRun.Rounds(usual: 10_000, whenLong: 1_000_000);
        for (var i = 0; i < cases; i++)
        {
            var damaged = Damaged(originals[i % 2], random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            read += ReadOrRefuse(damaged) ? 1 : 0;
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(
                allocated <= (MostMultiple * (long)damaged.Length) + FixedBytes,
                $"Case {i} of seed {Seed} allocated {allocated} bytes for {damaged.Length}.");
        }

        // Both outcomes must occur, or the damage is too little or too much to test anything.
        Assert.InRange(read, cases / 100, cases - (cases / 100));
    }

    [Fact]
    public void A_file_of_the_smallest_pairs_stays_within_its_memory()
    {
        const int Count = 60_000;
        AssertWithinMemory(SampleFiles.Raw(0, Count, writer =>
        {
            for (var i = 0; i < Count; i++)
            {
                writer.WriteText(i.ToString("x", CultureInfo.InvariantCulture));
                writer.Write(7u);
                writer.Write(true);
            }
        }));
    }

    [Theory]
    [InlineData(70_000UL, 0UL)]
    [InlineData(0UL, 70_000UL)]
    public void More_entries_than_any_model_has_are_refused_before_they_are_read(ulong tensors, ulong pairs)
        => Assert.Throws<ModelFormatException>(() => SampleFiles.Read(SampleFiles.Raw(tensors, pairs, writer => writer.Write(new byte[4_000_000]))));

    [Fact]
    public void A_file_of_the_smallest_arrays_stays_within_its_memory()
    {
        const int Count = 50_000;
        AssertWithinMemory(SampleFiles.Raw(0, Count, writer =>
        {
            for (var i = 0; i < Count; i++)
            {
                writer.WriteText(i.ToString("x", CultureInfo.InvariantCulture));
                writer.Write(9u);
                writer.Write(0u);
                writer.Write(1UL);
                writer.Write((byte)1);
            }
        }));
    }

    [Fact]
    public void A_file_of_the_smallest_tensors_stays_within_its_memory()
    {
        const int Count = 50_000;
        AssertWithinMemory(SampleFiles.Raw(
            Count,
            0,
            writer =>
            {
                for (var i = 0; i < Count; i++)
                {
                    writer.WriteTensor(i.ToString("x", CultureInfo.InvariantCulture), [1], GgufTensorType.F32, 0);
                }
            },
            zeros: 64));
    }

    [Fact]
    public void A_damaged_header_that_comes_in_pieces_is_read_or_refused_as_the_whole_is()
    {
        const int Seed = 815;
        var random = new Random(Seed);
        var original = SampleFiles.Small();
        for (var i = 0; i < LongRun.Rounds(usual: 2_000, whenLong: 200_000); i++)
        {
            var damaged = Damaged(original, random);
            Assert.True(ReadOrRefuse(damaged) == ReadOrRefuseInPieces(damaged), $"Case {i} of seed {Seed}.");
        }
    }

    private static bool ReadOrRefuseInPieces(byte[] bytes)
    {
        try
        {
            var needed = 1L;
            while (GgufFile.ReadStart("sample.gguf", bytes.AsMemory(0, (int)needed), bytes.Length, out var more) is null)
            {
                Assert.InRange(more, needed + 1, bytes.Length);
                needed = more;
            }

            return true;
        }
        catch (ModelFormatException)
        {
            return false;
        }
    }

    private static void AssertWithinMemory(byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(ReadOrRefuse(bytes));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{(double)allocated / bytes.Length:F1} bytes a byte");
        Assert.InRange(allocated, 0, MostMultiple * (long)bytes.Length);
    }

    private static bool ReadOrRefuse(byte[] bytes)
    {
        try
        {
            SampleFiles.Read(bytes);
            return true;
        }
        catch (ModelFormatException)
        {
            return false;
        }
    }

    private static byte[] Damaged(byte[] original, Random random)
    {
        var bytes = (byte[])original.Clone();
        for (var strokes = random.Next(1, 5); strokes > 0; strokes--)
        {
            var at = random.Next(bytes.Length - sizeof(ulong));
            var number = OddNumbers[random.Next(OddNumbers.Length)];
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), number);
                    break;
                case 3:
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), (uint)number);
                    break;
                case 4:
                    // The counts of tensors and of pairs.
                    BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8 + (8 * random.Next(2))), number);
                    break;
                default:
                    // One part of the file over another.
                    var length = random.Next(1, Math.Min(64, bytes.Length - at));
                    bytes.AsSpan(random.Next(bytes.Length - length), length).CopyTo(bytes.AsSpan(at));
                    break;
            }
        }

        return random.Next(8) == 0 ? bytes[..random.Next(16, bytes.Length)] : bytes;
    }
}
