using System.Globalization;
using NativeHost.Gguf;

namespace NativeHost.ModelCache.Tests.Variants;

/// <summary>The header of a model that is as large as real ones, without its weights.</summary>
internal sealed record ModelHeader(byte[] Bytes, long FileBytes)
{
    /// <summary>A model of the kind and size of Llama 3.2 1B, in 16 bits, of which llama.cpp's memory was measured.</summary>
    public static ModelHeader Llama(Action<GgufWriter>? add = null, string architecture = "llama", uint? vocabularySize = 128_256)
    {
        using var writer = new GgufWriter(architecture);
        writer.Add($"{architecture}.block_count", 16u);
        writer.Add($"{architecture}.context_length", 131_072u);
        writer.Add($"{architecture}.embedding_length", 2048u);
        writer.Add($"{architecture}.attention.head_count", 32u);
        if (vocabularySize is { } size)
        {
            writer.Add($"{architecture}.vocab_size", size);
        }

        add?.Invoke(writer);
        const uint F16 = GgufTensorType.F16;
        const uint F32 = GgufTensorType.F32;
        AddTensor(writer, "token_embd.weight", F16, 2048, 128_256);
        AddTensor(writer, "output_norm.weight", F32, 2048);
        AddTensor(writer, "output.weight", F16, 2048, 128_256);
        for (var layer = 0; layer < 16; layer++)
        {
            var block = string.Create(CultureInfo.InvariantCulture, $"blk.{layer}");
            AddTensor(writer, $"{block}.attn_norm.weight", F32, 2048);
            AddTensor(writer, $"{block}.attn_q.weight", F16, 2048, 2048);
            AddTensor(writer, $"{block}.attn_k.weight", F16, 2048, 512);
            AddTensor(writer, $"{block}.attn_v.weight", F16, 2048, 512);
            AddTensor(writer, $"{block}.attn_output.weight", F16, 2048, 2048);
            AddTensor(writer, $"{block}.ffn_norm.weight", F32, 2048);
            AddTensor(writer, $"{block}.ffn_gate.weight", F16, 2048, 8192);
            AddTensor(writer, $"{block}.ffn_down.weight", F16, 8192, 2048);
            AddTensor(writer, $"{block}.ffn_up.weight", F16, 2048, 8192);
        }

        return Written(writer);
    }

    public static void AddTensor(GgufWriter writer, string name, uint typeId, params long[] dimensions)
    {
        var bytes = GgufTensorType.Find(typeId)!.Bytes(dimensions.Aggregate(1L, (product, dimension) => product * dimension));
        writer.AddTensor(name, dimensions, typeId, stream => stream.Seek(bytes, SeekOrigin.Current));
    }

    public static ModelHeader Written(GgufWriter writer)
    {
        using var stream = new HeaderStream();
        writer.Write(stream);
        return new ModelHeader(stream.Header.ToArray(), stream.Length);
    }

    public GgufFile Read() => GgufFile.ReadStart("model.gguf", Bytes, FileBytes, out _)!;

    /// <summary>Keeps what is written before the first seek, and counts the rest.</summary>
    private sealed class HeaderStream : Stream
    {
        public MemoryStream Header { get; } = new();

        public override bool CanRead => false;

        public override bool CanSeek => true;

        public override bool CanWrite => true;

        public override long Length => Position;

        public override long Position { get; set; }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => Position += offset;

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Header.Length == Position)
            {
                Header.Write(buffer, offset, count);
            }

            Position += count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
