using System.Text;
using System.Text.Json;
using NativeHost.Gguf;
using NativeHost.Inference;
using NativeHost.LlamaCpp.Interop;
using NativeHost.LlamaCpp.Loading;

namespace NativeHost.LlamaCpp.Tests;

public sealed class VocabularyLoaderTests : IDisposable
{
    private const string CaseSeparator = "\n__ggml_vocab_test__\n";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly VocabularyLoader _loader;

    public VocabularyLoaderTests() => _loader = new VocabularyLoader(_folder, (_, _) => { });

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("ggml-vocab-llama-spm")]
    [InlineData("ggml-vocab-llama-bpe")]
    [InlineData("ggml-vocab-gpt-2")]
    [InlineData("ggml-vocab-bert-bge")]
    public async Task A_vocabulary_on_its_own_is_the_models(string name)
    {
        var path = TestModels.Shared("vocabularies", name + ".gguf");
        using var whole = OpenWhole(path);
        using var alone = _loader.Open(path);

        await AssertTokensOfTheReferenceAsync(path, alone);
        AssertAlike(whole, alone);
    }

    [Fact]
    public async Task The_ternary_demo_models_prompts_have_the_tokens_of_the_reference()
    {
        var golden = Path.Combine(Path.GetDirectoryName(TestModels.StoryReferences)!, "golden-ternary.json");
        using var references = JsonDocument.Parse(await File.ReadAllBytesAsync(golden, Patience.Token));
        using var tokenizer = _loader.Open(TestModels.TernaryStory);

        foreach (var reference in references.RootElement.EnumerateArray())
        {
            var prompt = new StringBuilder();
            foreach (var message in reference.GetProperty("messages").EnumerateArray())
            {
                prompt.Append($"<|{message.GetProperty("role")}|>\n{message.GetProperty("content")}<|end|>\n");
            }

            prompt.Append("<|assistant|>\n");
            Assert.Equal(
                reference.GetProperty("prompt_ids").EnumerateArray().Select(id => id.GetInt32()),
                Tokenize(tokenizer, prompt.ToString(), TextKind.Control));
            Assert.True(tokenizer.EndsGeneration(new Token(reference.GetProperty("ids").EnumerateArray().Last().GetInt32())));
        }

        Assert.Null(tokenizer.BeginOfText);
    }

    [Fact]
    public async Task A_BitNet_file_that_names_no_splitter_is_split_as_Llama_3_is()
    {
        var path = TestModels.Shared("vocabularies", "ggml-vocab-llama-bpe.gguf");
        using var file = OfficialKind(path, "bitnet-b1.58");
        using var tokenizer = _loader.Open(file.Path);

        await AssertTokensOfTheReferenceAsync(path, tokenizer);
    }

    [Theory]
    [InlineData("bitnet-b1.58", true)]
    [InlineData("bitnet-25", true)]
    [InlineData("llama", true)]
    [InlineData("bitnet-b1.58", false)]
    [InlineData("llama", false)]
    public void Only_a_vocabulary_of_Llama_3_or_of_such_an_architecture_gets_its_splitter(string architecture, bool isLlama3)
    {
        var source = isLlama3 ? TestModels.Shared("vocabularies", "ggml-vocab-llama-bpe.gguf") : TestModels.TernaryStory;
        using var model = OfficialKind(source, architecture);
        using var written = new TemporaryFile([]);
        using (var stream = File.Create(written.Path))
        {
            VocabularyFile.Write(GgufFile.Read(model.Path), stream);
        }

        Assert.Equal(
            isLlama3 || architecture != "llama" ? "llama-bpe" : null,
            GgufFile.Read(written.Path).Metadata.Text("tokenizer.ggml.pre"));
    }

    [Fact]
    public void All_ends_of_a_Llama_3_answer_end_it_where_the_file_names_only_one()
    {
        using var file = OfficialKind(TestModels.Shared("vocabularies", "ggml-vocab-llama-bpe.gguf"), "bitnet-b1.58");
        using var tokenizer = _loader.Open(file.Path);

        Assert.True(tokenizer.EndsGeneration(new Token(128_001)));
        Assert.True(tokenizer.EndsGeneration(new Token(128_009)));
        Assert.False(tokenizer.EndsGeneration(new Token(128_000)));
        Assert.False(tokenizer.EndsGeneration(new Token(15)));
    }

    [Fact]
    public void A_Llama_3_text_begins_with_its_token_and_what_a_person_types_is_text()
    {
        using var file = OfficialKind(TestModels.Shared("vocabularies", "ggml-vocab-llama-bpe.gguf"), "bitnet-b1.58");
        using var tokenizer = _loader.Open(file.Path);

        Assert.Equal(new Token(128_000), tokenizer.BeginOfText);
        Assert.Equal([128_009], Tokenize(tokenizer, "<|eot_id|>", TextKind.Control));
        Assert.DoesNotContain(Tokenize(tokenizer, "<|eot_id|>", TextKind.Plain), id => id >= 128_000);
        Assert.DoesNotContain(128_000, Tokenize(tokenizer, "Hello", TextKind.Control));
    }

    [Fact]
    public void The_file_for_llama_cpp_is_gone_after_a_load_and_after_one_that_failed()
    {
        using (_loader.Open(TestModels.TernaryStory))
        {
            Assert.Empty(Directory.EnumerateFiles(_folder));
        }

        using var unknown = new TemporaryFile([]);
        WriteVocabulary(unknown.Path, "runes", _ => { });

        var failure = Assert.Throws<EngineException>(() => _loader.Open(unknown.Path));
        Assert.Contains(unknown.Path, failure.Message, StringComparison.Ordinal);
        Assert.Contains("runes", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder));
    }

    [Fact]
    public void A_file_without_a_vocabulary_is_refused()
    {
        using var file = new TemporaryFile([]);
        using (var writer = new GgufWriter("bitnet-b1.58"))
        using (var stream = File.Create(file.Path))
        {
            writer.Write(stream);
        }

        Assert.Throws<EngineException>(() => _loader.Open(file.Path));
    }

    [Fact]
    public void What_would_end_the_process_is_refused()
    {
        using var file = new TemporaryFile([]);
        using (var writer = new GgufWriter("bitnet-b1.58"))
        {
            writer.Add("tokenizer.ggml.model", "gpt2");
            writer.Add("tokenizer.ggml.tokens", ["a", "a"]);
            using var stream = File.Create(file.Path);
            writer.Write(stream);
        }

        var failure = Assert.Throws<ModelFormatException>(() => _loader.Open(file.Path));

        Assert.Contains(file.Path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_and_kinds_for_fewer_tokens_than_there_are_are_refused()
    {
        using var withScores = new TemporaryFile([]);
        WriteVocabulary(withScores.Path, "llama", writer => writer.Add("tokenizer.ggml.scores", new float[1]));
        using var withKinds = new TemporaryFile([]);
        WriteVocabulary(withKinds.Path, "llama", writer => writer.Add("tokenizer.ggml.token_type", new int[1]));

        Assert.Throws<EngineException>(() => _loader.Open(withScores.Path));
        Assert.Throws<EngineException>(() => _loader.Open(withKinds.Path));
    }

    [Fact]
    public void What_an_ended_process_has_left_is_removed_but_not_what_another_is_about_to_load()
    {
        Directory.CreateDirectory(_folder);
        var left = Path.Combine(_folder, "vocabulary-left.gguf");
        var fresh = Path.Combine(_folder, "vocabulary-fresh.gguf");
        var others = Path.Combine(_folder, "others.gguf");
        foreach (var path in (string[])[left, fresh, others])
        {
            File.WriteAllText(path, "");
        }

        File.SetLastWriteTimeUtc(left, DateTime.UnixEpoch);
        File.SetLastWriteTimeUtc(others, DateTime.UnixEpoch);
        _loader.Open(TestModels.TernaryStory).Dispose();

        Assert.Equal([others, fresh], Directory.EnumerateFiles(_folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_tokenizer_that_is_gone_refuses()
    {
        var tokenizer = _loader.Open(TestModels.TernaryStory);

        tokenizer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => tokenizer.Tokenize("a", TextKind.Plain, []));
    }

    /// <summary>A file with a vocabulary as in the file of the makers of BitNet 2B4T: its splitter and all ends but one are not named.</summary>
    private static TemporaryFile OfficialKind(string source, string architecture)
    {
        var vocabulary = GgufFile.Read(source);
        var file = new TemporaryFile([]);
        using var writer = new GgufWriter(architecture);
        writer.Copy(vocabulary, "tokenizer.ggml.model");
        writer.Copy(vocabulary, "tokenizer.ggml.token");
        writer.Copy(vocabulary, "tokenizer.ggml.merges");
        writer.Copy(vocabulary, "tokenizer.ggml.bos_token_id");
        writer.Copy(vocabulary, "tokenizer.ggml.eos_token_id");
        writer.Add("tokenizer.ggml.padding_token_id", (uint)vocabulary.Metadata.Integer("tokenizer.ggml.eos_token_id")!.Value);
        writer.Add("tokenizer.ggml.scores", new float[vocabulary.VocabularySize!.Value]);
        writer.Add("tokenizer.ggml.add_bos_token", true);
        writer.Add("tokenizer.chat_template", "Human: BITNETAssistant:");
        using var stream = File.Create(file.Path);
        writer.Write(stream);
        return file;
    }

    private static void WriteVocabulary(string path, string kind, Action<GgufWriter> addMore)
    {
        using var writer = new GgufWriter("bitnet-b1.58");
        writer.Add("tokenizer.ggml.model", kind);
        writer.Add("tokenizer.ggml.tokens", [.. Enumerable.Range(0, 10_000).Select(number => $"t{number}")]);
        addMore(writer);
        using var stream = File.Create(path);
        writer.Write(stream);
    }

    private static async Task AssertTokensOfTheReferenceAsync(string path, LlamaTokenizer tokenizer)
    {
        var texts = (await File.ReadAllTextAsync(path + ".inp", Patience.Token)).Split(CaseSeparator);
        var expected = await File.ReadAllLinesAsync(path + ".out", Patience.Token);
        for (var index = 0; index < expected.Length; index++)
        {
            Assert.Equal(expected[index].Trim(), string.Join(' ', Tokenize(tokenizer, texts[index], TextKind.Plain)));
        }
    }

    private static void AssertAlike(LlamaTokenizer expected, LlamaTokenizer actual)
    {
        Assert.Equal(expected.VocabularySize, actual.VocabularySize);
        Assert.Equal(expected.BeginOfText, actual.BeginOfText);
        Assert.Equal(expected.ControlTexts, actual.ControlTexts);
        Assert.Equal(expected.MaxPieceBytes, actual.MaxPieceBytes);
        var (expectedPiece, actualPiece) = (new byte[expected.MaxPieceBytes], new byte[actual.MaxPieceBytes]);
        for (var id = 0; id < expected.VocabularySize; id++)
        {
            var token = new Token(id);
            Assert.True(
                expectedPiece.AsSpan(0, expected.WritePiece(token, expectedPiece))
                    .SequenceEqual(actualPiece.AsSpan(0, actual.WritePiece(token, actualPiece))),
                $"token {id}");
            Assert.Equal(expected.EndsGeneration(token), actual.EndsGeneration(token));
        }
    }

    private static LlamaTokenizer OpenWhole(string path)
    {
        LlamaEngine.Start();
        var parameters = LlamaNative.llama_model_default_params();
        parameters.VocabularyOnly = true;
        return new LlamaTokenizer(new LlamaModelHandle(LlamaNative.llama_model_load_from_file(path, parameters)));
    }

    private static List<int> Tokenize(LlamaTokenizer tokenizer, string text, TextKind kind)
    {
        var tokens = new List<Token>();
        tokenizer.Tokenize(text, kind, tokens);
        return tokens.ConvertAll(token => token.Id);
    }
}
