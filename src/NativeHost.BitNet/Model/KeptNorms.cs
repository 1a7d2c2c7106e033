using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Model;

/// <summary>A model's norms where kernels find them: as long as their row's stride, zeros behind their length. Each is made once.</summary>
internal sealed unsafe class KeptNorms(TernaryModelFile file, AlignedMemory memory)
{
    private readonly Dictionary<(int Layer, NormRole Role), nint> _norms = [];
    private nint _output;

    /// <returns>0 where the model has none there.</returns>
    public nint Of(int layer, NormRole role, int stride)
    {
        if (!_norms.TryGetValue((layer, role), out var kept))
        {
            kept = file.OptionalNorm(layer, role) is { } norm ? Keep(norm, stride) : 0;
            _norms.Add((layer, role), kept);
        }

        return kept;
    }

    /// <summary>The norm behind the last layer.</summary>
    public nint Output(int stride) => _output = _output != 0 ? _output : Keep(file.OutputNorm, stride);

    private nint Keep(float[] norm, int stride)
    {
        var kept = memory.New<float>(stride);
        norm.CopyTo(new Span<float>(kept, stride));
        return (nint)kept;
    }
}
