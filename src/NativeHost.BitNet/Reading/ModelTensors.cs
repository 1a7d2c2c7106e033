using NativeHost.Gguf;
using NativeHost.Inference;

namespace NativeHost.BitNet.Reading;

/// <summary>The tensors of a file by name. Each is taken for what it is, and at the end none may be left.</summary>
internal sealed class ModelTensors(GgufFile file, ModelMapping mapping)
{
    private readonly Dictionary<string, GgufTensor> _byName = file.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>A ternary matrix.</summary>
    /// <exception cref="ModelFormatException">It is missing, of another shape, or cannot be read.</exception>
    /// <exception cref="UnsupportedModelException">It is of a type that is not read here.</exception>
    public ITernaryRows Matrix(string name, int rows, int columns, float factor)
    {
        var tensor = Take(name) ?? throw Missing(name);
        CheckShape(tensor, columns, rows);
        TernaryDialect.CheckMatrix(file, tensor);
        return TernaryRows.Of(file, mapping, tensor, factor);
    }

    /// <summary>A matrix of numbers, or null where there is none.</summary>
    /// <exception cref="ModelFormatException">It is of another shape, or the file does not hold it.</exception>
    /// <exception cref="UnsupportedModelException">It is of a type that is not read here.</exception>
    public DenseRows? Dense(string name, int rows, int columns)
    {
        if (Take(name) is not { } tensor)
        {
            return null;
        }

        CheckShape(tensor, columns, rows);
        return DenseRows.Of(file, mapping, OfReadableType(tensor));
    }

    /// <summary>Some numbers, or null where there are none.</summary>
    /// <exception cref="ModelFormatException">There are not so many, one is not finite, or the file does not hold them.</exception>
    /// <exception cref="UnsupportedModelException">They are of a type that is not read here.</exception>
    public float[]? Vector(string name, int length)
    {
        if (Take(name) is not { } tensor)
        {
            return null;
        }

        CheckShape(tensor, length);
        var stored = DenseRows.Of(file, mapping, OfReadableType(tensor));
        var values = new float[length];
        stored.Read(0, values);
        return values;
    }

    /// <exception cref="UnsupportedModelException">A tensor was never taken: the model computes something that is not computed here.</exception>
    public void RequireAllTaken()
    {
        if (file.Tensors.FirstOrDefault(tensor => !_taken.Contains(tensor.Name)) is { } other)
        {
            throw new UnsupportedModelException(
                file.Architecture!, $"{file.Path} has a tensor {other.Name}, for which the architecture {file.Architecture} has no use here.");
        }
    }

    public ModelFormatException Missing(string name) => Wrong($"tensor {name} is missing");

    public ModelFormatException Wrong(string problem) => new(file.Path, file.TensorTableOffset, problem + ".");

    private GgufTensor? Take(string name)
    {
        var tensor = _byName.GetValueOrDefault(name);
        if (tensor is not null)
        {
            _taken.Add(name);
        }

        return tensor;
    }

    private void CheckShape(GgufTensor tensor, params ReadOnlySpan<long> dimensions)
    {
        if (!dimensions.SequenceEqual(tensor.Dimensions.ToArray()))
        {
            var (found, needed) = (string.Join(" × ", tensor.Dimensions), string.Join(" × ", dimensions.ToArray()));
            throw Wrong($"tensor {tensor.Name} has {found} elements where the header makes it {needed}");
        }
    }

    private GgufTensor OfReadableType(GgufTensor tensor) => DenseBlocks.Find(tensor.TypeId) is not null
        ? tensor
        : throw new UnsupportedModelException(
            $"{file.Architecture} {tensor.TypeName}",
            $"{file.Path} holds {tensor.Name} in the type {tensor.TypeName}; it is read in {DenseBlocks.Names}.");
}
