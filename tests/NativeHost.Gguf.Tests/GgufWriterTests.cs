using Xunit;

namespace NativeHost.Gguf.Tests;

public sealed class GgufWriterTests
{
    [Fact]
    public void What_was_written_is_read_back()
    {
        var bytes = SampleFiles.Small();
        var file = SampleFiles.Read(bytes);

        Assert.Equal("llama", file.Architecture);
        Assert.Equal("Small", file.Name);
        Assert.Equal(4096, file.ContextLength);
        Assert.Equal(["token_embd.weight", "blk.0.attn_q.weight", "output_norm.weight"], file.Tensors.Select(t => t.Name));
        Assert.Equal([0L, 288L, 384L], file.Tensors.Select(t => t.Offset));
        Assert.Equal([272L, 96L, 256L], file.Tensors.Select(t => t.Bytes!.Value));
        Assert.Equal(bytes.Length, file.DataOffset + 384 + 256);
    }

    [Fact]
    public void Each_tensors_data_lies_where_the_table_says()
    {
        using var writer = new GgufWriter("llama");
        writer.AddTensor("ones", [3], GgufTensorType.F32, stream => stream.Write(Enumerable.Repeat((byte)1, 12).ToArray()));
        writer.AddTensor("twos", [2, 2], GgufTensorType.F16, stream => stream.Write(Enumerable.Repeat((byte)2, 8).ToArray()));
        var bytes = SampleFiles.Written(writer);
        var file = SampleFiles.Read(bytes);

        foreach (var (tensor, value) in file.Tensors.Zip([(byte)1, (byte)2]))
        {
            var data = bytes.AsSpan((int)(file.DataOffset + tensor.Offset), (int)tensor.Bytes!.Value);
            Assert.False(data.ContainsAnyExcept(value));
        }
    }

    [Fact]
    public void A_tokenizer_is_taken_over_from_another_file_byte_by_byte()
    {
        var source = GgufFile.Read(SampleFiles.Ternary);
        using var writer = new GgufWriter("llama");
        writer.Copy(source, "tokenizer.");
        var copy = SampleFiles.Read(SampleFiles.Written(writer));

        var keys = source.Metadata.Keys.Where(key => key.StartsWith("tokenizer.", StringComparison.Ordinal));
        Assert.Equal(keys.Prepend("general.architecture"), copy.Metadata.Keys);
        Assert.Equal("llama", copy.Architecture);
        Assert.Equal(source.ChatTemplate, copy.ChatTemplate);
        Assert.Equal(1024, copy.VocabularySize);
    }

    [Fact]
    public void A_callback_that_writes_too_little_is_refused()
    {
        using var writer = new GgufWriter("llama");
        writer.AddTensor("short", [4], GgufTensorType.F32, stream => stream.Write(new byte[15]));

        Assert.Throws<InvalidOperationException>(() => SampleFiles.Written(writer));
    }

    [Fact]
    public void A_key_or_tensor_is_added_once()
    {
        using var writer = new GgufWriter("llama");
        writer.AddTensor("twin", [4], GgufTensorType.F32, _ => { });

        Assert.Throws<ArgumentException>(() => writer.Add("general.architecture", "gpt2"));
        Assert.Throws<ArgumentException>(() => writer.AddTensor("twin", [4], GgufTensorType.F32, _ => { }));
    }
}
