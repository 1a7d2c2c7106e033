using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;
using NativeHost.Inference.Machine;

namespace NativeHost.BitNet.Model;

/// <summary>How much memory a ternary model takes.</summary>
internal sealed class TernaryMemory(TernaryShape shape, BitNetOptions options) : IMemoryEstimate
{
    /// <summary>Threads, code.</summary>
    private const long FixedBytes = 32L * 1024 * 1024;

    /// <summary>The tokenizer's tables: 70 MB for the 128,256 tokens and their merges of the 2B model, measured.</summary>
    private const long BytesPerToken = 550;

    /// <summary>Rows of floats as wide as the widest that a token has in a step, generously.</summary>
    private const int RowsPerToken = 8;

    private long CacheBytesPerToken => options.SequenceCount
        * KvCache.BytesPerToken(options.Cache, shape.LayerCount, shape.KvHeadCount, ModelWidths.Of(shape).Head);

    /// <summary>Weights and buffers: the packed form, and of the file what rows are looked up in.</summary>
    private long BytesWithoutCache
    {
        get
        {
            var widths = ModelWidths.Of(shape);
            return FixedBytes
                + (shape.VocabularySize * BytesPerToken)
                + PackedLayout.Of(shape, options.Head).Bytes
                + (options.Head == HeadForm.Half ? (long)shape.VocabularySize * shape.Width * sizeof(short) : 0)
                + ((long)BitNetModel.TokensAtOnce * widths.Widest * sizeof(float) * RowsPerToken)
                + ((long)options.SequenceCount * shape.VocabularySize * sizeof(float));
        }
    }

    public long Bytes(int contextTokens) => BytesWithoutCache + (contextTokens * CacheBytesPerToken);

    public int LargestContext(long availableBytes)
        => (int)Math.Clamp((availableBytes - BytesWithoutCache) / CacheBytesPerToken, 0, int.MaxValue);
}
