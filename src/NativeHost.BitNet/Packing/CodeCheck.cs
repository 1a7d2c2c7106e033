using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Packing;

/// <summary>Checks a whole file's ternary rows, for a model that is to answer from them before they are packed.</summary>
internal static class CodeCheck
{
    /// <param name="progress">Told the part that is done, 0 to 1, from any thread.</param>
    /// <exception cref="NativeHost.Gguf.ModelFormatException">A matrix is not ternary.</exception>
    public static void Run(TernaryModelFile file, int threads, IProgress<float> progress, CancellationToken cancellationToken)
    {
        var matrices = Enumerable.Range(0, file.Shape.LayerCount)
            .SelectMany(layer => FusedMatrices.All.SelectMany(FusedMatrices.Parts).Select(role => (IRawTernaryRows)file.Matrix(layer, role)))
            .ToList();
        Pieces.Run(matrices, matrix => matrix.CheckCodes(0, matrix.Rows), threads, progress, cancellationToken);
    }
}
