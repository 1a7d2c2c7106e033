using System.Text.Json;
using NativeHost.CommandLine;
using NativeHost.Hardware;
using NativeHost.Hardware.Graphics;
using NativeHost.Hardware.Memory;
using Xunit;

namespace NativeHost.Tests.Hardware;

public sealed class HardwareCommandTests
{
    private const long Mebibyte = 1024 * 1024;

    [Fact]
    public async Task A_person_sees_what_there_is_and_what_models_run_on()
    {
        var printed = await TypeAsync(ScriptedMachine.WithCard(24576, 20480));

        Assert.Equal(
            """
              system         Debian GNU/Linux 12 (Linux 6.1.0)
              processor      AMD Ryzen 7 5800X
              cores          8, 16 threads
              clock          3800 to 4850 MHz
              caches         L3 32,768 KiB x 1
              vectors        avx2 fma
              memory         8.0 GiB free of 16.0 GiB; swap 1.0 GiB free of 2.0 GiB
              gpu 0          A card, driver 550.54.15
                             20.0 GiB free of 24.0 GiB
                             llama.cpp calls it Vulkan0
              npu            none
            """,
            string.Join('\n', printed.Split('\n')[..11]));
        Assert.Contains("models run on  Vulkan: llama.cpp computes on A card (Vulkan0).", printed, StringComparison.Ordinal);
        Assert.Contains("temp       0.4 GiB  1.0 GiB  ext4  /tmp", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_known_says_why()
    {
        var printed = await TypeAsync(new ScriptedMachine
        {
            Change = look => look with
            {
                Processor = new(null, "No processor."),
                Memory = new(null, "No memory."),
                Graphics = new([new GraphicsDevice { Name = "Odd GPU" }], null),
                Engine = new(null, "No engine."),
                Neural = new(null, "No answer."),
            },
        });

        Assert.Contains("processor      unknown: No processor.", printed, StringComparison.Ordinal);
        Assert.Contains("memory         unknown: No memory.", printed, StringComparison.Ordinal);
        Assert.Contains("Models cannot run on it: No engine.", printed, StringComparison.Ordinal);
        Assert.Contains("npu            unknown: No answer.", printed, StringComparison.Ordinal);
        Assert.Contains("models run on  CPU: No engine.", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_without_swap_and_with_two_kinds_of_cores_in_a_container_says_so()
    {
        var printed = await TypeAsync(new ScriptedMachine
        {
            Change = look => look with
            {
                Processor = new(look.Processor.Value! with { PerformanceCores = 6, EfficiencyCores = 2, UsableCores = 2, UsableThreads = 3 }, null),
                Memory = new(new MemoryFacts(16384 * Mebibyte, 1024 * Mebibyte, 0, 2048 * Mebibyte, 0, 0), null),
            },
        });

        Assert.Contains("cores          8 (6 fast, 2 slow), 16 threads; 2 cores, 3 threads of them for the host", printed, StringComparison.Ordinal);
        Assert.Contains("memory         1.0 GiB free of 16.0 GiB; the container may have 2.0 GiB; no swap", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_json_it_is_what_clients_get()
    {
        using var document = JsonDocument.Parse(await TypeAsync(ScriptedMachine.WithCard(24576, 20480), "--json"));

        Assert.Equal("A card", document.RootElement.GetProperty("gpus")[0].GetProperty("name").GetString());
        Assert.Equal(16384, document.RootElement.GetProperty("memory").GetProperty("total_ram_mb").GetInt64());
    }

    [Fact]
    public async Task A_person_waits_for_what_takes_time()
    {
        var looks = 0;
        var printed = await TypeAsync(new ScriptedMachine
        {
            Change = look => Interlocked.Increment(ref looks) < 3 ? look with { Graphics = new(null, "It is being looked for.", IsPending: true) } : look,
        });

        Assert.Equal(3, looks);
        Assert.Contains("gpu            none", printed, StringComparison.Ordinal);
    }

    private static async Task<string> TypeAsync(IMachine machine, params string[] arguments)
    {
        var output = new StringWriter { NewLine = "\n" };
        var command = HardwareCommand.Create(new Lazy<IMachine>(machine), output, TimeProvider.System);
        Assert.Equal(0, await command.Parse(arguments).InvokeAsync(cancellationToken: Patience.Token));
        return output.ToString().ReplaceLineEndings("\n");
    }
}
