using NativeHost.Gguf;
using NativeHost.Inference;

namespace NativeHost.BitNet.Reading;

/// <summary>A file with a ternary model, opened: its header checked, its small tensors read, the large ones where they lie in the mapping.</summary>
/// <remarks>
/// Immutable, so any thread may use it; what it gives must not be used any more when it is disposed. Opening does not read the codes:
/// whether they are ternary shows when rows are read.
/// </remarks>
internal sealed class TernaryModelFile : IDisposable
{
    private readonly ModelMapping _mapping;
    private readonly Dictionary<(int Layer, MatrixRole Role), ITernaryRows> _matrices = [];
    private readonly Dictionary<(int Layer, NormRole Role), float[]> _norms = [];

    private TernaryModelFile(GgufFile file, ModelMapping mapping, TernaryShape shape)
    {
        _mapping = mapping;
        Header = file;
        Shape = shape;
        var tensors = new ModelTensors(file, mapping);
        Embedding = tensors.Dense(TensorNames.Embedding, shape.VocabularySize, shape.Width) ?? throw tensors.Missing(TensorNames.Embedding);
        OutputRows = tensors.Dense(TensorNames.Output, shape.VocabularySize, shape.Width);
        OutputNorm = tensors.Vector(TensorNames.OutputNorm, shape.Width) ?? throw tensors.Missing(TensorNames.OutputNorm);
        RopeFactors = ReadRopeFactors(tensors);
        for (var layer = 0; layer < shape.LayerCount; layer++)
        {
            ReadNorms(tensors, layer);
            ReadMatrices(tensors, layer);
        }

        tensors.RequireAllTaken();
    }

    public TernaryShape Shape { get; }

    /// <summary>The header, for the tokenizer.</summary>
    public GgufFile Header { get; }

    /// <summary>A row of the width for each token.</summary>
    public IDenseRows Embedding { get; }

    /// <summary>A row of the width for each token, which gives its logit; null where the embedding does.</summary>
    public IDenseRows? OutputRows { get; }

    /// <summary>Weights of the norm before the output, as many as the width.</summary>
    public float[] OutputNorm { get; }

    /// <summary>What the frequency of each rotated pair is divided by; null where none is.</summary>
    public float[]? RopeFactors { get; }

    /// <exception cref="ModelFormatException">The file is damaged or cut short, or what it says does not go together.</exception>
    /// <exception cref="UnsupportedModelException">It is no ternary model, or of a kind that is not run here.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static TernaryModelFile Open(string path)
    {
        var file = ModelFile.ReadHeader(path);
        CheckContent(file);
        var shape = new ShapeReader(file).Read();
        var mapping = new ModelMapping(path);
        try
        {
            return new TernaryModelFile(file, mapping, shape);
        }
        catch
        {
            mapping.Dispose();
            throw;
        }
    }

    /// <summary>The bytes before the weights: metadata and tensor table. Valid until this is disposed.</summary>
    public unsafe ReadOnlySpan<byte> HeaderBytes
    {
        get
        {
            var length = Math.Min(Header.DataOffset, _mapping.Length);
            return new ReadOnlySpan<byte>(_mapping.At(0, length), checked((int)length));
        }
    }

    /// <summary>Bytes of the file when it was opened.</summary>
    public long FileBytes => _mapping.Length;

    /// <inheritdoc cref="ModelMapping.WrittenAt"/>
    public DateTime WrittenAt => _mapping.WrittenAt;

    /// <summary>A matrix; an <see cref="IRawTernaryRows"/> too where a kernel can compute with it as it is stored.</summary>
    public ITernaryRows Matrix(int layer, MatrixRole role) => _matrices[(layer, role)];

    /// <summary>The weights of a norm that the model has: of the architecture's own, or as the shape says.</summary>
    /// <exception cref="KeyNotFoundException">It has none there.</exception>
    public float[] Norm(int layer, NormRole role) => _norms[(layer, role)];

    /// <summary>The weights of a norm, or null where the model has none there.</summary>
    public float[]? OptionalNorm(int layer, NormRole role) => _norms.GetValueOrDefault((layer, role));

    /// <inheritdoc cref="ModelMapping.LetPagesGo"/>
    public void LetPagesGo() => _mapping.LetPagesGo();

    public void Dispose() => _mapping.Dispose();

    private static void CheckContent(GgufFile file)
    {
        var architecture = file.Architecture ?? "";
        if (!TernaryDialect.IsKnown(architecture))
        {
            var name = architecture.Length > 0 ? architecture : "GGUF without an architecture";
            throw new UnsupportedModelException(name, $"{file.Path} is of the architecture {name}, of which no ternary models are run here.");
        }

        if (file.SplitCount is > 1 and var count)
        {
            throw new UnsupportedModelException("split GGUF", $"{file.Path} is one of the {count} files of a model; ternary models are read from one file.");
        }

        // Before the shape: a file in another encoding is refused for that, whatever else is unusual about it.
        foreach (var tensor in file.Tensors.Where(tensor => TensorNames.IsMatrix(tensor.Name)))
        {
            TernaryDialect.CheckMatrix(file, tensor);
        }
    }

    private float[]? ReadRopeFactors(ModelTensors tensors)
    {
        var factors = tensors.Vector(TensorNames.RopeFactors, Shape.RopeLength / 2);
        return factors is null || Array.TrueForAll(factors, factor => factor > 0)
            ? factors
            : throw tensors.Wrong($"tensor {TensorNames.RopeFactors} has a number that is not above 0");
    }

    private void ReadNorms(ModelTensors tensors, int layer)
    {
        foreach (var role in NormsOf(Shape))
        {
            var name = TensorNames.Of(layer, role);
            _norms.Add((layer, role), tensors.Vector(name, LengthOf(role)) ?? throw tensors.Missing(name));
        }
    }

    private void ReadMatrices(ModelTensors tensors, int layer)
    {
        var (width, inner) = (Shape.Width, Shape.FeedForwardWidth);
        var (queries, keys) = (Shape.HeadCount * Shape.HeadLength, Shape.KvHeadCount * Shape.HeadLength);
        Read(MatrixRole.Query, queries, width);
        Read(MatrixRole.Key, keys, width);
        Read(MatrixRole.Value, keys, width);
        Read(MatrixRole.Output, width, queries);
        Read(MatrixRole.Gate, inner, width);
        Read(MatrixRole.Up, inner, width);
        Read(MatrixRole.Down, width, inner);

        void Read(MatrixRole role, int rows, int columns)
            => _matrices.Add((layer, role), tensors.Matrix(TensorNames.Of(layer, role), rows, columns, ScaleFactor(tensors, layer, role)));
    }

    /// <summary>What files of the BitNet architectures may have besides each matrix's own scale.</summary>
    private float ScaleFactor(ModelTensors tensors, int layer, MatrixRole role)
    {
        var name = TensorNames.ScaleOf(layer, role);
        if (!TernaryDialect.IsBitNet(Shape.Architecture) || tensors.Vector(name, 1) is not [var factor])
        {
            return 1;
        }

        return factor > 0 ? factor : throw tensors.Wrong($"tensor {name} is {factor}; it must be above 0");
    }

    private static IEnumerable<NormRole> NormsOf(TernaryShape shape)
    {
        NormRole[] own = shape.Architecture switch
        {
            "llama" => [],
            "qwen3" => [NormRole.QueryHead, NormRole.KeyHead],
            "gemma3" => [NormRole.QueryHead, NormRole.KeyHead, NormRole.PostAttention, NormRole.PostFeedForward],
            _ => [NormRole.AttentionSub, NormRole.FeedForwardSub],
        };
        NormRole[] ofInputs = !shape.HasInputNorms
            ? []
            : [NormRole.QueryIn, NormRole.KeyIn, NormRole.ValueIn, NormRole.OutputIn, NormRole.GateIn, NormRole.UpIn, NormRole.DownIn];
        return [NormRole.Attention, NormRole.FeedForward, .. own, .. ofInputs];
    }

    private int LengthOf(NormRole role) => role switch
    {
        NormRole.AttentionSub or NormRole.OutputIn => Shape.HeadCount * Shape.HeadLength,
        NormRole.FeedForwardSub or NormRole.DownIn => Shape.FeedForwardWidth,
        NormRole.QueryHead or NormRole.KeyHead => Shape.HeadLength,
        _ => Shape.Width,
    };
}
