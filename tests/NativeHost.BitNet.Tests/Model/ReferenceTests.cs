using System.Text.Json;
using NativeHost.BitNet.Kernels;
using NativeHost.Inference;

namespace NativeHost.BitNet.Tests.Model;

public sealed class ReferenceTests
{
    [Fact]
    public async Task Demo()
    {
        var path = "/work/main/src/NativeHost/DemoModel/tabagent-story-bitnet-i2_s.gguf";
        using var golden = JsonDocument.Parse(File.ReadAllText("/work/main/tests/Golden/demo-model/golden-ternary.json"));
        var loader = new BitNetModelLoader(_ => new NumberedTokens(1024), null, TimeProvider.System);
        foreach (var level in Enum.GetValues<KernelLevel>().Where(KernelLevels.IsSupported))
        {
            using var model = await loader.LoadModelAsync(path, new ModelLoadOptions { Threads = 2 }, new BitNetOptions { Level = level }, new Progress<float>(), default);
            using var abort = new AbortSignal();
            foreach (var row in golden.RootElement.EnumerateArray())
            {
                var prompt = row.GetProperty("prompt_ids").EnumerateArray().Select(x => new Token(x.GetInt32())).ToArray();
                var ids = row.GetProperty("ids").EnumerateArray().Select(x => x.GetInt32()).ToArray();
                model.TryRewind(0, 0);
                var batch = new StepBatch(512);
                batch.Add(0, prompt, true);
                var worst = 0f; var same = 0;
                for (var i = 0; i < ids.Length; i++)
                {
                    Assert.Equal(StepOutcome.Done, model.Step(batch, abort));
                    var logits = model.Logits(0);
                    if (row.GetProperty("top5").TryGetProperty(i.ToString(), out var top))
                    {
                        foreach (var pair in top.EnumerateArray())
                        {
                            worst = MathF.Max(worst, MathF.Abs(logits[pair[0].GetInt32()] - pair[1].GetSingle()));
                        }
                    }
                    var best = 0;
                    for (var k = 0; k < logits.Length; k++) if (logits[k] > logits[best]) best = k;
                    same += best == ids[i] ? 1 : 0;
                    batch.Clear();
                    batch.Add(0, [new Token(ids[i])], true);
                }
                TestContext.Current.TestOutputHelper!.WriteLine($"{level}: {same}/{ids.Length} worst {worst}");
            }
        }
    }
}
