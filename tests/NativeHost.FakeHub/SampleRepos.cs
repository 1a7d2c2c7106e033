using System.Globalization;
using NativeHost.Gguf;

namespace NativeHost.Testing;

/// <summary>Small repositories of every kind, for tests that need a hub to look around in.</summary>
public static class SampleRepos
{
    /// <summary>Two quants, a model of two files, a sidecar, text, an empty file, and an older commit as tag v0 and branch refs/pr/1.</summary>
    public const string Tiny = "acme/tiny-GGUF";

    /// <summary>Its owner consents to downloads.</summary>
    public const string Gated = "acme/gated-GGUF";

    /// <summary>Accepting its terms is enough.</summary>
    public const string AutoGated = "acme/auto-GGUF";

    public const string Private = "acme/private-GGUF";

    /// <summary>An old name of <see cref="Tiny"/>.</summary>
    public const string OldName = "acme/old-GGUF";

    /// <summary>A name of <see cref="Tiny"/> from the time when names had no owners.</summary>
    public const string LegacyName = "tiny";

    /// <summary>May see and download everything.</summary>
    public const string Token = "hf_SampleTokenThatMayDownloadAll1234567";

    /// <summary>Known, but nobody has consented to anything.</summary>
    public const string OtherToken = "hf_SampleTokenWithoutAnyConsent12345678";

    private const uint Q4K = 12;
    private const uint FileTypeQ4KM = 15;
    private const uint FileTypeQ8 = 7;
    private const uint FileTypeIQ2M = 29;
    private const int Embedding = 256;
    private const int Words = 512;

    public static void AddTo(FakeHub hub)
    {
        hub.AddToken(Token);
        hub.AddToken(OtherToken, "bob");
        hub.AddOldName(OldName, Tiny);
        hub.AddOldName(LegacyName, Tiny);
        var tiny = hub.AddRepo(Tiny);
        tiny.AddFile(".gitattributes", "*.gguf filter=lfs diff=lfs merge=lfs -text\n");
        tiny.AddFile("README.md", "---\nlicense: apache-2.0\n---\n# Tiny, before\n");
        tiny.AddTag("v0");
        tiny.AddBranch("refs/pr/1");
        tiny.NewCommit("Upload models");
        Fill(tiny);
        foreach (var (id, gate) in new[] { (Gated, Gate.Manual), (AutoGated, Gate.Auto), (Private, Gate.None) })
        {
            var repo = hub.AddRepo(id);
            Fill(repo);
            repo.Gate = gate;
            repo.IsPrivate = id == Private;
            repo.Allow(Token);
        }
    }

    private static void Fill(FakeRepo repo)
    {
        repo.Gguf = new GgufHint((long)Embedding * Words, "llama", 4096);
        repo.AddFile("README.md", "---\nlicense: apache-2.0\n---\n# Tiny\n");
        repo.AddFile("config.json", """{"architectures":["LlamaForCausalLM"],"model_type":"llama"}""");
        repo.AddFile("empty.txt", "");
        repo.AddFile("tiny-Q4_K_M.gguf", Model(FileTypeQ4KM, ["token_embd.weight"], Q4K), isLfs: true);
        repo.AddFile("tiny-Q8_0.gguf", Model(FileTypeQ8, ["token_embd.weight"], GgufTensorType.Q8), isLfs: true);
        repo.AddFile("mmproj-F16.gguf", Sidecar(), isLfs: true);
        repo.AddFile(Shard(1), Model(FileTypeIQ2M, ["token_embd.weight"], Q4K, shard: 0), isLfs: true);
        repo.AddFile(Shard(2), Model(FileTypeIQ2M, ["blk.0.attn_q.weight"], Q4K, shard: 1), isLfs: true);
    }

    private static string Shard(int number) => string.Create(CultureInfo.InvariantCulture, $"UD-IQ2_M/tiny-UD-IQ2_M-{number:D5}-of-00002.gguf");

    /// <param name="shard">Counted from 0, of two; null for a model in one file.</param>
    private static byte[] Model(uint fileType, string[] tensors, uint tensorType, uint? shard = null)
    {
        using var writer = new GgufWriter("llama");
        writer.Add("general.name", "Tiny");
        writer.Add("general.file_type", fileType);
        writer.Add("llama.block_count", 1u);
        writer.Add("llama.context_length", 4096u);
        writer.Add("llama.embedding_length", (uint)Embedding);
        writer.Add("llama.feed_forward_length", (uint)Embedding);
        writer.Add("llama.attention.head_count", 4u);
        writer.Add("llama.attention.head_count_kv", 2u);
        writer.Add("tokenizer.ggml.model", "llama");
        writer.Add("tokenizer.ggml.tokens", [.. Enumerable.Range(0, Words).Select(i => string.Create(CultureInfo.InvariantCulture, $"word{i}"))]);
        if (shard is { } number)
        {
            writer.Add("split.no", number);
            writer.Add("split.count", 2u);
            writer.Add("split.tensors.count", 2u);
        }

        return Write(writer, tensors, tensorType);
    }

    private static byte[] Sidecar()
    {
        using var writer = new GgufWriter("clip");
        writer.Add("general.type", "mmproj");
        writer.Add("clip.has_vision_encoder", true);
        return Write(writer, ["mm.0.weight"], GgufTensorType.F16);
    }

    private static byte[] Write(GgufWriter writer, string[] tensors, uint tensorType)
    {
        foreach (var name in tensors)
        {
            var bytes = GgufTensorType.Find(tensorType)!.Bytes((long)Embedding * Words);
            writer.AddTensor(name, [Embedding, Words], tensorType, stream =>
            {
                var data = new byte[bytes];
                new GeneratedContent(bytes, (ulong)name.Length + tensorType).Read(0, data);
                stream.Write(data);
            });
        }

        using var file = new MemoryStream();
        writer.Write(file);
        return file.ToArray();
    }
}
