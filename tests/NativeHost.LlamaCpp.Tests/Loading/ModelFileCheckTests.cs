using System.Text;
using NativeHost.Inference;
using NativeHost.LlamaCpp.Loading;

namespace NativeHost.LlamaCpp.Tests.Loading;

public sealed class ModelFileCheckTests
{
    private static readonly byte[] Story = File.ReadAllBytes(TestModels.Story);

    [Fact]
    public void A_model_that_llama_cpp_loads_is_known_by_its_header()
    {
        var header = ModelFileCheck.Read(TestModels.Story);

        Assert.Equal("llama", header.First.Architecture);
        Assert.Equal(Story.Length, header.FileBytes);
        Assert.True(header.IsWhole);
    }

    [Fact]
    public void A_missing_file_is_missing()
        => Assert.Throws<FileNotFoundException>(() => ModelFileCheck.Read(TestModels.Story + ".nowhere"));

    [Fact]
    public void A_folder_is_named_as_one()
        => Assert.Equal("a folder", Assert.Throws<UnsupportedModelException>(() => ModelFileCheck.Read(AppContext.BaseDirectory)).Kind);

    [Theory]
    [InlineData(".onnx", "ONNX")]
    [InlineData(".safetensors", "safetensors")]
    [InlineData(".task", "MediaPipe")]
    [InlineData(".txt", "unknown")]
    public void Other_kinds_of_models_are_refused_by_name(string extension, string kind)
    {
        using var file = new TemporaryFile("no magic at all"u8, extension);

        var failure = Assert.Throws<UnsupportedModelException>(() => ModelFileCheck.Read(file.Path));

        Assert.Contains(kind, failure.Kind, StringComparison.Ordinal);
        Assert.Contains(kind, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_architecture_that_llama_cpp_does_not_know_is_refused_by_name()
    {
        using var file = new TemporaryFile(ModelBytes.WithText(Story, "general.architecture", "lhama"));

        Assert.Equal("lhama", Assert.Throws<UnsupportedModelException>(() => ModelFileCheck.Read(file.Path)).Kind);
    }

    [Fact]
    public void Ternary_weights_are_refused_by_name()
    {
        var path = TestModels.TernaryStory;

        var failure = Assert.Throws<UnsupportedModelException>(() => ModelFileCheck.Read(path));

        Assert.Contains("I2_S", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vocabulary_without_weights_is_refused()
    {
        var path = TestModels.Shared("vocabularies", "ggml-vocab-llama-spm.gguf");

        Assert.Equal("GGUF vocabulary", Assert.Throws<UnsupportedModelException>(() => ModelFileCheck.Read(path)).Kind);
    }

    [Theory]
    [InlineData("adapter", "adapter")]
    [InlineData("mmproj", "vision projector")]
    public void Files_that_belong_to_a_model_are_refused(string type, string kind)
    {
        using var file = new TemporaryFile(GgufWith(("general.architecture", "llama"), ("general.type", type)));

        Assert.Contains(kind, Assert.Throws<UnsupportedModelException>(() => ModelFileCheck.Read(file.Path)).Kind, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama", true)]
    [InlineData("qwen3moe", true)]
    [InlineData("bitnet-b1.58", false)]
    [InlineData("bert", false)]
    [InlineData("(unknown)", false)]
    public void The_list_of_architectures_holds_those_that_make_text(string architecture, bool isSupported)
        => Assert.Equal(isSupported, SupportedArchitectures.Contains(architecture));

    /// <summary>A GGUF header with text values and no tensors.</summary>
    private static byte[] GgufWith(params (string Key, string Value)[] pairs)
    {
        const uint Version = 3;
        const uint TextType = 8;
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write(0L);
        writer.Write((long)pairs.Length);
        foreach (var (key, value) in pairs)
        {
            WriteText(writer, key);
            writer.Write(TextType);
            WriteText(writer, value);
        }

        return stream.ToArray();
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        writer.Write((long)Encoding.UTF8.GetByteCount(text));
        writer.Write(Encoding.UTF8.GetBytes(text));
    }
}
