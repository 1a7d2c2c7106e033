using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using NativeHost.Inference;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Embedding;
using NativeHost.Inference.Generation;

namespace NativeHost.Tests;

/// <summary>Loads models that say "word " over and over, and call the first of their tools once; and counts.</summary>
internal sealed class ScriptedLoader : IModelLoader
{
    private int _loads;

    /// <summary>Completed by a test that lets loads wait for it.</summary>
    public TaskCompletionSource Gate { get; set; } = Opened();

    /// <summary>What a generation waits for before each of its tokens, told how many it has.</summary>
    public Func<int, Task>? BeforeToken { get; init; }

    /// <summary>What a generation waits for before anything else, and fails with where it is stopped meanwhile.</summary>
    public Func<CancellationToken, Task>? BeforeAll { get; init; }

    /// <summary>What generations answer, word by word; null for the word.</summary>
    public Func<GenerationRequest, string>? Answers { get; init; }

    /// <summary>Tokens of a context.</summary>
    public int ContextTokens { get; init; } = 64;

    /// <summary>Whether a prompt of more words than the context has tokens is refused.</summary>
    public bool MindsContext { get; init; }

    /// <summary>Where every answer ends, whatever its request says.</summary>
    public int MostTokens { get; init; } = int.MaxValue;

    /// <summary>Whether the next load fits the memory.</summary>
    public Func<bool> Fits { get; set; } = () => true;

    /// <summary>How much a load that does not fit is short of.</summary>
    public long MissingBytes { get; set; } = 1;

    /// <summary>The size of every model's file.</summary>
    public long FileBytes { get; init; } = 100;

    /// <summary>The fingerprint of every model's file as it is loaded.</summary>
    public Func<string?> Fingerprint { get; init; } = () => null;

    /// <summary>What every load was planned to take of the machine's memory; null for as much as the file has.</summary>
    public long? RamBytes { get; init; }

    /// <summary>The same of the GPUs' memory.</summary>
    public long VramBytes { get; init; }

    public int Loads => _loads;

    /// <summary>What generations were asked for, in order of their start.</summary>
    public ConcurrentQueue<GenerationRequest> Requests { get; } = [];

    public async Task<IModelHost> LoadAsync(
        string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _loads);
        if (path.Contains("missing", StringComparison.Ordinal))
        {
            throw new FileNotFoundException($"No file at {path}.", path);
        }

        if (path.Contains("unreadable", StringComparison.Ordinal))
        {
            throw new IOException($"The disk does not give {path}.");
        }

        if (!Fits())
        {
            throw new Inference.InsufficientMemoryException(MissingBytes, 0, "Use less.");
        }

        progress.Report(0.5f);
        await Gate.Task.WaitAsync(cancellationToken);
        return new ScriptedHost(path, Requests, BeforeAll, BeforeToken, Answers, MindsContext, ContextTokens, MostTokens, FileBytes, RamBytes ?? FileBytes, VramBytes, Fingerprint());
    }

    private static TaskCompletionSource Opened()
    {
        var gate = new TaskCompletionSource();
        gate.SetResult();
        return gate;
    }

    private sealed class ScriptedHost(
        string path,
        ConcurrentQueue<GenerationRequest> requests,
        Func<CancellationToken, Task>? beforeAll,
        Func<int, Task>? beforeToken,
        Func<GenerationRequest, string>? answers,
        bool mindsContext,
        int contextTokens,
        int mostTokens,
        long fileBytes,
        long ramBytes,
        long vramBytes,
        string? fingerprint) : IModelHost
    {
        private static readonly byte[] Word = Encoding.UTF8.GetBytes("word ");
        private static readonly ReadOnlyMemory<byte> LogProb = """{"token":"word ","logprob":-0.5,"bytes":[119],"top_logprobs":[]}"""u8.ToArray();

        public ModelCard Card { get; } = new("scripted", "Script", "llama_cpp_cpu", fileBytes, 64, path.Contains("embedding-model", StringComparison.Ordinal) ? 64 : 8, 1, 0, ramBytes, vramBytes, null, [])
        {
            Task = path.Contains("embedder", StringComparison.Ordinal) ? ModelTask.Embeddings
                : path.Contains("reranker", StringComparison.Ordinal) ? ModelTask.Ranking
                : ModelTask.Text,
            Fingerprint = fingerprint,
        };

        public int ContextTokens => contextTokens;

        public int ProcessId => Environment.ProcessId;

        /// <summary>Counts the words of each text, each in the place of its letters' sum; the shipped model has as many places as it has.</summary>
        public async Task<EmbeddingResult> EmbedAsync(EmbeddingRequest request, CancellationToken stop)
        {
            await (beforeAll?.Invoke(stop) ?? Task.CompletedTask);
            var vectors = new float[request.Texts.Count * Card.EmbeddingSize];
            var counts = new List<int>();
            for (var text = 0; text < request.Texts.Count; text++)
            {
                var words = request.Texts[text].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                var vector = vectors.AsSpan(text * Card.EmbeddingSize, Card.EmbeddingSize);
                foreach (var word in words.Take(ContextTokens))
                {
                    vector[word.Sum(letter => letter) % Card.EmbeddingSize]++;
                }

                EmbedderCall.WriteUnit(vector.ToArray(), vector);
                counts.Add(Math.Min(words.Length, ContextTokens));
            }

            int[] truncated = [.. Enumerable.Range(0, counts.Count).Where(text => request.Texts[text].Split(' ').Length > ContextTokens)];
            return new EmbeddingResult(Card.EmbeddingSize, vectors, counts, truncated, request.Prefix ?? "");
        }

        /// <summary>Scores a document by how many of the query's words it has.</summary>
        public Task<RerankResult> RerankAsync(RerankRequest request, CancellationToken stop)
        {
            var query = request.Query.Split(' ');
            List<string[]> documents = [.. request.Documents.Select(document => document.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
            List<double> found = [.. documents.Select(words => (double)query.Count(words.Contains))];
            return Task.FromResult(new RerankResult(
                [.. found.Select(count => count / query.Length)],
                found,
                [.. documents.Select(words => Math.Min(ContextTokens, query.Length + words.Length))],
                [.. Enumerable.Range(0, documents.Count).Where(i => query.Length + documents[i].Length > ContextTokens)]));
        }

        /// <summary>A token for each word.</summary>
        public Task<int> CountTokensAsync(GenerationRequest request, CancellationToken stop) => Task.FromResult(TokensOf(request));

        public async IAsyncEnumerable<GenerationEvent> GenerateAsync(
            GenerationRequest request, [EnumeratorCancellation] CancellationToken stop, CancellationToken answerNow = default)
        {
            requests.Enqueue(request);
            if (mindsContext && TokensOf(request) >= contextTokens)
            {
                throw new ContextFullException(contextTokens, TokensOf(request) + 1);
            }

            await (beforeAll?.Invoke(stop) ?? Task.CompletedTask);
            var words = answers?.Invoke(request).Split(' ').Select(word => Encoding.UTF8.GetBytes($"{word} ")).ToList();
            yield return new GenerationEvent(GenerationEventKind.Prefill, Prefill: new PrefillProgress(3, 3, 0));
            if (request is { Tools.Count: > 0, ToolUse: not ToolUse.None, Messages: [.., { Role: not ChatRole.Tool }] })
            {
                foreach (var step in Calling(request.Tools[0].Name))
                {
                    yield return step;
                }

                yield break;
            }

            var text = new MemoryStream();
            var tokens = new List<Token>();
            while (!request.IsPromptOnly && tokens.Count < Math.Min(request.MaxNewTokens, Math.Min(mostTokens, words?.Count ?? mostTokens)) && !stop.IsCancellationRequested)
            {
                if (beforeToken is not null)
                {
                    await beforeToken(tokens.Count).WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (stop.IsCancellationRequested)
                    {
                        break;
                    }
                }

                var word = words?[tokens.Count] ?? Word;
                tokens.Add(new Token(1));
                if (request.TopLogProbs is not null)
                {
                    yield return new GenerationEvent(GenerationEventKind.LogProbs, LogProb, tokens.Count);
                }

                await text.WriteAsync(word, CancellationToken.None);
                yield return new GenerationEvent(GenerationEventKind.Text, word, tokens.Count);
                await Task.Yield();
            }

            var reason = stop.IsCancellationRequested && tokens.Count < request.MaxNewTokens ? StopReason.Stopped : StopReason.MaxTokens;
            var result = new GenerationResult(
                text.ToArray(), reason, null, tokens, 3, 0, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(9))
            {
                LogProbs = request.TopLogProbs is null ? [] : [.. tokens.Select(_ => LogProb)],
            };
            yield return new GenerationEvent(GenerationEventKind.Completed, Result: result);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static int TokensOf(GenerationRequest request)
            => (request.Prompt ?? string.Join(' ', request.Messages.Select(message => message.Content))).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

        private static IEnumerable<GenerationEvent> Calling(string tool)
        {
            var call = new ToolCall("call_1", tool, """{"city": "Rome"}""");
            var thought = "Which one? "u8.ToArray();
            yield return new GenerationEvent(GenerationEventKind.Reasoning, thought, 1);
            yield return new GenerationEvent(GenerationEventKind.ToolCall, TokenCount: 2, Call: call with { Arguments = "" });
            yield return new GenerationEvent(GenerationEventKind.ToolArguments, Encoding.UTF8.GetBytes(call.Arguments[..8]), 3);
            yield return new GenerationEvent(GenerationEventKind.ToolArguments, Encoding.UTF8.GetBytes(call.Arguments[8..]), 4);
            var result = new GenerationResult(
                default, StopReason.ToolCalls, null, [.. Enumerable.Repeat(new Token(1), 4)], 3, 0, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(9))
            {
                Reasoning = thought,
                ReasoningTokens = 1,
                ToolCalls = [call],
            };
            yield return new GenerationEvent(GenerationEventKind.Completed, Result: result);
        }
    }
}
