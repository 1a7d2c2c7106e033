using System.Text;
using NativeHost.Inference;
using NativeHost.LlamaCpp.Interop;

namespace NativeHost.LlamaCpp.Tests;

public sealed class LlamaTokenizerTests
{
    private const string CaseSeparator = "\n__ggml_vocab_test__\n";

    [Theory]
    [InlineData("ggml-vocab-llama-spm")]
    [InlineData("ggml-vocab-llama-bpe")]
    [InlineData("ggml-vocab-gpt-2")]
    [InlineData("ggml-vocab-bert-bge")]
    public async Task Texts_become_the_tokens_that_the_models_makers_make(string vocabulary)
    {
        var path = TestModels.Shared("vocabularies", vocabulary + ".gguf");
        var cancellationToken = Patience.Token;
        var texts = (await File.ReadAllTextAsync(path + ".inp", cancellationToken)).Split(CaseSeparator);
        var expected = await File.ReadAllLinesAsync(path + ".out", cancellationToken);
        using var model = OpenVocabulary(path);
        var tokenizer = new LlamaTokenizer(model);

        for (var index = 0; index < expected.Length; index++)
        {
            Assert.Equal(expected[index].Trim(), string.Join(' ', Tokenize(tokenizer, texts[index], TextKind.Plain)));
        }
    }

    [Fact]
    public async Task Text_comes_back_from_its_tokens()
    {
        const string Text = "Once upon a time, there was a naïve fox 🦊 in 北京.\nThe end";
        using var model = await TestModels.LoadAsync(TestModels.Story);

        Assert.Equal(Text, Detokenize(model.Tokenizer, Tokenize(model.Tokenizer, Text, TextKind.Plain)).TrimStart());
    }

    [Fact]
    public async Task A_control_tokens_text_means_it_only_in_control_text()
    {
        using var model = await TestModels.LoadAsync(TestModels.Story);
        var text = model.Tokenizer.ControlTexts[^1];

        var asControl = Tokenize(model.Tokenizer, text, TextKind.Control);
        var asPlain = Tokenize(model.Tokenizer, text, TextKind.Plain);

        Assert.Single(asControl);
        Assert.DoesNotContain(asControl[0], asPlain);
        Assert.Equal("", Detokenize(model.Tokenizer, asControl));
        Assert.Equal(text, Detokenize(model.Tokenizer, asPlain).TrimStart());
    }

    [Fact]
    public async Task Half_a_surrogate_pair_is_tokenized_as_an_unknown_character()
    {
        using var model = await TestModels.LoadAsync(TestModels.Story);

        var tokens = Tokenize(model.Tokenizer, "a\ud800b", TextKind.Plain);

        Assert.Equal("a\ufffdb", Detokenize(model.Tokenizer, tokens).TrimStart());
    }

    [Fact]
    public async Task Tokens_outside_the_vocabulary_are_refused()
    {
        using var model = await TestModels.LoadAsync(TestModels.Story);
        var piece = new byte[model.Tokenizer.MaxPieceBytes];

        Assert.Throws<ArgumentOutOfRangeException>(() => model.Tokenizer.WritePiece(new Token(-1), piece));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Tokenizer.WritePiece(new Token(model.Tokenizer.VocabularySize), piece));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Tokenizer.EndsGeneration(new Token(int.MaxValue)));
    }

    [Theory]
    [InlineData(' ')]
    [InlineData('a')]
    [InlineData('1')]
    [InlineData('\n')]
    [InlineData('好')]
    public async Task A_long_run_of_one_character_is_tokenized(char character)
    {
        var text = new string(character, 200_000);
        using var model = await TestModels.LoadAsync(TestModels.Story);

        var tokens = Tokenize(model.Tokenizer, text, TextKind.Plain);

        Assert.Equal(text.Trim(), Detokenize(model.Tokenizer, tokens).Trim());
    }

    /// <summary>This vocabulary splits with the C++ library's regular expressions, which recur once a character.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("好")]
    public async Task A_long_word_does_not_overrun_the_stack_of_a_recursive_pattern(string letter)
    {
        var llama3 = TestModels.Shared("vocabularies", "ggml-vocab-llama-bpe.gguf");
        var bytes = await File.ReadAllBytesAsync(llama3, Patience.Token);
        using var file = new TemporaryFile(ModelBytes.WithText(bytes, "tokenizer.ggml.pre", "poro-chat"));
        using var model = OpenVocabulary(file.Path);
        var tokenizer = new LlamaTokenizer(model);
        var text = string.Concat(Enumerable.Repeat(letter, 300_000));

        var tokens = Tokenize(tokenizer, text, TextKind.Plain);

        Assert.Equal(text, Detokenize(tokenizer, tokens));
    }

    private static LlamaModelHandle OpenVocabulary(string path)
    {
        LlamaEngine.Start();
        var parameters = LlamaNative.llama_model_default_params();
        parameters.VocabularyOnly = true;
        return new LlamaModelHandle(LlamaNative.llama_model_load_from_file(path, parameters));
    }

    private static List<int> Tokenize(ITokenizer tokenizer, string text, TextKind kind)
    {
        var tokens = new List<Token>();
        tokenizer.Tokenize(text, kind, tokens);
        return tokens.ConvertAll(token => token.Id);
    }

    private static string Detokenize(ITokenizer tokenizer, List<int> ids)
    {
        var bytes = new List<byte>();
        var piece = new byte[tokenizer.MaxPieceBytes];
        foreach (var id in ids)
        {
            bytes.AddRange(piece.AsSpan(0, tokenizer.WritePiece(new Token(id), piece)));
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
