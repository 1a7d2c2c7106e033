using System.Globalization;
using NativeHost.Gguf;

namespace NativeHost.Hardware.Planning;

/// <summary>What the files of a model say of it before any weight is read.</summary>
public sealed class ModelHeader
{
    /// <summary>More files are in no model, and a stranger's number must not keep us opening them.</summary>
    private const int MostFiles = 1000;

    private ModelHeader(GgufFile first, IReadOnlyList<GgufTensor> tensors, long fileBytes, bool isWhole)
        => (First, Tensors, FileBytes, IsWhole) = (first, tensors, fileBytes, isWhole);

    /// <summary>Of the only file, or of the first, which describes the model.</summary>
    public GgufFile First { get; }

    /// <summary>Of all files that were read.</summary>
    public IReadOnlyList<GgufTensor> Tensors { get; }

    /// <summary>Of all files of the model.</summary>
    public long FileBytes { get; }

    /// <summary>Whether <see cref="Tensors"/> are all tensors of the model.</summary>
    public bool IsWhole { get; }

    /// <summary>Reads the headers of a file, and of the other files of a split model where they lie beside it.</summary>
    /// <param name="path">Of the only file, or of the first.</param>
    /// <exception cref="ModelFormatException">One is not GGUF, is damaged or cut short.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static ModelHeader Read(string path) => Of(GgufFile.Read(path));

    /// <summary>The same of a file whose header was read.</summary>
    /// <inheritdoc cref="Read"/>
    public static ModelHeader Of(GgufFile first)
    {
        var count = first.SplitCount ?? 1;
        var ending = SplitEnding(1, count);
        if (count is <= 1 or > MostFiles || !first.Path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
        {
            return Of(first, first.FileBytes);
        }

        var (tensors, bytes) = (first.Tensors.ToList(), first.FileBytes);
        for (var number = 2; number <= count; number++)
        {
            var path = first.Path[..^ending.Length] + SplitEnding(number, count);
            if (!File.Exists(path))
            {
                return Of(first, first.FileBytes);
            }

            var part = GgufFile.Read(path);
            tensors.AddRange(part.Tensors);
            bytes += part.FileBytes;
        }

        return new ModelHeader(first, tensors, bytes, isWhole: true);
    }

    /// <summary>The header of a model whose files are elsewhere.</summary>
    /// <param name="fileBytes">Of all its files.</param>
    public static ModelHeader Of(GgufFile first, long fileBytes)
        => new(first, first.Tensors, fileBytes, isWhole: first.SplitCount is null or <= 1);

    /// <summary>How the name of a file ends that is one of several of a model.</summary>
    /// <param name="number">From 1 on.</param>
    public static string SplitEnding(int number, int count) => string.Create(CultureInfo.InvariantCulture, $"-{number:D5}-of-{count:D5}.gguf");
}
