using System.Diagnostics;
using System.Text.Json;
using NativeHost.Gguf;
using NativeHost.Hardware.Graphics;
using NativeHost.Hardware.Planning.Speed;
using NativeHost.Hardware.Probing;
using NativeHost.Tests.Hardware;
using NativeHost.Tests.Library;
using Xunit;

namespace NativeHost.Tests.Planning;

/// <summary>What clients hear of models before they are loaded.</summary>
public sealed class EstimateTests : IDisposable
{
    private const long Mebibyte = 1024 * 1024;

    /// <summary>Of the sketch: two tables, and four layers of attention and feed-forward network, in 16 bits; norms in 32.</summary>
    private const long WeightBytes =
        (2 * 2 * 3200 * 512) + (4 * 2 * ((2 * 512 * 512) + (2 * 512 * 128) + (3 * 512 * 1376))) + (4 * 512 * ((4 * 2) + 1));

    /// <summary>Of one token: two heads of keys and values, 64 numbers each, in 16 bits.</summary>
    private const long LayerTokenBytes = 2 * 64 * 2 * 2;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("estimate-");

    [Fact]
    public async Task A_file_is_estimated_part_by_part()
    {
        var answer = await AskAsync(Sketch("llama"));

        Assert.Equal(
            [
                "status", "model_path", "estimate", "available", "can_load", "options", "engine", "architecture", "file_size", "parameters", "loaded",
                "context_tokens", "gpu_layers", "confidence", "memory", "speed", "notes", "alternatives", "pending",
            ],
            HardwareBed.Names(answer));
        var memory = answer.GetProperty("memory");
        Assert.Equal(Part(WeightBytes, 0, "exact"), Text(memory, "weights"));
        Assert.Equal(Part(4 * 8192 * LayerTokenBytes, 0, "exact"), Text(memory, "kv_cache"));
        Assert.Equal(Part((8 + 8) * 4 * 3200, 0, "exact"), Text(memory, "output"));
        Assert.Equal(("exact", "bounded"), (memory.GetProperty("compute").GetProperty("confidence").GetString(), memory.GetProperty("runtime").GetProperty("confidence").GetString()));
        Assert.Equal(("llama_cpp", "llama", 8192, 0, "exact"), (String(answer, "engine"), String(answer, "architecture"), Number(answer, "context_tokens"), Number(answer, "gpu_layers"), String(answer, "confidence")));

        var estimate = answer.GetProperty("estimate");
        var bytes = memory.EnumerateObject().Sum(part => Number(part.Value, "ram_bytes"));
        Assert.Equal(
            ((bytes + Mebibyte - 1) / Mebibyte, 0, (bytes + Mebibyte - 1) / Mebibyte, 4),
            (Number(estimate, "total_size_mb"), Number(estimate, "vram_required_mb"), Number(estimate, "ram_required_mb"), Number(estimate, "layer_count")));
        Assert.Equal((WeightBytes / 4.0) + (8192 * LayerTokenBytes), estimate.GetProperty("mb_per_layer").GetDouble() * Mebibyte, 0.06 * Mebibyte);
        Assert.Equal("""{"vram_mb":0,"ram_mb":8192}""", Text(answer, "available"));
        Assert.True(answer.GetProperty("can_load").GetBoolean());
        Assert.Equal(
            $$"""[{"strategy":"full_ram","vram_layers":0,"ram_layers":4,"vram_mb":0,"ram_mb":{{Number(estimate, "ram_required_mb")}},"speed":"slow","description":"All 4 layers on RAM. Slower but works."}]""",
            Text(answer, "options"));
        Assert.InRange(Number(answer, "file_size"), WeightBytes, WeightBytes + Mebibyte);
        Assert.Equal((true, false), (Number(answer, "parameters") > 0, answer.GetProperty("loaded").GetBoolean()));
        Assert.Equal(("[]", "[]", "[]"), (Text(answer, "notes"), Text(answer, "alternatives"), Text(answer, "pending")));
    }

    [Fact]
    public async Task A_speed_is_what_memory_gives()
    {
        var path = Sketch("llama");
        var speed = (await AskAsync(path)).GetProperty("speed");

        // The table of tokens is not read whole, and the output is.
        const long Reads = WeightBytes - (2 * 3200 * 512) + (4 * 8192 * LayerTokenBytes);
        Assert.Equal((Reads, 2e10), (Number(speed, "bytes_per_token"), speed.GetProperty("memory_bytes_per_second").GetDouble()));
        Assert.Equal(2e10 / Reads, speed.GetProperty("tokens_per_second").GetDouble(), 0.05);
        Assert.False(speed.TryGetProperty("reason", out _));
        Assert.Equal(JsonValueKind.Null, speed.GetProperty("prompt_tokens_per_second").ValueKind);
        Assert.NotEmpty(String(speed, "prompt_reason"));

        await using var host = new TestHost(new ScriptedLoader(), bandwidth: new Finding<MemoryBandwidth>(null, "?", IsPending: true));
        var pending = (await AskAsync(path, host)).GetProperty("speed");
        Assert.Equal(JsonValueKind.Null, pending.GetProperty("tokens_per_second").ValueKind);
        Assert.Contains("again", String(pending, "reason"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"n_ctx\":2048", 2048, 4)] // so small that it is kept exactly
    [InlineData("\"settings\":{\"contextSize\":1024}", 1024, 4)]
    [InlineData("\"n_ctx\":2048,\"cache_type\":\"F16\"", 2048, 2)]
    public async Task Settings_are_those_of_a_load(string settings, int contextTokens, int bytesOfNumber)
    {
        var answer = await AskAsync(Sketch("llama"), settings: settings);

        Assert.Equal(contextTokens, Number(answer, "context_tokens"));
        Assert.Equal(Part(4 * contextTokens * LayerTokenBytes / 2 * bytesOfNumber, 0, "exact"), Text(answer.GetProperty("memory"), "kv_cache"));
    }

    [Fact]
    public async Task A_cache_of_fewer_bits_is_smaller()
    {
        var answer = await AskAsync(Sketch("llama"), settings: "\"cache_type\":\"q8_0\"");

        Assert.Equal(Part(4 * 8192 * LayerTokenBytes / 2 / 32 * 34, 0, "exact"), Text(answer.GetProperty("memory"), "kv_cache"));
        var failure = await AskAsync(Sketch("llama"), settings: "\"cache_type\":\"q9\"", status: "error");
        Assert.Equal("invalid_settings", String(failure, "code"));
        Assert.Contains("q8_0", String(failure, "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_card_gets_all_layers_or_those_that_fit()
    {
        var path = Sketch("llama");
        var whole = await AskAsync(path, ScriptedMachine.WithCard(2048, 2000));

        Assert.Equal(4, Number(whole, "gpu_layers"));
        Assert.Equal(2000, Number(whole.GetProperty("available"), "vram_mb"));
        Assert.Equal(["full_vram", "full_ram"], Strategies(whole));
        Assert.Equal("[]", Text(whole, "alternatives"));
        Assert.Contains("GPU", String(whole.GetProperty("speed"), "reason"), StringComparison.Ordinal);

        var needed = Number(whole.GetProperty("estimate"), "vram_required_mb");
        var part = await AskAsync(path, ScriptedMachine.WithCard(2048, needed - 4));

        Assert.Equal(["hybrid", "full_ram"], Strategies(part));
        Assert.InRange(Number(part, "gpu_layers"), 1, 3);
        Assert.InRange(Number(part.GetProperty("estimate"), "vram_required_mb"), 1, needed - 4);
        var fewer = part.GetProperty("alternatives")[0];
        Assert.Equal(("fewer_gpu_layers", 8192, Number(part, "gpu_layers")), (String(fewer, "kind"), Number(fewer, "context_tokens"), Number(fewer, "gpu_layers")));
        var shorter = part.GetProperty("alternatives")[1];
        Assert.Equal(("shorter_context", 4), (String(shorter, "kind"), Number(shorter, "gpu_layers")));
        Assert.InRange(Number(shorter, "context_tokens"), 512, 8191);
        Assert.Contains("layers", part.GetProperty("notes")[0].GetString(), StringComparison.Ordinal);

        Assert.Equal(["full_ram"], Strategies(await AskAsync(path, ScriptedMachine.WithCard(2048, 2000), settings: "\"n_gpu_layers\":0")));
    }

    [Fact]
    public async Task Where_memory_is_short_the_context_that_fits_is_told()
    {
        var path = Sketch("llama");
        var needed = Number((await AskAsync(path)).GetProperty("estimate"), "ram_required_mb");

        var answer = await AskAsync(path, WithFree(needed - 6));

        Assert.True(answer.GetProperty("can_load").GetBoolean());
        Assert.InRange(Number(answer, "context_tokens"), 512, 8191);
        Assert.InRange(Number(answer.GetProperty("estimate"), "ram_required_mb"), 1, needed - 6);
        var shorter = answer.GetProperty("alternatives")[0];
        Assert.Equal(("shorter_context", Number(answer, "context_tokens")), (String(shorter, "kind"), Number(shorter, "context_tokens")));
        Assert.Equal(Number(answer.GetProperty("estimate"), "ram_required_mb"), Number(shorter, "ram_mb"));

        var asked = await AskAsync(path, WithFree(needed - 6), "\"n_ctx\":8192");
        Assert.False(asked.GetProperty("can_load").GetBoolean());
        Assert.Equal(8192, Number(asked, "context_tokens"));
        Assert.Equal("[]", Text(asked, "options"));
        Assert.Equal("shorter_context", String(asked.GetProperty("alternatives")[0], "kind"));
    }

    [Fact]
    public async Task Where_card_and_memory_are_short_both_layers_and_context_are_fewer()
    {
        var path = Sketch("llama");
        var whole = Number((await AskAsync(path, ScriptedMachine.WithCard(2048, 2000))).GetProperty("estimate"), "vram_required_mb");

        // Of the card not even the weights' half; of the memory not enough for the rest and the context.
        var card = ScriptedMachine.WithCard(2048, whole / 2);
        var part = Number((await AskAsync(path, card)).GetProperty("estimate"), "ram_required_mb");
        var answer = await AskAsync(path, WithFree(part - 3, card));

        var shorter = Assert.Single(answer.GetProperty("alternatives").EnumerateArray());
        Assert.Equal("shorter_context", String(shorter, "kind"));
        Assert.InRange(Number(shorter, "gpu_layers"), 0, 3);
        Assert.InRange(Number(shorter, "context_tokens"), 512, 8191);
    }

    [Fact]
    public async Task Other_models_leave_the_memory_only_where_a_shorter_context_does_not_do()
    {
        var path = Sketch("llama");
        var needed = Number((await AskAsync(path)).GetProperty("estimate"), "ram_required_mb");

        Assert.InRange(Number(await WithOtherModelAsync(needed - 6), "context_tokens"), 512, 8191);
        var alone = await WithOtherModelAsync(needed - 40);
        Assert.True(alone.GetProperty("can_load").GetBoolean());
        Assert.Equal(8192, Number(alone, "context_tokens"));
        var beside = await WithOtherModelAsync(needed - 40, ""","pin":true""");
        Assert.NotEqual((true, 8192), (beside.GetProperty("can_load").GetBoolean(), Number(beside, "context_tokens")));

        async Task<JsonElement> WithOtherModelAsync(long freeMegabytes, string how = "")
        {
            await using var host = new TestHost(
                new ScriptedLoader { FileBytes = 60 * Mebibyte, RamBytes = 120 * Mebibyte }, machine: WithFree(freeMegabytes));
            await using (var dialogue = new Dialogue(host, Patience.Token, caller: LibraryBed.Second))
            {
                await dialogue.AskAsync($$"""{"action":"load_model","modelPath":"/models/other.gguf"{{how}}}""");
            }

            return await AskAsync(path, host);
        }
    }

    [Fact]
    public async Task It_is_loaded_for_who_loaded_it()
    {
        var path = Sketch("llama");
        await using var host = new TestHost(new ScriptedLoader());
        await using var other = new Dialogue(host, Patience.Token, caller: LibraryBed.Second);
        await using var own = new Dialogue(host, Patience.Token);
        var load = $$"""{"action":"load_model","modelPath":"{{JsonEncodedText.Encode(path)}}"}""";

        await other.AskAsync(load);
        Assert.False((await AskAsync(path, host)).GetProperty("loaded").GetBoolean());
        await own.AskAsync(load);
        Assert.True((await AskAsync(path, host)).GetProperty("loaded").GetBoolean());
    }

    [Fact]
    public async Task What_does_not_fit_at_all_says_so()
    {
        var answer = await AskAsync(Sketch("llama"), WithFree(20));

        Assert.False(answer.GetProperty("can_load").GetBoolean());
        Assert.Equal(("[]", "[]"), (Text(answer, "options"), Text(answer, "alternatives")));
        Assert.NotEmpty(answer.GetProperty("notes")[0].GetString()!);
    }

    [Fact]
    public async Task A_ternary_model_is_estimated_for_the_engine_that_computes_it()
    {
        var answer = await AskAsync(Sketch("bitnet"), ScriptedMachine.WithCard(2048, 2000));

        Assert.Equal(("bitnet", 0), (String(answer, "engine"), Number(answer, "gpu_layers")));
        var weights = answer.GetProperty("memory").GetProperty("weights");
        Assert.Equal("exact", String(weights, "confidence"));

        // Two bits a weight, and eight of the output.
        Assert.InRange(Number(weights, "ram_bytes"), (WeightBytes / 8) + (3200 * 512 / 2), (WeightBytes / 8) + (2 * 3200 * 512));
        Assert.Equal(["full_ram"], Strategies(answer));
    }

    [Fact]
    public async Task What_no_engine_loads_is_not_promised()
    {
        var answer = await AskAsync(Stranger());

        Assert.False(answer.GetProperty("can_load").GetBoolean());
        Assert.Contains("nobodys", String(answer, "problem"), StringComparison.Ordinal);
        Assert.Equal("unknown", String(answer, "confidence"));
    }

    [Fact]
    public async Task What_a_load_refuses_is_not_promised()
    {
        var first = Path.Combine(_folder.FullName, "model-00001-of-00003.gguf");
        Write(first, "llama", writer => writer.Add("split.count", 3u));
        var many = Path.Combine(_folder.FullName, "many.gguf");
        Write(many, "llama", writer => writer.Add("llama.nextn_predict_layers", 3u));

        foreach (var (path, problem) in new[] { (first, "model-00002-of-00003.gguf is missing"), (many, "3 of 2 layers") })
        {
            var answer = await AskAsync(path);

            Assert.False(answer.GetProperty("can_load").GetBoolean());
            Assert.Contains(problem, String(answer, "problem"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("gpus")]
    [InlineData("engine")]
    public async Task While_GPUs_are_being_looked_for_the_answer_says_so(string pending)
    {
        const string Soon = "It is being looked for.";
        var machine = new ScriptedMachine
        {
            Change = look => pending == "gpus"
                ? look with { Graphics = new Finding<IReadOnlyList<GraphicsDevice>>(null, Soon, IsPending: true) }
                : look with { Engine = new Finding<EngineDevices>(null, Soon, IsPending: true) },
        };

        var answer = await AskAsync(Sketch("llama"), machine);

        Assert.Equal($$"""{"vram_mb":null,"ram_mb":8192,"reason":"{{Soon}}"}""", Text(answer, "available"));
        Assert.Equal($"""["{pending}"]""", Text(answer, "pending"));
    }

    [Fact]
    public async Task Wrong_requests_say_what_is_wrong()
    {
        await using var bed = new HardwareBed();

        var nothing = await bed.AskAsync("""{"action":"estimate_model_size"}""");
        Assert.Equal(("invalid_request", "model_path required"), (String(nothing, "code"), String(nothing, "message")));
        var missing = await bed.AskAsync("""{"action":"estimate_model_size","model_path":"no-such-model.gguf"}""");
        Assert.Equal(("model_not_found", "Model file not found: no-such-model.gguf"), (String(missing, "code"), String(missing, "message")));
        var path = Path.Combine(_folder.FullName, "text.gguf");
        await File.WriteAllTextAsync(path, "This is no model.", Patience.Token);
        Assert.Equal("model_unreadable", String(await AskAsync(path, status: "error"), "code"));
        Assert.Equal("invalid_settings", String(await AskAsync(Sketch("llama"), settings: "\"n_ctx\":0", status: "error"), "code"));
    }

    [Theory]
    [InlineData("estimate_model_size")]
    [InlineData("check_model_feasibility")]
    public async Task What_is_no_file_is_not_waited_for(string action)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Pipes have no place in its folders.");
        var pipe = Path.Combine(_folder.FullName, "pipe.gguf");
        using var maker = Process.Start("mkfifo", [pipe]);
        await maker.WaitForExitAsync(Patience.Token);
        await using var bed = new HardwareBed();

        var answer = await bed.AskAsync($$"""{"action":"{{action}}","model_path":"{{JsonEncodedText.Encode(pipe)}}"}""").WaitAsync(Patience.Token);

        Assert.Equal("model_unsupported", String(answer, "code"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The path of a file with a model that has nothing in it.</summary>
    private string Sketch(string architecture)
    {
        var path = Path.Combine(_folder.FullName, $"{architecture}.gguf");
        using var file = File.Create(path);
        ModelSketch.Write(file, architecture, new SketchSize());
        return path;
    }

    /// <summary>The path of a file of an architecture that there is not.</summary>
    private string Stranger()
    {
        var path = Path.Combine(_folder.FullName, "stranger.gguf");
        Write(path, "nobodys", _ => { });
        return path;
    }

    private static void Write(string path, string architecture, Action<GgufWriter> more)
    {
        using var writer = new GgufWriter(architecture);
        writer.Add($"{architecture}.block_count", 2u);
        writer.Add($"{architecture}.embedding_length", 64u);
        more(writer);
        writer.AddTensor("token_embd.weight", [64, 100], GgufTensorType.F32, stream => stream.Seek(64 * 100 * 4, SeekOrigin.Current));
        using var file = File.Create(path);
        writer.Write(file);
        file.SetLength(file.Position);
    }

    private static ScriptedMachine WithFree(long megabytes, ScriptedMachine? other = null) => new()
    {
        Change = look => (other?.Change(look) ?? look) with { Memory = look.Memory with { Value = look.Memory.Value! with { Available = megabytes * Mebibyte } } },
    };

    private static async Task<JsonElement> AskAsync(string path, ScriptedMachine? machine = null, string settings = "\"x\":0", string status = "success")
    {
        await using var host = new TestHost(new ScriptedLoader(), machine: machine);
        return await AskAsync(path, host, settings, status);
    }

    private static async Task<JsonElement> AskAsync(string path, TestHost host, string settings = "\"x\":0", string status = "success")
    {
        await using var dialogue = new Dialogue(host, Patience.Token);
        var answer = await dialogue.AskAsync($$"""{"action":"estimate_model_size","model_path":"{{JsonEncodedText.Encode(path)}}",{{settings}}}""");
        Assert.Equal(status, answer.GetProperty("status").GetString());
        return answer;
    }

    private static string Part(long ramBytes, long vramBytes, string confidence)
        => $$"""{"ram_bytes":{{ramBytes}},"vram_bytes":{{vramBytes}},"confidence":"{{confidence}}"}""";

    private static string[] Strategies(JsonElement answer) => [.. answer.GetProperty("options").EnumerateArray().Select(way => String(way, "strategy"))];

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetRawText();

    private static string String(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    private static long Number(JsonElement of, string name) => of.GetProperty(name).GetInt64();
}
