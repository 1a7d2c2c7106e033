using System.Text.Json;
using NativeHost.Hardware.Memory;
using Xunit;

namespace NativeHost.Tests.Hardware;

/// <summary>The three actions about what would fit.</summary>
public sealed class FeasibilityTests
{
    private const long Mebibyte = 1024 * 1024;

    [Fact]
    public async Task A_model_that_fits_into_the_gpus_memory_goes_there()
    {
        await using var bed = new HardwareBed(ScriptedMachine.WithCard(12288, 12000));

        var payload = await bed.PayloadAsync(Check("10000"));

        Assert.True(payload.GetProperty("can_load").GetBoolean());
        Assert.Equal((10000, "9.8"), (payload.GetProperty("model_size_mb").GetInt64(), payload.GetProperty("model_size_gb").GetString()));
        Assert.Equal(
            """{"target":"gpu","gpu_index":0,"gpu_percent":100,"cpu_percent":0,"reason":"Model fits in GPU VRAM (12000 MB available)"}""",
            payload.GetProperty("strategy").GetRawText());
        Assert.Equal(
            """{"total_ram_mb":16384,"total_ram_gb":"16.0","available_ram_mb":8192,"available_ram_gb":"8.0","ram_tier":"high","total_vram_mb":12288,"total_vram_gb":"12.0","vram_tier":"high","gpu_count":1}""",
            payload.GetProperty("hardware").GetRawText());
        Assert.Equal("✅ This 9.8GB model can be loaded using: Model fits in GPU VRAM (12000 MB available)", payload.GetProperty("recommendation").GetString());
        Assert.Equal((8192, 12000), (payload.GetProperty("available_ram_mb").GetInt64(), payload.GetProperty("available_vram_mb").GetInt64()));
        Assert.Equal("unknown", payload.GetProperty("confidence").GetString());
        Assert.Equal("[]", payload.GetProperty("pending").GetRawText());
    }

    [Fact]
    public async Task A_model_that_is_a_little_larger_than_fits_is_split()
    {
        await using var bed = new HardwareBed(ScriptedMachine.WithCard(12288, 8000));

        var strategy = (await bed.PayloadAsync(Check("10000"))).GetProperty("strategy");

        Assert.Equal(("split", 0, 80, 20), (strategy.GetProperty("target").GetString(), strategy.GetProperty("gpu_index").GetInt32(), strategy.GetProperty("gpu_percent").GetDouble(), strategy.GetProperty("cpu_percent").GetDouble()));
        Assert.Equal("Model split between GPU (80%) and CPU (20%)", strategy.GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("7448", true)]
    [InlineData("7449", false)]
    public async Task Without_a_gpu_the_memory_has_to_hold_it_and_a_tenth_more(string megabytes, bool fits)
    {
        await using var bed = new HardwareBed();

        var payload = await bed.PayloadAsync(Check(megabytes));

        Assert.Equal(fits, payload.GetProperty("can_load").GetBoolean());
        Assert.Equal(fits ? "cpu" : "none", payload.GetProperty("strategy").GetProperty("target").GetString());
    }

    [Fact]
    public async Task A_model_that_fits_nowhere_cannot_be_loaded_and_the_answer_says_what_there_is()
    {
        await using var bed = new HardwareBed(ScriptedMachine.WithCard(4096, 3072));

        var payload = await bed.PayloadAsync(Check("100000"));

        Assert.False(payload.GetProperty("can_load").GetBoolean());
        Assert.Equal(
            """{"target":"none","gpu_index":null,"gpu_percent":0,"cpu_percent":0,"reason":"Model needs 110000 MB of memory, and 8192 MB can be made free"}""",
            payload.GetProperty("strategy").GetRawText());
        Assert.Equal(
            "❌ This 97.7GB model is too large. Available: 8.0GB RAM, 3.0GB VRAM. Consider using a smaller model variant.", payload.GetProperty("recommendation").GetString());
    }

    [Fact]
    public async Task A_gpu_that_shares_the_memory_takes_what_the_memory_holds()
    {
        await using var bed = new HardwareBed(ScriptedMachine.WithCard(12000, 9000, sharesMemory: true));

        var payload = await bed.PayloadAsync(Check("7000"));

        Assert.Equal("gpu", payload.GetProperty("strategy").GetProperty("target").GetString());
        Assert.Equal((0, 1), (payload.GetProperty("hardware").GetProperty("total_vram_mb").GetInt64(), payload.GetProperty("hardware").GetProperty("gpu_count").GetInt32()));
        Assert.Equal("none", (await bed.PayloadAsync(Check("8000"))).GetProperty("strategy").GetProperty("target").GetString());
    }

    [Fact]
    public async Task A_gpu_that_models_cannot_run_on_does_not_count()
    {
        var machine = ScriptedMachine.WithCard(24576, 24000);
        await using var bed = new HardwareBed(look =>
        {
            var changed = machine.Change(look);
            return changed with { Graphics = new([changed.Graphics.Value![0] with { Engine = null }], null) };
        });

        var payload = await bed.PayloadAsync(Check("10000"));

        Assert.False(payload.GetProperty("can_load").GetBoolean());
        Assert.Equal(0, payload.GetProperty("hardware").GetProperty("gpu_count").GetInt32());
    }

    [Fact]
    public async Task A_containers_limit_decides_and_not_the_machine()
    {
        await using var bed = new HardwareBed(look => look with { Memory = new(new MemoryFacts(65536 * Mebibyte, 3000 * Mebibyte, 0, 4096 * Mebibyte, 0, 0), null) });

        var payload = await bed.PayloadAsync(Check("5000"));

        Assert.False(payload.GetProperty("can_load").GetBoolean());
        Assert.Equal(4096, payload.GetProperty("hardware").GetProperty("total_ram_mb").GetInt64());
    }

    [Fact]
    public async Task The_older_name_of_the_size_is_known_and_sizes_are_rounded_up()
    {
        await using var bed = new HardwareBed();

        Assert.Equal(5, (await bed.PayloadAsync("""{"action":"check_model_feasibility","model_size_mb":4.2}""")).GetProperty("model_size_mb").GetInt64());
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","modelSizeMb":null""")]
    [InlineData(""","modelSizeMb":0""")]
    [InlineData(""","modelSizeMb":-1""")]
    [InlineData(""","modelSizeMb":"5000" """)]
    [InlineData(""","modelSizeMb":true""")]
    [InlineData(""","modelSizeMb":{"a":[1]}""")]
    [InlineData(""","modelSizeMb":[5000]""")]
    [InlineData(""","modelSizeMb":1e300""")]
    [InlineData(""","modelSizeMb":1e999""")]
    [InlineData(""","model_size_mb":-5""")]
    public async Task A_size_that_is_none_is_refused_in_the_originals_words(string field)
    {
        await using var bed = new HardwareBed();

        AssertRefused("Invalid model size", await bed.AskAsync($$"""{"action":"check_model_feasibility"{{field}}}"""));
    }

    [Fact]
    public async Task A_machine_that_does_not_tell_its_memory_is_an_error_and_no_yes()
    {
        await using var bed = new HardwareBed(look => look with { Memory = new(null, "It is broken.") });

        foreach (var request in new[] { Check("100"), """{"action":"get_recommended_models"}""", """{"action":"recommend_split","modelSize":1000}""" })
        {
            var final = await bed.AskAsync(request);
            Assert.Equal(("error", "hardware_unknown"), (final.GetProperty("status").GetString(), final.GetProperty("code").GetString()));
            Assert.Equal("Hardware detection failed: It is broken.", final.GetProperty("message").GetString());
        }
    }

    [Fact]
    public async Task Recommendations_follow_half_of_the_free_memory_where_there_is_no_gpu()
    {
        await using var bed = new HardwareBed();

        var payload = await bed.PayloadAsync("""{"action":"get_recommended_models"}""");

        Assert.Equal(("4.0", 4096), (payload.GetProperty("max_model_size_gb").GetString(), payload.GetProperty("max_model_size_mb").GetInt64()));
        Assert.Equal("""{"max_gpu_model_gb":"0.0","max_cpu_model_gb":"4.0"}""", payload.GetProperty("recommendations").GetRawText());
        Assert.Equal(
            """{"tiny":"✅ 0.5GB models (e.g., TinyLlama)","small":"✅ 2GB models (e.g., Phi-2)","medium":"✅ 4GB models (e.g., Llama-7B-Q4)","large":"❌ Not recommended","xlarge":"❌ Not recommended"}""",
            Unescaped(payload.GetProperty("suggested_models")));
        Assert.Equal(
            """{"ram":"16.0GB total, 8.0GB available","vram":"0.0GB total","tier":"RAM: high, VRAM: low"}""", payload.GetProperty("hardware_summary").GetRawText());
        Assert.Equal((8192, 5734), (payload.GetProperty("available_ram_mb").GetInt64(), payload.GetProperty("safe_ram_mb").GetInt64()));
        Assert.Equal("""["7B","3B","1B"]""", payload.GetProperty("recommended_sizes").GetRawText());
    }

    [Fact]
    public async Task Recommendations_follow_the_gpu_where_it_has_more_than_four_gigabytes()
    {
        await using var bed = new HardwareBed(ScriptedMachine.WithCard(24576, 20000));

        var payload = await bed.PayloadAsync("""{"action":"get_recommended_models"}""");

        Assert.Equal(("19.2", "19.2"), (payload.GetProperty("max_model_size_gb").GetString(), payload.GetProperty("recommendations").GetProperty("max_gpu_model_gb").GetString()));
        Assert.Equal("✅ 16GB+ models (e.g., Llama-70B-Q4)", payload.GetProperty("suggested_models").GetProperty("xlarge").GetString());
        Assert.Equal((20000, 14000), (payload.GetProperty("available_vram_mb").GetInt64(), payload.GetProperty("safe_vram_mb").GetInt64()));
        Assert.Equal("70B", payload.GetProperty("recommended_sizes")[0].GetString());
    }

    [Fact]
    public async Task A_small_gpu_decides_nothing()
    {
        await using var bed = new HardwareBed(ScriptedMachine.WithCard(4096, 4096));

        Assert.Equal("4.0", (await bed.PayloadAsync("""{"action":"get_recommended_models"}""")).GetProperty("max_model_size_gb").GetString());
    }

    [Fact]
    public async Task Without_a_gpu_all_layers_are_the_processors()
    {
        await using var bed = new HardwareBed();

        Assert.Equal(
            """{"gpu_layers":0,"cpu_layers":32,"estimated_vram":0,"estimated_ram":4000000000,"performance_tier":"slow","reason":"No GPU available - using CPU only","gpu_index":null,"pending":[]}""",
            (await bed.PayloadAsync("""{"action":"recommend_split","modelSize":4000000000}""")).GetRawText());
    }

    [Theory]
    [InlineData(9024, 40, "fast", "100% of layers on GPU - excellent performance expected")]
    [InlineData(5024, 20, "medium", "50% of layers on GPU - good performance expected")]
    [InlineData(2024, 5, "slow", "12% of layers on GPU - limited performance")]
    [InlineData(1024, 0, "slow", "All layers on CPU - slow performance expected")]
    [InlineData(100, 0, "slow", "All layers on CPU - slow performance expected")]
    public async Task The_gpu_gets_as_many_layers_as_fit_beside_a_gigabyte(long freeMegabytes, int layers, string tier, string reason)
    {
        await using var bed = new HardwareBed(ScriptedMachine.WithCard(24576, freeMegabytes));
        const long Size = 8000 * Mebibyte;

        var payload = await bed.PayloadAsync($$"""{"action":"recommend_split","modelSize":{{Size}},"totalLayers":40}""");

        Assert.Equal((layers, 40 - layers), (payload.GetProperty("gpu_layers").GetInt32(), payload.GetProperty("cpu_layers").GetInt32()));
        Assert.Equal((layers * Size / 40, Size - (layers * Size / 40)), (payload.GetProperty("estimated_vram").GetInt64(), payload.GetProperty("estimated_ram").GetInt64()));
        Assert.Equal((tier, reason, 0), (payload.GetProperty("performance_tier").GetString(), payload.GetProperty("reason").GetString(), payload.GetProperty("gpu_index").GetInt32()));
    }

    [Theory]
    [InlineData("", "modelSize is required")]
    [InlineData(""","modelSize":-1""", "modelSize is required")]
    [InlineData(""","modelSize":1.5""", "modelSize is required")]
    [InlineData(""","modelSize":"4000" """, "modelSize is required")]
    [InlineData(""","modelSize":1e999""", "modelSize is required")]
    [InlineData(""","modelSize":0""", "Invalid model size")]
    [InlineData(""","modelSize":31""", "Invalid model size")]
    [InlineData(""","modelSize":1e18""", "Invalid model size")]
    [InlineData(""","modelSize":4000,"totalLayers":0""", "totalLayers is a whole number from 1 to 10000")]
    [InlineData(""","modelSize":4000,"totalLayers":-3""", "totalLayers is a whole number from 1 to 10000")]
    [InlineData(""","modelSize":4000,"totalLayers":2.5""", "totalLayers is a whole number from 1 to 10000")]
    [InlineData(""","modelSize":4000,"totalLayers":"40" """, "totalLayers is a whole number from 1 to 10000")]
    [InlineData(""","modelSize":4000000000,"totalLayers":10001""", "totalLayers is a whole number from 1 to 10000")]
    public async Task A_split_of_what_cannot_be_split_is_refused(string fields, string message)
    {
        await using var bed = new HardwareBed();

        AssertRefused(message, await bed.AskAsync($$"""{"action":"recommend_split"{{fields}}}"""));
    }

    private static string Check(string megabytes) => $$"""{"action":"check_model_feasibility","modelSizeMb":{{megabytes}}}""";

    /// <summary>As a client sees it: the wire may escape what is not ASCII.</summary>
    private static string Unescaped(JsonElement element)
        => $"{{{string.Join(',', element.EnumerateObject().Select(field => $"\"{field.Name}\":\"{field.Value.GetString()}\""))}}}";

    private static void AssertRefused(string message, JsonElement final)
        => Assert.Equal(
            ("error", "invalid_request", message),
            (final.GetProperty("status").GetString(), final.GetProperty("code").GetString(), final.GetProperty("message").GetString()));
}
