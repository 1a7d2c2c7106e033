using NativeHost.BitNet.Heads;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Packing;

/// <summary>Where the packed matrices of a model lie in one block of memory, or in a file that is one.</summary>
/// <remarks>For each layer attention, output, gate and up, down; then the head's copy of the embedding. Tiles first, then row scales, each 64-byte aligned.</remarks>
internal sealed class PackedLayout
{
    private const int Alignment = 64;

    private readonly PackedPlace[] _places;

    private PackedLayout(PackedPlace[] places, PackedPlace? head, HeadForm headForm, long bytes)
        => (_places, Head, HeadForm, Bytes) = (places, head, headForm, bytes);

    /// <summary>Size of the block.</summary>
    public long Bytes { get; }

    public HeadForm HeadForm { get; }

    /// <summary>The head's copy; null where it reads the embedding itself.</summary>
    public PackedPlace? Head { get; }

    public PackedPlace Place(int layer, FusedMatrix matrix) => _places[(layer * FusedMatrices.Count) + (int)matrix];

    public static PackedLayout Of(TernaryShape shape, HeadForm headForm)
    {
        var next = 0L;
        var places = new PackedPlace[shape.LayerCount * FusedMatrices.Count];
        for (var layer = 0; layer < shape.LayerCount; layer++)
        {
            foreach (var matrix in FusedMatrices.All)
            {
                var (rows, columns) = FusedMatrices.Size(matrix, shape);
                places[(layer * FusedMatrices.Count) + (int)matrix] = Put(
                    rows, columns, TernaryMatrix.BytesOf(rows, columns), TernaryMatrix.TileCountOf(rows) * TernaryMatrix.TileRows, ref next);
            }
        }

        PackedPlace? head = headForm switch
        {
            HeadForm.Half => null,
            HeadForm.Byte => PutHead(ByteHead.BytesOf(shape.VocabularySize, shape.Width), shape, ref next),
            HeadForm.Nibble => PutHead(NibbleHead.BytesOf(shape.VocabularySize, shape.Width), shape, ref next),
            _ => throw new ArgumentOutOfRangeException(nameof(headForm), headForm, "Not a form."),
        };
        return new PackedLayout(places, head, headForm, next);
    }

    private static PackedPlace PutHead(long bytes, TernaryShape shape, ref long next)
        => Put(shape.VocabularySize, shape.Width, bytes, OutputHead.RowScaleCountOf(shape.VocabularySize), ref next);

    private static PackedPlace Put(int rows, int columns, long tileBytes, int scaleCount, ref long next)
    {
        var tiles = next;
        var scales = Aligned(tiles + tileBytes);
        next = Aligned(scales + ((long)scaleCount * sizeof(float)));
        return new PackedPlace(rows, columns, tiles, scales);
    }

    private static long Aligned(long offset) => (offset + Alignment - 1) / Alignment * Alignment;
}

/// <summary>One matrix in the block.</summary>
/// <param name="Tiles">Offset of its tiles, in bytes.</param>
/// <param name="Scales">Offset of its row scales, in bytes.</param>
internal readonly record struct PackedPlace(int Rows, int Columns, long Tiles, long Scales);

/// <summary>How the output head is computed.</summary>
internal enum HeadForm
{
    /// <summary>From the embedding itself, in 16-bit floats.</summary>
    Half,

    /// <summary>From a copy in 8 bits, the largest logits from the embedding itself.</summary>
    Byte,

    /// <summary>From a copy in 4 bits, the largest logits from the embedding itself.</summary>
    Nibble,
}
