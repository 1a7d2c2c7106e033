using System.Buffers.Binary;
using NativeHost.BitNet.Reading;
using NativeHost.Gguf;
using NativeHost.Inference;

namespace NativeHost.BitNet.Tests.Reading;

public sealed class MutatedModelTests
{
    private const int MutationsOfEach = 5000;
    private const int PageBytes = 4096;
    private static readonly ulong[] LargeNumbers =
        [ulong.MaxValue, long.MaxValue, 1UL << 62, uint.MaxValue, int.MaxValue, 1UL << 31, 1UL << 20, 513, 257, 128, 64, 1, 0];

    [Theory]
    [InlineData(GgufTensorType.I2S)]
    [InlineData(GgufTensorType.TQ2)]
    public void Any_change_of_a_file_leaves_a_model_or_an_error_that_says_so(uint type)
    {
        var original = WholePages(type);
        var headerBytes = HeaderBytes(original);
        var (read, refused) = (0, 0);
        for (var seed = 0; seed < MutationsOfEach; seed++)
        {
            using var file = new SampleFile(Mutated(original, headerBytes, new Random(seed)));
            try
            {
                using var model = TernaryModelFile.Open(file.Path);
                ReadAll(model);
                read++;
            }
            catch (Exception e) when (e is ModelFormatException or UnsupportedModelException or IOException)
            {
                refused++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"The change of seed {seed} broke the reader.", e);
            }
        }

        Assert.True(read > MutationsOfEach / 20 && refused > MutationsOfEach / 20, $"{read} were read, {refused} refused.");
    }

    /// <summary>A file that ends with its last tensor at the end of a page, so that reading on ends the process.</summary>
    private static byte[] WholePages(uint type)
    {
        var missing = PageBytes - (new SampleModel(matrices: type).With("general.description", "").Written().Length % PageBytes);
        var file = new SampleModel(matrices: type).With("general.description", new string(' ', missing)).Written();
        Assert.Equal(0, file.Length % PageBytes);
        return file;
    }

    private static int HeaderBytes(byte[] original)
    {
        using var file = new SampleFile(original);
        return (int)GgufFile.Read(file.Path).DataOffset;
    }

    private static byte[] Mutated(byte[] original, int headerBytes, Random random)
    {
        var file = (byte[])original.Clone();
        switch (random.Next(5))
        {
            case 0:
                for (var count = random.Next(1, 4); count > 0; count--)
                {
                    file[random.Next(headerBytes)] = (byte)random.Next(256);
                }

                break;
            case 1:
                file[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                return file[..random.Next(file.Length)];
            case 3:
                BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(random.Next(headerBytes)), LargeNumbers[random.Next(LargeNumbers.Length)]);
                break;
            default:
                BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(random.Next(headerBytes)), (uint)LargeNumbers[random.Next(LargeNumbers.Length)]);
                break;
        }

        return file;
    }

    private static void ReadAll(TernaryModelFile model)
    {
        for (var layer = 0; layer < model.Shape.LayerCount; layer++)
        {
            foreach (var role in Enum.GetValues<MatrixRole>())
            {
                ReadAll(model.Matrix(layer, role));
            }
        }

        var values = new float[model.Embedding.Columns];
        for (var row = 0; row < model.Embedding.Rows; row++)
        {
            model.Embedding.Read(row, values);
            model.OutputRows?.Read(row, values);
        }
    }

    private static void ReadAll(ITernaryRows rows)
    {
        var codes = new byte[rows.Columns];
        for (var row = 0; row < rows.Rows; row++)
        {
            var scale = rows.Read(row, codes);
            Assert.False(codes.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)2));
            Assert.True(float.IsFinite(scale));
        }

        if (rows is IRawTernaryRows raw)
        {
            raw.CheckCodes(0, rows.Rows);
        }
    }
}
