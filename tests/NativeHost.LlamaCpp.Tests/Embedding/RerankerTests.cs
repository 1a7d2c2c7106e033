using NativeHost.Inference;
using NativeHost.Inference.Embedding;
using NativeHost.LlamaCpp.Interop;
using NativeHost.LlamaCpp.Loading;

namespace NativeHost.LlamaCpp.Tests.Embedding;

/// <summary>Scores of pairs, by models of random weights: nothing that a person would call right, but what llama.cpp itself computes.</summary>
public sealed class RerankerTests : IDisposable
{
    private const string Query = "who feeds the cat";
    private const double Near = 1e-3;

    private static readonly ModelLoadOptions OneThread = new() { Threads = 1 };
    private static readonly string[] Documents = ["the cat is fed by a boy", "ships", "", "a long story of a harbour where nobody has a cat, and many have dogs [SEP] and birds"];

    private readonly string _folder = Directory.CreateTempSubdirectory("tabagent-test-").FullName;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Scores_are_those_of_llama_cpp_itself_one_pair_after_the_other(int outputs)
    {
        var path = Write(new RandomEncoder(Layers: 2, Width: 64, Heads: 2, outputs));
        await using var host = await LoadAsync(path);

        var result = await host.RerankAsync(new RerankRequest(Query, Documents), Patience.Token);

        Assert.Equal(ModelTask.Ranking, host.Card.Task);
        Assert.Empty(result.Truncated);
        Assert.True(result.Outputs.Distinct().Count() == Documents.Length, "A test that all scores pass alike tells nothing.");
        using var bare = new BarePairs(path);
        for (var i = 0; i < Documents.Length; i++)
        {
            var tokens = bare.Join(Query, Documents[i]);
            var expected = bare.Score(tokens, outputs);
            Assert.Equal(tokens.Length, result.TokenCounts[i]);
            Assert.Equal(expected[0], result.Outputs[i], Near);
            var score = outputs == 1 ? 1 / (1 + Math.Exp(-expected[0])) : Math.Exp(expected[0]) / (Math.Exp(expected[0]) + Math.Exp(expected[1]));
            Assert.Equal(score, result.Scores[i], Near);
        }
    }

    [Fact]
    public async Task The_files_own_template_joins_the_pair_and_a_documents_control_words_are_words()
    {
        var path = Write(new RandomEncoder(Layers: 1, Width: 64, Heads: 2, Outputs: 1, RerankTemplate: "[CLS]answer {query}: [SEP]{document}[SEP]"));
        await using var host = await LoadAsync(path);

        var result = await host.RerankAsync(new RerankRequest(Query, Documents), Patience.Token);

        using var bare = new BarePairs(path);
        for (var i = 0; i < Documents.Length; i++)
        {
            int[] tokens = [bare.Begin, .. bare.Tokenize($"answer {Query}: "), bare.Separator, .. bare.Tokenize(Documents[i]), bare.Separator];
            Assert.Equal(tokens.Length, result.TokenCounts[i]);
            Assert.Equal(bare.Score(tokens, 1)[0], result.Outputs[i], Near);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("[CLS]{query}[SEP]{document}[SEP]")]
    public async Task A_document_that_is_too_long_loses_its_end_and_a_query_that_is_is_refused(string? template)
    {
        await using var host = await LoadAsync(Write(new RandomEncoder(Layers: 1, Width: 64, Heads: 2, Outputs: 1, template)));
        var longText = string.Concat(Enumerable.Repeat("harbour ", 3000));

        var result = await host.RerankAsync(new RerankRequest(Query, ["short", longText]), Patience.Token);

        Assert.Equal([1], result.Truncated);
        Assert.InRange(result.TokenCounts[1], host.ContextTokens - 8, host.ContextTokens);
        await Assert.ThrowsAsync<ContextFullException>(() => host.RerankAsync(new RerankRequest(longText, ["a"]), Patience.Token));
        Assert.Single((await host.RerankAsync(new RerankRequest(Query, ["again"]), Patience.Token)).Scores);
    }

    [Fact]
    public async Task Many_pairs_have_the_scores_that_each_has_alone()
    {
        await using var host = await LoadAsync(Write(new RandomEncoder(Layers: 1, Width: 64, Heads: 2, Outputs: 1)));
        string[] documents = [.. Enumerable.Range(0, 150).Select(number => string.Concat(Enumerable.Repeat($"word {number} ", 1 + (number % 40))))];

        var together = await host.RerankAsync(new RerankRequest(Query, documents), Patience.Token);

        foreach (var document in new[] { 0, 39, 77, 149 })
        {
            var alone = await host.RerankAsync(new RerankRequest(Query, [documents[document]]), Patience.Token);
            Assert.Equal(alone.Outputs[0], together.Outputs[document], Near);
        }
    }

    [Fact]
    public async Task A_reranker_makes_neither_vectors_nor_text_and_an_embedding_model_ranks_nothing()
    {
        await using var reranker = await LoadAsync(Write(new RandomEncoder(Layers: 1, Width: 64, Heads: 2, Outputs: 1)));
        await using var embedder = await LoadAsync(TestModels.ShippedEmbedding);
        await using var text = await LoadAsync(TestModels.Story);

        Assert.Contains("rerank_documents", Assert.Throws<UnsupportedModelException>(() => { _ = reranker.EmbedAsync(new EmbeddingRequest(["a"], EmbeddingPurpose.Query), Patience.Token); }).Message, StringComparison.Ordinal);
        Assert.Throws<UnsupportedModelException>(() => reranker.GenerateAsync(new() { Prompt = "a" }, Patience.Token));
        Assert.Throws<UnsupportedModelException>(() => { _ = embedder.RerankAsync(new RerankRequest("a", ["b"]), Patience.Token); });
        Assert.Throws<UnsupportedModelException>(() => { _ = text.RerankAsync(new RerankRequest("a", ["b"]), Patience.Token); });
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<IModelHost> LoadAsync(string path)
    {
        using var loader = new LlamaModelLoader((_, _) => { });
        return await loader.LoadAsync(path, OneThread, new Progress<float>(), Patience.Token);
    }

    private string Write(RandomEncoder encoder)
    {
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.gguf");
        encoder.Write(path, TestModels.ShippedEmbedding);
        return path;
    }

    /// <summary>llama.cpp's functions, called for one pair at a time.</summary>
    private sealed unsafe class BarePairs : IDisposable
    {
        private const int Tokens = 512;
        private readonly LlamaModelHandle _model;
        private readonly LlamaContextHandle _context;
        private readonly LlamaTokenizer _tokenizer;
        private readonly LlamaBatch _batch = LlamaNative.llama_batch_init(Tokens, 0, 1);
        private readonly nint _vocabulary;

        public BarePairs(string path)
        {
            using var opened = OpenedWeights.Open(
                ModelFileCheck.Read(path), OneThread with { ContextTokens = Tokens, BatchTokens = Tokens }, new Progress<float>(), CancellationToken.None);
            _model = opened.Model;
            _context = NativeLoad.OpenEmbeddingContext(_model, Tokens, texts: 1, pooling: null, threads: 1);
            _tokenizer = new LlamaTokenizer(_model);
            _vocabulary = LlamaNative.llama_model_get_vocab(_model);
            opened.HandOver();
        }

        public int Begin => LlamaNative.llama_vocab_bos(_vocabulary);

        public int Separator => LlamaNative.llama_vocab_sep(_vocabulary);

        public int[] Tokenize(string text)
        {
            var tokens = new List<Token>();
            _tokenizer.Tokenize(text, TextKind.Plain, tokens);
            return [.. tokens.Select(token => token.Id)];
        }

        /// <summary>As the server of llama.cpp does.</summary>
        public int[] Join(string query, string document)
        {
            var end = LlamaNative.llama_vocab_eos(_vocabulary);
            end = end < 0 ? Separator : end;
            int[] ends = LlamaNative.llama_vocab_get_add_eos(_vocabulary) ? [end] : [];
            int[] begins = LlamaNative.llama_vocab_get_add_bos(_vocabulary) ? [Begin] : [];
            int[] separators = LlamaNative.llama_vocab_get_add_sep(_vocabulary) ? [Separator] : [];
            return [.. begins, .. Tokenize(query), .. ends, .. separators, .. Tokenize(document), .. ends];
        }

        public double[] Score(int[] tokens, int outputs)
        {
            var batch = _batch;
            batch.Count = tokens.Length;
            for (var i = 0; i < tokens.Length; i++)
            {
                (batch.Tokens[i], batch.Positions[i], batch.SequenceCounts[i], batch.Sequences[i][0], batch.WantsLogits[i]) = (tokens[i], i, 1, 0, 1);
            }

            Assert.Equal(0, LlamaNative.llama_decode(_context, batch));
            var scores = LlamaNative.llama_get_embeddings_seq(_context, 0);
            return [.. new ReadOnlySpan<float>(scores, outputs).ToArray().Select(score => (double)score)];
        }

        public void Dispose()
        {
            LlamaNative.llama_batch_free(_batch);
            _context.Dispose();
            _tokenizer.Dispose();
        }
    }
}
