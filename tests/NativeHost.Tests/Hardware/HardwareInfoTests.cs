using System.Text.Json;
using NativeHost.Hardware.Disks;
using NativeHost.Hardware.Graphics;
using NativeHost.Hardware.Memory;
using NativeHost.Hardware.Neural;
using Xunit;

namespace NativeHost.Tests.Hardware;

public sealed class HardwareInfoTests
{
    private const string Ask = """{"action":"get_hardware_info"}""";
    private const long Mebibyte = 1024 * 1024;

    [Fact]
    public async Task Every_field_of_the_original_is_there_with_the_machines_figures()
    {
        await using var bed = new HardwareBed(ScriptedMachine.WithCard(24564, 20000));

        var payload = await bed.PayloadAsync(Ask);

        var cpu = payload.GetProperty("cpu");
        Assert.Equal(("Amd", "AmdZen3", "AMD Ryzen 7 5800X"), (Text(cpu, "vendor"), Text(cpu, "architecture"), Text(cpu, "model_name")));
        Assert.Equal((8, 16, 25, 33, 2), (Number(cpu, "cores"), Number(cpu, "threads"), Number(cpu, "family"), Number(cpu, "model"), Number(cpu, "stepping")));
        Assert.Equal(NativeHost.BitNet.Kernels.TernaryKernels.NameOfBest, Text(cpu, "bitnet_dll_variant"));
        Assert.Equal(JsonValueKind.Null, cpu.GetProperty("bitnet_dll_filename").ValueKind);
        Assert.NotEmpty(Text(cpu, "bitnet_dll_reason")!);
        Assert.Equal((3800, 4850), (Number(cpu, "base_clock_mhz"), Number(cpu, "max_clock_speed_mhz")));
        Assert.Equal("""[{"level":3,"kind":"unified","bytes":33554432,"count":1}]""", cpu.GetProperty("caches").GetRawText());
        Assert.Equal("""["avx2","fma"]""", cpu.GetProperty("instruction_sets").GetRawText());

        Assert.Equal(
            """{"total_ram_mb":16384,"available_ram_mb":8192,"used_ram_mb":8192,"ram_tier":"high","container_limit_mb":null,"swap_total_mb":2048,"swap_free_mb":1024}""",
            payload.GetProperty("memory").GetRawText());
        Assert.Equal(
            """[{"index":0,"name":"A card","vendor":"Nvidia","vram_mb":24564,"free_vram_mb":20000,"shares_memory":false,"driver":"nvidia","driver_version":"550.54.15","pci_address":"0000:01:00.0","engine_device":"Vulkan0"}]""",
            payload.GetProperty("gpus").GetRawText());
        Assert.Equal(
            """{"total_vram_mb":24564,"free_vram_mb":20000,"vram_tier":"very_high","usable_vram_mb":24564,"shared_vram_mb":0,"age_ms":3000}""",
            payload.GetProperty("vram").GetRawText());
        Assert.Equal(
            """{"primary":"Vulkan","fallbacks":["CPU"],"reason":"llama.cpp computes on A card (Vulkan0)."}""",
            payload.GetProperty("execution_provider").GetRawText());
        Assert.Equal(
            """{"name":"linux","version":"6.1.0","arch":"x86_64","title":"Debian GNU/Linux 12 (Linux 6.1.0)"}""", payload.GetProperty("os").GetRawText());
        Assert.Equal("[]", payload.GetProperty("npus").GetRawText());
        Assert.Equal(2, payload.GetProperty("engine").GetProperty("devices").GetArrayLength());
        Assert.Equal(
            """[{"use":"temp","path":"/tmp","total_mb":1000,"available_mb":400,"used_mb":500,"used_percent":55.6,"file_system":"ext4"}]""",
            payload.GetProperty("disks").GetRawText());
        Assert.Equal("[]", payload.GetProperty("pending").GetRawText());
    }

    [Fact]
    public async Task A_machine_without_a_gpu_has_none_and_computes_on_its_processor()
    {
        await using var bed = new HardwareBed();

        var payload = await bed.PayloadAsync(Ask);

        Assert.Equal("[]", payload.GetProperty("gpus").GetRawText());
        Assert.Equal((0, "low"), (Number(payload.GetProperty("vram"), "total_vram_mb"), Text(payload.GetProperty("vram"), "vram_tier")));
        Assert.Equal("""{"primary":"CPU","fallbacks":[],"reason":"There is no GPU that llama.cpp can use."}""", payload.GetProperty("execution_provider").GetRawText());
    }

    [Fact]
    public async Task What_is_not_known_is_null_and_says_why()
    {
        const string Why = "It is broken.";
        await using var bed = new HardwareBed(look => look with
        {
            System = new(null, Why),
            Processor = new(null, Why),
            Memory = new(null, Why),
            Graphics = new(null, Why),
            Engine = new(null, Why),
            Neural = new(null, Why),
            Disks = [(new MachineFolder("temp", "/tmp"), new(null, Why))],
        });

        var payload = await bed.PayloadAsync(Ask);

        var cpu = payload.GetProperty("cpu");
        Assert.All(["model_name", "cores", "threads", "family", "max_clock_speed_mhz"], name => Assert.Equal(JsonValueKind.Null, cpu.GetProperty(name).ValueKind));
        Assert.All(["reason", "family_reason", "clock_reason"], name => Assert.Equal(Why, Text(cpu, name)));
        Assert.Equal(("Unknown", "Unknown"), (Text(cpu, "vendor"), Text(cpu, "architecture")));
        Assert.All(
            [("memory", "total_ram_mb", "reason"), ("vram", "total_vram_mb", "vram_reason"), ("os", "version", "reason"), ("engine", "version", "reason")],
            part =>
            {
                Assert.Equal(JsonValueKind.Null, payload.GetProperty(part.Item1).GetProperty(part.Item2).ValueKind);
                Assert.Equal(Why, Text(payload.GetProperty(part.Item1), part.Item3));
            });
        Assert.Equal(("CPU", Why), (Text(payload.GetProperty("execution_provider"), "primary"), Text(payload.GetProperty("execution_provider"), "reason")));
        Assert.Equal(Why, Text(payload, "npu_reason"));
        Assert.Equal(
            $$"""[{"use":"temp","path":"/tmp","total_mb":null,"available_mb":null,"used_mb":null,"used_percent":null,"file_system":null,"reason":"{{Why}}"}]""",
            payload.GetProperty("disks").GetRawText());
    }

    [Fact]
    public async Task What_is_still_being_found_out_is_said()
    {
        const string Soon = "It is being looked for.";
        await using var bed = new HardwareBed(look => look with
        {
            Graphics = new(null, Soon, IsPending: true),
            Engine = new(null, Soon, IsPending: true),
        });

        var payload = await bed.PayloadAsync(Ask);

        Assert.Equal("""["gpus","engine"]""", payload.GetProperty("pending").GetRawText());
        Assert.Equal(
            $$"""{"total_vram_mb":null,"free_vram_mb":null,"vram_tier":null,"usable_vram_mb":null,"shared_vram_mb":null,"vram_reason":"{{Soon}}"}""",
            payload.GetProperty("vram").GetRawText());
        Assert.Equal($$"""{"primary":null,"fallbacks":[],"reason":"{{Soon}}"}""", payload.GetProperty("execution_provider").GetRawText());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_the_engine_does_not_tell_what_it_can_use_that_is_not_known(bool isPending)
    {
        const string Why = "Nobody knows.";
        await using var bed = new HardwareBed(look => ScriptedMachine.WithCard(12288, 12000).Change(look) is var changed
            ? changed with
            {
                Engine = new(null, Why, IsPending: isPending),
                Graphics = changed.Graphics with { Value = [changed.Graphics.Value![0] with { Engine = null }] },
            }
            : look);

        Assert.Equal(
            $$"""{"total_vram_mb":12288,"free_vram_mb":12000,"vram_tier":"high","usable_vram_mb":null,"shared_vram_mb":null,"vram_reason":"{{Why}}","age_ms":3000}""",
            (await bed.PayloadAsync(Ask)).GetProperty("vram").GetRawText());

        var check = await bed.PayloadAsync("""{"action":"check_model_feasibility","modelSizeMb":10000000}""");
        Assert.Equal(JsonValueKind.Null, check.GetProperty("available_vram_mb").ValueKind);
        Assert.Contains("VRAM unknown", Text(check, "recommendation"), StringComparison.Ordinal);
        Assert.EndsWith(
            $$"""total_vram_mb":null,"total_vram_gb":null,"vram_tier":null,"gpu_count":null,"vram_reason":"{{Why}}"}""",
            check.GetProperty("hardware").GetRawText(),
            StringComparison.Ordinal);

        var recommended = await bed.PayloadAsync("""{"action":"get_recommended_models"}""");
        Assert.All(["available_vram_mb", "safe_vram_mb"], name => Assert.Equal(JsonValueKind.Null, recommended.GetProperty(name).ValueKind));
        Assert.Equal(Why, Text(recommended, "vram_reason"));
    }

    [Fact]
    public async Task A_gpu_that_the_engine_does_not_see_says_so_and_counts_as_hardware_alone()
    {
        await using var bed = new HardwareBed(look => look with
        {
            Graphics = new([new GraphicsDevice { Vendor = GraphicsVendor.Nvidia, HardwareId = "10de:2684", SharesMemory = false, TotalBytes = 24564 * Mebibyte }], null),
        });

        var payload = await bed.PayloadAsync(Ask);

        var gpu = payload.GetProperty("gpus")[0];
        Assert.Equal("Nvidia GPU 10de:2684", Text(gpu, "name"));
        Assert.Equal(JsonValueKind.Null, gpu.GetProperty("engine_device").ValueKind);
        Assert.Contains("Vulkan", Text(gpu, "engine_reason"), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, gpu.GetProperty("driver_version").ValueKind);
        Assert.NotEmpty(Text(gpu, "driver_reason")!);
        Assert.NotEmpty(Text(gpu, "vram_reason")!);
        Assert.Equal((24564, 0), (Number(payload.GetProperty("vram"), "total_vram_mb"), Number(payload.GetProperty("vram"), "usable_vram_mb")));
        Assert.Equal("llama.cpp sees no GPU, though the system shows one.", Text(payload.GetProperty("execution_provider"), "reason"));
    }

    [Fact]
    public async Task Shared_memory_is_no_memory_of_a_gpus_own_and_a_console_has_none_that_counts()
    {
        var machine = ScriptedMachine.WithCard(12000, 9000, sharesMemory: true);
        await using var bed = new HardwareBed(look =>
        {
            var changed = machine.Change(look);
            return changed with { Graphics = new([.. changed.Graphics.Value!, new GraphicsDevice { HardwareId = "1a03:2000" }], null) };
        });

        var payload = await bed.PayloadAsync(Ask);

        Assert.Equal(
            """{"total_vram_mb":0,"free_vram_mb":0,"vram_tier":"low","usable_vram_mb":0,"shared_vram_mb":12000,"age_ms":0}""",
            payload.GetProperty("vram").GetRawText());
        Assert.Equal("GPU 1a03:2000", Text(payload.GetProperty("gpus")[1], "name"));
    }

    [Theory]
    [InlineData(4096, "low")]
    [InlineData(8191, "low")]
    [InlineData(8192, "medium")]
    [InlineData(16384, "high")]
    [InlineData(32768, "very_high")]
    public async Task Memory_has_a_tier(long megabytes, string tier)
    {
        await using var bed = new HardwareBed(look => look with { Memory = new(new MemoryFacts(megabytes * Mebibyte, Mebibyte, 0, null, 0, 0), null) });

        Assert.Equal(tier, Text((await bed.PayloadAsync(Ask)).GetProperty("memory"), "ram_tier"));
    }

    [Fact]
    public async Task In_a_container_its_limit_makes_the_tier()
    {
        await using var bed = new HardwareBed(look => look with { Memory = new(new MemoryFacts(65536 * Mebibyte, Mebibyte, 0, 2048 * Mebibyte, 0, 0), null) });

        var memory = (await bed.PayloadAsync(Ask)).GetProperty("memory");

        Assert.Equal((65536, 2048, "low"), (Number(memory, "total_ram_mb"), Number(memory, "container_limit_mb"), Text(memory, "ram_tier")));
    }

    [Theory]
    [InlineData(4095, "low")]
    [InlineData(4096, "medium")]
    [InlineData(8192, "high")]
    [InlineData(16384, "very_high")]
    public async Task Memory_of_gpus_has_a_tier(long megabytes, string tier)
    {
        await using var bed = new HardwareBed(ScriptedMachine.WithCard(megabytes, 1));

        Assert.Equal(tier, Text((await bed.PayloadAsync(Ask)).GetProperty("vram"), "vram_tier"));
    }

    [Fact]
    public async Task System_info_has_the_originals_fields_and_the_engines_that_there_are()
    {
        await using var bed = new HardwareBed(ScriptedMachine.WithCard(24576, 20000));

        var final = await bed.AskAsync("""{"action":"get_system_info"}""");

        Assert.Equal(("success", "Debian GNU/Linux 12 (Linux 6.1.0)", "AMD Ryzen 7 5800X"), (Text(final, "status"), Text(final, "os_version"), Text(final, "processor")));
        Assert.False(final.TryGetProperty("python_packages", out _));
        var devices = final.GetProperty("devices");
        Assert.Equal(["cpu", "nvidia_dgpu", "amd_dgpu", "amd_igpu", "intel_gpu", "apple_gpu", "other_gpu", "npu"], HardwareBed.Names(devices));
        var cpu = devices.GetProperty("cpu");
        Assert.Equal((true, 8, 16, 4850), (cpu.GetProperty("available").GetBoolean(), Number(cpu, "cores"), Number(cpu, "threads"), Number(cpu, "max_clock_speed_mhz")));
        Assert.Equal("""{"available":true,"backend":"llama_cpp_cpu","version":"0.4.0"}""", Engine(cpu, "llamacpp-cpu"));
        Assert.Equal($$"""{"available":true,"backend":"bitnet_cpu","version":"{{HostVersion.Text}}"}""", Engine(cpu, "bitnet-cpu"));
        Assert.Equal("""{"available":false,"backend":"onnx_cpu","error":"This host has no such engine."}""", Engine(cpu, "onnx-cpu"));
        Assert.Equal("""{"available":false,"backend":"transformers_cpu","error":"This host has no such engine."}""", Engine(cpu, "transformers-cpu"));
        var card = devices.GetProperty("nvidia_dgpu")[0];
        Assert.Equal(("A card", 24, "550.54.15"), (Text(card, "name"), Number(card, "vram_gb"), Text(card, "driver_version")));
        Assert.Equal("""{"available":true,"backend":"llama_cpp_vulkan","version":"0.4.0","vram_gb":24}""", Engine(card, "llamacpp-vulkan"));
        Assert.Equal("""{"available":false,"backend":"llama_cpp_cuda","error":"This host has no such engine."}""", Engine(card, "llamacpp-cuda"));
        Assert.Equal("""{"available":false,"backend":"bitnet_gpu","error":"This host has no such engine."}""", Engine(card, "bitnet-gpu"));
        var npu = devices.GetProperty("npu");
        Assert.Equal((JsonValueKind.Null, false), (npu.GetProperty("name").ValueKind, npu.GetProperty("available").GetBoolean()));
        Assert.Equal("""{"available":false,"backend":"onnx_npu","error":"This host has no such engine."}""", Engine(npu, "onnx-npu"));
    }

    [Fact]
    public async Task Verbose_lists_no_python_packages_and_the_hosts_own_components()
    {
        await using var bed = new HardwareBed();

        var final = await bed.AskAsync("""{"action":"get_system_info","verbose":true}""");

        Assert.Equal("[]", final.GetProperty("python_packages").GetRawText());
        var components = final.GetProperty("components").EnumerateArray().Select(part => part.GetString()).ToList();
        Assert.Equal(components.Order(StringComparer.Ordinal), components);
        Assert.Contains("llama.cpp==0.4.0", components);
        Assert.Contains($"tabagent=={HostVersion.Text}", components);
    }

    [Fact]
    public async Task Devices_stand_under_their_makers()
    {
        await using var bed = new HardwareBed(look => look with
        {
            Graphics = new(
                [
                    new GraphicsDevice { Name = "card", Vendor = GraphicsVendor.Amd, SharesMemory = false },
                    new GraphicsDevice { Name = "inside", Vendor = GraphicsVendor.Amd, SharesMemory = true },
                    new GraphicsDevice { Name = "arc", Vendor = GraphicsVendor.Intel },
                    new GraphicsDevice { Name = "m2", Vendor = GraphicsVendor.Apple },
                    new GraphicsDevice { Name = "console" },
                ],
                null),
            Neural = new([new NeuralDevice("Intel NPU", "intel_vpu", "6.1")], null),
        });

        var devices = (await bed.AskAsync("""{"action":"get_system_info"}""")).GetProperty("devices");

        Assert.All(
            [("amd_dgpu", "card"), ("amd_igpu", "inside"), ("intel_gpu", "arc"), ("apple_gpu", "m2"), ("other_gpu", "console")],
            kind => Assert.Equal(kind.Item2, Text(devices.GetProperty(kind.Item1).EnumerateArray().Single(), "name")));
        Assert.Contains("llamacpp-metal", HardwareBed.Names(devices.GetProperty("apple_gpu")[0].GetProperty("inference_engines")));
        Assert.Contains("llamacpp-rocm", HardwareBed.Names(devices.GetProperty("amd_dgpu")[0].GetProperty("inference_engines")));
        Assert.Equal(("Intel NPU", true, "6.1"), (Text(devices.GetProperty("npu"), "name"), devices.GetProperty("npu").GetProperty("available").GetBoolean(), Text(devices.GetProperty("npu"), "driver_version")));
        Assert.NotEmpty(Text(devices.GetProperty("npu"), "power_mode_reason")!);
    }

    [Fact]
    public async Task While_the_engine_has_not_answered_nobody_knows_what_it_runs_on()
    {
        await using var bed = new HardwareBed(look => look with { Engine = new(null, "It is being looked for.", IsPending: true) });

        var final = await bed.AskAsync("""{"action":"get_system_info","verbose":true}""");

        Assert.Equal(
            """{"available":null,"backend":"llama_cpp_cpu","error":"It is being looked for."}""", Engine(final.GetProperty("devices").GetProperty("cpu"), "llamacpp-cpu"));
        Assert.Equal("""["engine"]""", final.GetProperty("pending").GetRawText());
    }

    [Fact]
    public async Task An_engine_that_cannot_be_loaded_is_not_available()
    {
        await using var bed = new HardwareBed(look => look with { Engine = new(null, "No library.") });

        var final = await bed.AskAsync("""{"action":"get_system_info"}""");

        Assert.Equal("""{"available":false,"backend":"llama_cpp_cpu","error":"No library."}""", Engine(final.GetProperty("devices").GetProperty("cpu"), "llamacpp-cpu"));
    }

    private static string Engine(JsonElement device, string name) => device.GetProperty("inference_engines").GetProperty(name).GetRawText();

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();

    private static double Number(JsonElement of, string name) => of.GetProperty(name).GetDouble();
}
