using Xunit;

namespace NativeHost.Gguf.Tests;

/// <summary>Headers of which only the first bytes are here.</summary>
public sealed class HeaderStartTests
{
    private const string Name = "acme/tiny/model.gguf";

    [Fact]
    public void Every_start_of_a_header_asks_for_more_until_the_header_is_whole()
    {
        var whole = SampleFiles.Small();
        var expected = SampleFiles.Read(whole);
        var headerBytes = HeaderBytesOf(expected);
        for (var length = 0; length < headerBytes; length++)
        {
            Assert.Null(GgufFile.ReadStart(Name, whole.AsMemory(0, length), whole.Length, out var needed));

            // Promises nothing that the header does not need, and always gets on.
            Assert.InRange(needed, length + 1, headerBytes);
        }

        var read = GgufFile.ReadStart(Name, whole.AsMemory(0, headerBytes), whole.Length, out _);

        Assert.NotNull(read);
        Assert.Equal(Name, read.Path);
        Assert.Equal(whole.Length, read.FileBytes);
        Assert.Equal(expected.DataOffset, read.DataOffset);
        Assert.Equal(expected.Metadata.Keys, read.Metadata.Keys);
        Assert.Equal(expected.Tensors.Select(tensor => (tensor.Name, tensor.Offset, tensor.Bytes)), read.Tensors.Select(tensor => (tensor.Name, tensor.Offset, tensor.Bytes)));
    }

    [Fact]
    public void A_start_that_is_a_part_of_a_buffer_is_read_where_it_lies()
    {
        var whole = SampleFiles.Small();
        var buffer = new byte[whole.Length + 100];
        whole.CopyTo(buffer, 100);

        Assert.NotNull(GgufFile.ReadStart(Name, buffer.AsMemory(100), whole.Length, out _));
    }

    [Fact]
    public void An_announced_count_says_how_much_is_needed()
    {
        var start = SampleFiles.Raw(0, 1, writer =>
        {
            writer.WriteText("tokenizer.ggml.tokens");
            writer.Write(9u);
            writer.Write(8u);
            writer.Write(1_000UL);
        });

        Assert.Null(GgufFile.ReadStart(Name, start, fileBytes: 1_000_000, out var needed));

        // Each of the thousand strings has at least its length.
        Assert.Equal(start.Length + (1_000 * sizeof(ulong)), needed);
    }

    [Fact]
    public void A_long_text_is_not_made_room_for_before_it_is_here()
    {
        const int TextBytes = 16 * 1024 * 1024;
        var start = SampleFiles.Raw(0, 1, writer =>
        {
            writer.WriteText("tokenizer.chat_template");
            writer.Write(8u);
            writer.Write((ulong)TextBytes);
        });

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(GgufFile.ReadStart(Name, start, fileBytes: 1L << 40, out var needed));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
        Assert.Equal(start.Length + TextBytes, needed);
    }

    [Fact]
    public void What_the_whole_file_could_not_hold_is_refused_at_once()
    {
        var start = SampleFiles.Raw(0, 1, writer =>
        {
            writer.WriteText("key");
            writer.Write(8u);
            writer.Write(2_000UL);
        });

        Assert.Throws<ModelFormatException>(() => GgufFile.ReadStart(Name, start, fileBytes: 1_000, out _));
    }

    [Fact]
    public void Tensors_are_held_to_the_length_of_the_whole_file()
    {
        var whole = SampleFiles.Small();
        var start = whole.AsMemory(0, HeaderBytesOf(SampleFiles.Read(whole)));

        var failure = Assert.Throws<ModelFormatException>(() => GgufFile.ReadStart(Name, start, whole.Length - 32, out _));

        Assert.Contains("output_norm.weight", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Something_else_is_refused_and_not_asked_for_more()
    {
        Assert.Throws<ModelFormatException>(() => GgufFile.ReadStart(Name, "<!DOCTYPE html>"u8.ToArray(), fileBytes: 4_000_000_000, out _));
        Assert.Throws<ModelFormatException>(() => GgufFile.ReadStart(Name, ReadOnlyMemory<byte>.Empty, fileBytes: 0, out _));
    }

    [Fact]
    public void A_start_is_not_longer_than_its_file()
        => Assert.Throws<ArgumentOutOfRangeException>(() => GgufFile.ReadStart(Name, new byte[24], fileBytes: 23, out _));

    /// <summary>Up to the end of the tensor table: the padding behind it is not needed.</summary>
    private static int HeaderBytesOf(GgufFile file)
        => (int)file.TensorTableOffset + file.Tensors.Sum(tensor => 8 + tensor.Name.Length + 4 + (8 * tensor.Dimensions.Count) + 4 + 8);
}
