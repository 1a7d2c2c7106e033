using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Model;

/// <summary>Puts a model's weights together, in the forms that they can be computed in. All give the same outputs.</summary>
internal unsafe interface IWeightForms<out TWeights>
{
    /// <summary>Whether the file's own rows are computed with until they are packed.</summary>
    bool HasRaw { get; }

    /// <summary>The rows as they lie in the file; only where <see cref="HasRaw"/>.</summary>
    TWeights Raw();

    /// <summary>The packed form.</summary>
    /// <param name="block">[layout.Bytes]; has to outlive what is put together.</param>
    TWeights Packed(PackedLayout layout, byte* block);
}
