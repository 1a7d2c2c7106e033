using NativeHost.BitNet.Heads;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Packing;

/// <summary>Packs a whole model into one block of memory.</summary>
internal static unsafe class WeightPacking
{
    /// <summary>Tiles of a piece of work: some hundred KB, so that threads end together and a cancel is heard.</summary>
    private const int TilesAtOnce = 32;

    /// <param name="block">[layout.Bytes]; every matrix in it is written whole.</param>
    /// <param name="progress">Told the part that is done, 0 to 1, from any thread.</param>
    /// <exception cref="NativeHost.Gguf.ModelFormatException">A matrix is not ternary after all.</exception>
    public static void Pack(
        TernaryModelFile file, PackedLayout layout, byte* block, int threads, IProgress<float> progress, CancellationToken cancellationToken)
        => Pieces.Run(PiecesOf(file, layout, block), piece => piece(), threads, progress, cancellationToken);

    private static List<Action> PiecesOf(TernaryModelFile file, PackedLayout layout, byte* block)
    {
        var pieces = new List<Action>();
        for (var layer = 0; layer < file.Shape.LayerCount; layer++)
        {
            foreach (var matrix in FusedMatrices.All)
            {
                AddMatrix(file, layer, matrix, layout.Place(layer, matrix), block, pieces);
            }
        }

        if (layout.Head is { } head)
        {
            AddHead(file.OutputRows ?? file.Embedding, head, layout.HeadForm, block, pieces);
        }

        return pieces;
    }

    private static void AddMatrix(TernaryModelFile file, int layer, FusedMatrix matrix, PackedPlace place, byte* block, List<Action> pieces)
    {
        var tileBytes = TernaryMatrix.PaddedColumnsOf(place.Columns) * TernaryMatrix.TileRows / 4;
        var isInterleaved = FusedMatrices.IsInterleaved(matrix, file.Shape);
        var firstOfPart = 0;
        foreach (var role in FusedMatrices.Parts(matrix))
        {
            var rows = file.Matrix(layer, role);
            var tileCount = TernaryMatrix.TileCountOf(rows.Rows);
            var start = firstOfPart;
            for (var first = 0; first < tileCount; first += TilesAtOnce)
            {
                var (firstTile, endTile) = (first, Math.Min(first + TilesAtOnce, tileCount));
                pieces.Add(() =>
                {
                    var codes = new byte[TernaryMatrix.PaddedColumnsOf(rows.Columns)];
                    for (var tile = firstTile; tile < endTile; tile++)
                    {
                        // The packer counts tiles from the part's first; the difference to where this one goes is put into the pointers.
                        var shift = isInterleaved ? start + tile : start;
                        TernaryPacker.Pack(
                            rows,
                            tile,
                            tile + 1,
                            block + place.Tiles + ((long)shift * tileBytes),
                            (float*)(block + place.Scales) + (shift * TernaryMatrix.TileRows),
                            codes);
                    }
                });
            }

            firstOfPart += isInterleaved ? 1 : tileCount;
        }
    }

    private static void AddHead(IDenseRows source, PackedPlace place, HeadForm form, byte* block, List<Action> pieces)
    {
        var tileCount = OutputHead.TileCountOf(source.Rows);
        for (var first = 0; first < tileCount; first += TilesAtOnce)
        {
            var (firstTile, endTile) = (first, Math.Min(first + TilesAtOnce, tileCount));
            pieces.Add(() =>
            {
                var tiles = block + place.Tiles;
                var scales = (float*)(block + place.Scales);
                if (form == HeadForm.Byte)
                {
                    HeadPacking.PackBytes(source, firstTile, endTile, tiles, scales);
                }
                else
                {
                    HeadPacking.PackNibbles(source, firstTile, endTile, tiles, scales);
                }
            });
        }
    }
}
