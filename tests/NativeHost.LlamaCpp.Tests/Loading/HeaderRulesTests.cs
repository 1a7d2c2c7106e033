using System.Text;
using NativeHost.Gguf;
using NativeHost.LlamaCpp.Loading;

namespace NativeHost.LlamaCpp.Tests.Loading;

/// <summary>Each of these files would end the process, did llama.cpp see it.</summary>
public sealed class HeaderRulesTests
{
    private static readonly byte[] Story = File.ReadAllBytes(TestModels.Story);

    [Fact]
    public void Two_tokens_with_one_text_are_refused()
    {
        var changed = (byte[])Story.Clone();
        string[] twins = [.. VocabularyTexts.Of(GgufFile.Read(TestModels.Story)).Where(text => text.Length == 6).Take(2)];
        Encoding.Latin1.GetBytes(twins[0]).CopyTo(changed.AsSpan(IndexOfToken(changed, twins[1])));
        using var file = new TemporaryFile(changed);

        var failure = Assert.Throws<ModelFormatException>(() => ModelFileCheck.Read(file.Path));

        Assert.Contains("same text", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_tokens_that_differ_behind_a_zero_byte_are_refused()
    {
        var changed = (byte[])Story.Clone();
        string[] twins = [.. VocabularyTexts.Of(GgufFile.Read(TestModels.Story)).Where(text => text.Length == 6).Take(2)];
        foreach (var twin in twins)
        {
            Encoding.Latin1.GetBytes("zz\0").CopyTo(changed.AsSpan(IndexOfToken(changed, twin)));
        }

        using var file = new TemporaryFile(changed);

        Assert.Throws<ModelFormatException>(() => ModelFileCheck.Read(file.Path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(513)]
    [InlineData(uint.MaxValue)]
    public void A_number_of_layers_that_cannot_be_is_refused(uint layers)
    {
        using var file = new TemporaryFile(ModelBytes.WithNumber(Story, "llama.block_count", layers));

        Assert.Throws<ModelFormatException>(() => ModelFileCheck.Read(file.Path));
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_norm_that_cannot_be_computed_is_refused(float epsilon)
    {
        var bits = BitConverter.SingleToUInt32Bits(epsilon);
        using var file = new TemporaryFile(ModelBytes.WithNumber(Story, "llama.attention.layer_norm_rms_epsilon", bits));

        Assert.Throws<ModelFormatException>(() => ModelFileCheck.Read(file.Path));
    }

    [Fact]
    public void The_texts_of_a_vocabulary_are_read_from_its_file()
    {
        var texts = VocabularyTexts.Of(GgufFile.Read(TestModels.Story)).ToList();

        Assert.Equal(ModelFileCheck.Read(TestModels.Story).First.VocabularySize, texts.Count);
        Assert.Equal(texts.Count, texts.Distinct().Count());
    }

    private static int IndexOfToken(byte[] file, string text)
    {
        byte[] entry = [.. BitConverter.GetBytes((ulong)text.Length), .. Encoding.Latin1.GetBytes(text)];
        return file.AsSpan().IndexOf(entry) + sizeof(ulong);
    }
}
