using System.Text.Json;
using NativeHost.Gguf;
using NativeHost.Tests.Hardware;
using Xunit;

namespace NativeHost.Tests.Planning;

/// <summary>Whether a model can be loaded that is on this machine: its header decides, and not its size.</summary>
public sealed class FeasibilityOfFileTests : IDisposable
{
    private const long Mebibyte = 1024 * 1024;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("feasibility-");

    [Fact]
    public async Task It_is_what_an_estimate_says_whatever_size_is_told()
    {
        var path = Sketch();

        var (answer, estimate) = await AskAsync(path, ScriptedMachine.WithCard(1, 0), ""","modelSizeMb":9000000""");

        Assert.True(answer.GetProperty("can_load").GetBoolean());
        Assert.Equal((new FileInfo(path).Length + Mebibyte - 1) / Mebibyte, answer.GetProperty("model_size_mb").GetInt64());
        Assert.Equal("exact", answer.GetProperty("confidence").GetString());
        Assert.Equal(
            $$"""{"model_path":"{{JsonEncodedText.Encode(path)}}","context_tokens":8192,"gpu_layers":0,"ram_mb":{{Required(estimate, "ram")}},"vram_mb":0}""",
            answer.GetProperty("planned").GetRawText());
        Assert.Equal("""{"target":"cpu","gpu_index":null,"gpu_percent":0,"cpu_percent":100,"reason":"Loading model on CPU"}""", answer.GetProperty("strategy").GetRawText());
    }

    [Fact]
    public async Task A_card_gets_all_layers_or_those_that_fit()
    {
        var path = Sketch();
        var (whole, estimate) = await AskAsync(path, ScriptedMachine.WithCard(2048, 2000));
        var (part, _) = await AskAsync(path, ScriptedMachine.WithCard(2048, Required(estimate, "vram") - 4));

        Assert.Equal(
            """{"target":"gpu","gpu_index":0,"gpu_percent":100,"cpu_percent":0,"reason":"All 4 layers on the GPU"}""", whole.GetProperty("strategy").GetRawText());
        var layers = part.GetProperty("planned").GetProperty("gpu_layers").GetInt32();
        Assert.InRange(layers, 1, 3);
        Assert.Equal(
            $$"""{"target":"split","gpu_index":0,"gpu_percent":{{25 * layers}},"cpu_percent":{{100 - (25 * layers)}},"reason":"{{layers}} of 4 layers on the GPU, the others on the CPU"}""",
            part.GetProperty("strategy").GetRawText());
    }

    [Fact]
    public async Task Where_it_does_not_fit_the_answer_says_why()
    {
        var path = Sketch();
        var size = new FileInfo(path).Length / Mebibyte;

        var (answer, _) = await AskAsync(path, new ScriptedMachine
        {
            Change = look => look with { Memory = look.Memory with { Value = look.Memory.Value! with { Available = size * Mebibyte } } },
        });

        Assert.False(answer.GetProperty("can_load").GetBoolean());
        Assert.Equal("none", answer.GetProperty("strategy").GetProperty("target").GetString());
        Assert.Contains("Not even the weights fit", answer.GetProperty("recommendation").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_no_engine_loads_is_not_promised()
    {
        var path = Path.Combine(_folder.FullName, "stranger.gguf");
        using (var writer = new GgufWriter("nobodys"))
        {
            writer.Add("nobodys.block_count", 2u);
            writer.AddTensor("token_embd.weight", [64, 100], GgufTensorType.F32, stream => stream.Write(new byte[64 * 100 * 4]));
            await using var file = File.Create(path);
            writer.Write(file);
        }

        var (answer, _) = await AskAsync(path, new ScriptedMachine());

        Assert.False(answer.GetProperty("can_load").GetBoolean());
        Assert.Contains("nobodys", answer.GetProperty("strategy").GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_an_error_unless_its_size_is_told()
    {
        await using var bed = new HardwareBed();

        Assert.Equal("model_not_found", (await bed.AskAsync("""{"action":"check_model_feasibility","modelPath":"no-such-model.gguf"}""")).GetProperty("code").GetString());
        var sized = await bed.PayloadAsync("""{"action":"check_model_feasibility","modelPath":"no-such-model.gguf","modelSizeMb":10}""");
        Assert.Equal((10, "unknown"), (sized.GetProperty("model_size_mb").GetInt64(), sized.GetProperty("confidence").GetString()));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Sketch()
    {
        var path = Path.Combine(_folder.FullName, "sketch.gguf");
        using var file = File.Create(path);
        ModelSketch.Write(file, "llama", new SketchSize());
        return path;
    }

    private static async Task<(JsonElement Payload, JsonElement Estimate)> AskAsync(string path, ScriptedMachine machine, string more = "")
    {
        await using var bed = new HardwareBed(machine);
        var name = JsonEncodedText.Encode(path);
        return (
            await bed.PayloadAsync($$"""{"action":"check_model_feasibility","modelPath":"{{name}}"{{more}}}"""),
            (await bed.AskAsync($$"""{"action":"estimate_model_size","model_path":"{{name}}"}""")).GetProperty("estimate"));
    }

    private static long Required(JsonElement estimate, string memory) => estimate.GetProperty($"{memory}_required_mb").GetInt64();
}
