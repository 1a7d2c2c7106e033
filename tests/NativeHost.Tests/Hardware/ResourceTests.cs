using System.Text.Json;
using NativeHost.Hardware.Processor;
using NativeHost.Messages;
using Xunit;

namespace NativeHost.Tests.Hardware;

/// <summary>The three actions about what is used now.</summary>
public sealed class ResourceTests
{
    private const long Mebibyte = 1024 * 1024;
    private static readonly Caller One = new(CallerKind.Extension, "chrome-extension://one/");
    private static readonly Caller Two = new(CallerKind.Extension, "chrome-extension://two/");

    [Fact]
    public async Task System_resources_are_a_plain_object_in_bytes()
    {
        await using var bed = new HardwareBed(ScriptedMachine.WithCard(1000, 600));

        var payload = await bed.PayloadAsync("""{"action":"get_system_resources"}""");

        const string Card = """{"available":true,"name":"A card","total_vram":1048576000,"available_vram":629145600,"used_vram":419430400,"vendor":"Nvidia"}""";
        Assert.Equal(Card, payload.GetProperty("gpu").GetRawText());
        Assert.Equal($"[{Card}]", payload.GetProperty("gpus").GetRawText());
        Assert.Equal("""{"architecture":"AmdZen3","model_name":"AMD Ryzen 7 5800X","cores":8,"threads":16}""", payload.GetProperty("cpu").GetRawText());
        Assert.Equal(
            (16384 * Mebibyte, 8192 * Mebibyte, 8192 * Mebibyte),
            (payload.GetProperty("total_ram").GetInt64(), payload.GetProperty("available_ram").GetInt64(), payload.GetProperty("used_ram").GetInt64()));
        Assert.Equal(12.3, payload.GetProperty("cpu_usage").GetDouble());
        Assert.Equal("temp", payload.GetProperty("disks")[0].GetProperty("use").GetString());
    }

    [Fact]
    public async Task Without_a_gpu_the_gpu_is_null_and_without_a_look_before_the_load_is()
    {
        await using var bed = new HardwareBed(look => look with { Load = new(new LoadFacts(null), null) });

        var payload = await bed.PayloadAsync("""{"action":"get_system_resources"}""");

        Assert.Equal(JsonValueKind.Null, payload.GetProperty("gpu").ValueKind);
        Assert.Equal(JsonValueKind.Null, payload.GetProperty("cpu_usage").ValueKind);
        Assert.Contains("ask again", payload.GetProperty("cpu_usage_reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gpu_that_does_not_tell_what_is_free_has_nulls_and_a_reason()
    {
        await using var bed = new HardwareBed(ScriptedMachine.WithCard(1000, null));

        var gpu = (await bed.PayloadAsync("""{"action":"get_system_resources"}""")).GetProperty("gpu");

        Assert.Equal(1000 * Mebibyte, gpu.GetProperty("total_vram").GetInt64());
        Assert.All(["available_vram", "used_vram"], name => Assert.Equal(JsonValueKind.Null, gpu.GetProperty(name).ValueKind));
        Assert.NotEmpty(gpu.GetProperty("vram_reason").GetString()!);
    }

    [Fact]
    public async Task Query_resources_tells_memory_and_the_callers_own_models()
    {
        await using var bed = new HardwareBed(ScriptedMachine.WithCard(1000, 600));
        await bed.AskAsync("""{"action":"load_model","modelPath":"/mine.gguf"}""", One);
        await bed.AskAsync("""{"action":"load_model","modelPath":"/theirs.gguf"}""", Two);

        var final = await bed.AskAsync("""{"action":"query_resources"}""", One);

        Assert.Equal(
            """{"vram":{"total_mb":1000,"used_mb":400,"available_mb":600},"ram":{"total_mb":16384,"used_mb":8192,"available_mb":8192},"gpu_count":1}""",
            final.GetProperty("resources").GetRawText());
        Assert.Equal("""{"/mine.gguf":{"vram_mb":0,"ram_mb":0,"backend":"llama_cpp_cpu"}}""", final.GetProperty("allocations").GetRawText());
        Assert.Equal(2, final.GetProperty("loaded_models_count").GetInt32());
        Assert.Equal("""{"llama_cpp_cpu":2}""", final.GetProperty("by_backend").GetRawText());
        Assert.Equal(1, final.GetProperty("others_models").GetProperty("count").GetInt32());
        Assert.DoesNotContain("theirs", final.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_resources_of_an_empty_host_has_every_field()
    {
        await using var bed = new HardwareBed();

        var final = await bed.AskAsync("""{"action":"query_resources"}""");

        Assert.Equal(["status", "resources", "allocations", "loaded_models_count", "by_backend", "others_models", "pending"], HardwareBed.Names(final));
        Assert.Equal(("{}", 0, "{}"), (final.GetProperty("allocations").GetRawText(), final.GetProperty("loaded_models_count").GetInt32(), final.GetProperty("by_backend").GetRawText()));
        Assert.Equal("""{"total_mb":0,"used_mb":0,"available_mb":0}""", final.GetProperty("resources").GetProperty("vram").GetRawText());
    }

    [Fact]
    public async Task What_is_pending_is_null_there_too()
    {
        await using var bed = new HardwareBed(look => look with { Graphics = new(null, "It is being looked for.", IsPending: true) });

        var resources = (await bed.AskAsync("""{"action":"query_resources"}""")).GetProperty("resources");

        Assert.Equal("""{"total_mb":null,"used_mb":null,"available_mb":null,"reason":"It is being looked for."}""", resources.GetProperty("vram").GetRawText());
        Assert.Equal(JsonValueKind.Null, resources.GetProperty("gpu_count").ValueKind);
    }

    [Fact]
    public async Task Memory_usage_counts_models_and_says_how_old_a_figure_is()
    {
        await using var bed = new HardwareBed(ScriptedMachine.WithCard(1000, 600));
        await bed.AskAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        var payload = await bed.PayloadAsync("""{"action":"get_memory_usage"}""");

        Assert.Equal($$"""{"total":{{16384 * Mebibyte}},"used":{{8192 * Mebibyte}},"available":{{8192 * Mebibyte}}}""", payload.GetProperty("ram").GetRawText());
        Assert.Equal("""{"total":1048576000,"used":419430400,"available":629145600}""", payload.GetProperty("vram").GetRawText());

        // The scripted model's file has 100 bytes.
        Assert.Equal((1, 100), (payload.GetProperty("loadedModelsCount").GetInt32(), payload.GetProperty("memoryUsedByModels").GetInt64()));
        Assert.Equal((true, 3000), (payload.GetProperty("cached").GetBoolean(), payload.GetProperty("vramAgeMs").GetInt64()));
        Assert.InRange(payload.GetProperty("timestamp").GetInt64(), before, before + 60);
    }

    [Fact]
    public async Task A_model_takes_what_its_load_was_planned_with_and_not_a_share_of_its_file()
    {
        await using var host = new TestHost(new ScriptedLoader { FileBytes = 700 * Mebibyte, RamBytes = 30 * Mebibyte, VramBytes = 50 * Mebibyte });
        await using var dialogue = new Dialogue(host, Patience.Token);
        await dialogue.AskAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");

        var usage = await dialogue.AskAsync("""{"action":"get_memory_usage"}""");
        Assert.Equal(80 * Mebibyte, usage.GetProperty("payload").GetProperty("memoryUsedByModels").GetInt64());
        var model = (await dialogue.AskAsync("""{"action":"get_loaded_models"}""")).GetProperty("payload").GetProperty("models")[0];
        Assert.Equal((30 * Mebibyte, 50 * Mebibyte), (model.GetProperty("ram_used").GetInt64(), model.GetProperty("vram_used").GetInt64()));
        var listed = (await dialogue.AskAsync("""{"action":"list_loaded_models"}""")).GetProperty("models")[0].GetProperty("resources");
        Assert.Equal((30, 50), (listed.GetProperty("ram_mb").GetDouble(), listed.GetProperty("vram_mb").GetDouble()));
    }

    [Fact]
    public async Task Without_a_gpu_its_memory_is_null_and_says_why()
    {
        await using var bed = new HardwareBed();

        var payload = await bed.PayloadAsync("""{"action":"get_memory_usage"}""");

        Assert.Equal(JsonValueKind.Null, payload.GetProperty("vram").ValueKind);
        Assert.Equal("There is no GPU with memory of its own.", payload.GetProperty("vramReason").GetString());
        Assert.False(payload.GetProperty("cached").GetBoolean());
    }
}
