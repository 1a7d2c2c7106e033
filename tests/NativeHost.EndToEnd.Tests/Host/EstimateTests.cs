using System.Globalization;
using NativeHost.Gguf;

namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>Estimates of a model with a header as large as real ones have, by the published program.</summary>
public sealed class EstimateTests
{
    private const int Tokens = 150_000;
    private const int Layers = 32;
    private const int Width = 512;
    private const int KeyWidth = 128;
    private const int Inner = 1536;
    private const double Mebibyte = 1024 * 1024;

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task A_header_with_a_vocabulary_of_150_000_is_answered()
    {
        await using var home = new TemporaryHome();
        var path = Path.Combine(home.Folder, "large.gguf");
        Write(path);
        await using var host = HostProcess.StartAsBrowser(home, HostProgram.InProcess);
        var ask = () => host.AskAsync(new JsonObject { ["action"] = "estimate_model_size", ["model_path"] = path, ["n_ctx"] = 8192 }, Timeout);
        var first = (await ask()).Final;
        Assert.Equal(Layers * 2L * KeyWidth * 2 * 8192, (long)first["memory"]!["kv_cache"]!["ram_bytes"]!);
        Assert.Equal("exact", (string?)first["memory"]!["kv_cache"]!["confidence"]);
        Assert.InRange((long)first["estimate"]!["total_size_mb"]!, 300, 600);
        await SpeedAsync(home, ask);
    }

    [Theory]
    [InlineData(HostProgram.InProcess, false)]
    [InlineData(HostProgram.Front, false)]
    [InlineData(HostProgram.Front, true)]
    public async Task A_model_that_is_loaded_takes_what_its_estimate_said(HostProgram program, bool isTernary)
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.StartAsBrowser(home, program);
        var path = isTernary ? Repository.TernaryStoryModel : Repository.StoryModel;
        JsonObject Request(string action) => new() { ["action"] = action, ["modelPath"] = path, ["n_ctx"] = 384 };

        var estimate = (await host.AskAsync(Request("estimate_model_size"), Timeout)).Final;
        var feasibility = (await host.AskAsync(Request("check_model_feasibility"), Timeout)).Final["payload"]!;
        Assert.Equal("success", (await host.AskAsync(Request("load_model"), Timeout)).Status);
        var loaded = Assert.Single((await host.AskAsync(new JsonObject { ["action"] = "get_loaded_models" }, Timeout)).Final["payload"]!["models"]!.AsArray())!;
        var usage = (await host.AskAsync(new JsonObject { ["action"] = "get_memory_usage" }, Timeout)).Final["payload"]!;
        var resources = (await host.AskAsync(new JsonObject { ["action"] = "list_loaded_models" }, Timeout)).Final["models"]![0]!["resources"]!;

        // What our own engine computes with is told as a bound.
        var confidence = (string?)estimate["confidence"];
        Assert.Equal(isTernary || HasTiles() ? "bounded" : "exact", confidence);
        Assert.Equal(confidence, (string?)feasibility["confidence"]);
        Assert.True((bool)estimate["can_load"]! && (bool)feasibility["can_load"]!);
        var (ram, vram) = (Sum(estimate, "ram_bytes"), Sum(estimate, "vram_bytes"));
        Assert.InRange(ram + vram, new FileInfo(path).Length, long.MaxValue);
        Assert.Equal((384, 384), ((int)estimate["context_tokens"]!, (int)loaded["contextSize"]!));
        Assert.Equal((ram, vram), ((long)loaded["ram_used"]!, (long)loaded["vram_used"]!));
        Assert.Equal(ram + vram, (long)usage["memoryUsedByModels"]!);
        Assert.Equal((Megabytes(ram), Megabytes(vram)), ((double)resources["ram_mb"]!, (double)resources["vram_mb"]!));
        Assert.Equal(Math.Ceiling((ram + vram) / Mebibyte), (double)estimate["estimate"]!["total_size_mb"]!);

        static long Sum(JsonObject estimate, string memory) => estimate["memory"]!.AsObject().Sum(part => (long)part.Value![memory]!);

        static double Megabytes(long bytes) => Math.Round(bytes / Mebibyte, 1);
    }

    /// <summary>Whether the processor has AMX, whose layout of weights the planner knows no more than a bound of.</summary>
    private static bool HasTiles() => OperatingSystem.IsLinux() && File.ReadAllText("/proc/cpuinfo").Contains("amx_int8", StringComparison.Ordinal);

    /// <summary>Memory is measured in the background, once.</summary>
    private static async Task SpeedAsync(TemporaryHome home, Func<Task<Exchange>> ask)
    {
        JsonNode speed;
        do
        {
            speed = (await ask()).Final["speed"]!;
        }
        while (speed["tokens_per_second"] is null && ((string?)speed["reason"])!.Contains("again", StringComparison.Ordinal));

        TestContext.Current.TestOutputHelper?.WriteLine(speed.ToJsonString());

        // Of a machine that is full or busy it says so instead.
        Assert.True(speed["tokens_per_second"] is not null || speed["reason"] is not null);
        Assert.Equal(
            speed["tokens_per_second"] is not null,
            File.Exists(Path.Combine(home.Folder, ".cache/TabAgent/memory-bandwidth.json")) || !OperatingSystem.IsLinux());
    }

    /// <summary>With as many tensors as an 8B model; most systems keep only the header on the disk.</summary>
    private static void Write(string path)
    {
        using var writer = new GgufWriter("llama");
        foreach (var (key, value) in new[]
            { ("block_count", Layers), ("context_length", 131_072), ("embedding_length", Width), ("feed_forward_length", Inner), ("attention.head_count", 8), ("attention.head_count_kv", 2) })
        {
            writer.Add($"llama.{key}", (uint)value);
        }

        writer.Add("tokenizer.ggml.tokens", [.. Enumerable.Range(0, Tokens).Select(token => string.Create(CultureInfo.InvariantCulture, $"token{token}"))]);
        writer.Add("tokenizer.ggml.token_type", new int[Tokens]);
        writer.Add("tokenizer.ggml.merges", [.. Enumerable.Range(0, 2 * Tokens).Select(merge => string.Create(CultureInfo.InvariantCulture, $"to ken{merge}"))]);
        Add("token_embd", Width, Tokens);
        Add("output", Width, Tokens);
        Add("output_norm", Width);
        for (var layer = 0; layer < Layers; layer++)
        {
            foreach (var (name, columns, rows) in new[]
                { ("attn_q", Width, Width), ("attn_k", Width, KeyWidth), ("attn_v", Width, KeyWidth), ("attn_output", Width, Width), ("ffn_gate", Width, Inner), ("ffn_up", Width, Inner), ("ffn_down", Inner, Width) })
            {
                Add($"blk.{layer}.{name}", columns, rows);
            }

            Add($"blk.{layer}.attn_norm", Width);
            Add($"blk.{layer}.ffn_norm", Width);
        }

        using var file = File.Create(path);
        writer.Write(file);
        file.SetLength(file.Position);

        void Add(string name, params long[] dimensions)
        {
            const uint Q4K = 12;
            var typeId = dimensions.Length == 1 ? GgufTensorType.F32 : Q4K;
            var bytes = GgufTensorType.Find(typeId)!.Bytes(dimensions.Aggregate(1L, (product, dimension) => product * dimension));
            writer.AddTensor($"{name}.weight", dimensions, typeId, stream => stream.Seek(bytes, SeekOrigin.Current));
        }
    }
}
