using NativeHost.Gguf;
using NativeHost.Inference;

namespace NativeHost.BitNet.Tests.Conversion;

public sealed class CheckpointTokenizerTests
{
    private const string ByteSteps = """{"type": "ByteLevel", "add_prefix_space": false}""";

    [Fact]
    public void Tokens_have_their_kinds_and_numbers_without_a_token_are_unused()
    {
        var (file, tokens) = Convert(ByteTokenizer.Json(CheckpointFolder.Tokens, ByteSteps));

        Assert.Equal(CheckpointFolder.Tokens, tokens.Count);
        Assert.Equal(["[PAD295]", "<|begin_of_text|>", "<|end_of_text|>", "<|not_special|>", "<|eot_id|>"], tokens.Skip(295));
        Assert.Equal([1, 5, 3, 3, 4, 3], file.Metadata.Integers("tokenizer.ggml.token_type")!.Skip(294));
        Assert.Equal("gpt-2", file.Metadata.Text("tokenizer.ggml.pre"));
        Assert.Equal(39, file.Metadata.ArrayLength("tokenizer.ggml.merges"));
    }

    [Fact]
    public void The_way_of_llama_3_to_split_texts_is_known()
    {
        var (file, _) = Convert(ByteTokenizer.Json(CheckpointFolder.Tokens, ByteTokenizer.Llama3Steps));

        Assert.Equal("llama-bpe", file.Metadata.Text("tokenizer.ggml.pre"));
    }

    [Theory]
    [InlineData("""{"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": "\\w+"}, "behavior": "Isolated"}, {"type": "ByteLevel", "use_regex": false}]}""", "\\w+")]
    [InlineData("""{"type": "Metaspace"}""", "bytes")]
    [InlineData("""{"type": "ByteLevel", "add_prefix_space": true}""", "space")]
    public void An_unknown_way_to_split_texts_is_named(string steps, string word)
    {
        var refusal = Assert.Throws<UnsupportedModelException>(() => Convert(ByteTokenizer.Json(CheckpointFolder.Tokens, steps)));

        Assert.Contains(word, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_post_processor_says_whether_a_text_begins_with_a_token()
    {
        const string Template = """, "post_processor": {"type": "Sequence", "processors": [{"type": "ByteLevel"}, {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<|begin_of_text|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]}]}""";
        var (file, _) = Convert(ByteTokenizer.Json(CheckpointFolder.Tokens, ByteSteps, Template));

        Assert.True(file.Metadata.Flag("tokenizer.ggml.add_bos_token"));
        Assert.Equal(296, file.Metadata.Integer("tokenizer.ggml.bos_token_id"));
    }

    [Fact]
    public void The_tokenizers_own_config_names_tokens_and_the_template()
    {
        const string Config = """{"bos_token": "<|begin_of_text|>", "eos_token": {"content": "<|eot_id|>"}, "pad_token": null, "add_bos_token": true, "chat_template": "{{ 1 }}"}""";
        var (file, _) = Convert(ByteTokenizer.Json(CheckpointFolder.Tokens, ByteSteps), ("tokenizer_config.json", Config));

        Assert.Equal(299, file.Metadata.Integer("tokenizer.ggml.eos_token_id"));
        Assert.True(file.Metadata.Flag("tokenizer.ggml.add_bos_token"));
        Assert.Equal("{{ 1 }}", file.ChatTemplate);
    }

    [Theory]
    [InlineData("""{"model": {"type": "Unigram"}}""")]
    [InlineData("""{"model": {"type": "BPE", "byte_fallback": true}}""")]
    public void Other_kinds_of_vocabularies_are_refused(string json)
    {
        Assert.Throws<UnsupportedModelException>(() => Convert(json));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 300}}, "pre_tokenizer": {"type": "ByteLevel"}}""")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": -1}}, "pre_tokenizer": {"type": "ByteLevel"}}""")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 1, "b": 1}}, "pre_tokenizer": {"type": "ByteLevel"}}""")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 1}, "merges": [["a"]]}, "pre_tokenizer": {"type": "ByteLevel"}}""")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 1}, "merges": [7]}, "pre_tokenizer": {"type": "ByteLevel"}}""")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"[PAD0]": 1}}, "pre_tokenizer": {"type": "ByteLevel"}}""")]
    public void A_damaged_tokenizer_is_refused(string json)
    {
        Assert.Throws<ModelFormatException>(() => Convert(json));
    }

    private static (GgufFile File, IReadOnlyList<string> Tokens) Convert(string tokenizer, params (string Name, string Text)[] files)
    {
        using var folder = new CheckpointFolder().With(CheckpointForms.Packed, "BitNetForCausalLM", CheckpointForms.Offline);
        folder.Write("tokenizer.json", tokenizer);
        foreach (var (name, text) in files)
        {
            folder.Write(name, text);
        }

        var model = folder.Convert();
        return (model.File, model.Texts("tokenizer.ggml.tokens"));
    }
}
