using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Tests.Model;

/// <summary>The engine on processors that this one is not: this class again, in a process that the runtime keeps instructions from.</summary>
public sealed class InstructionSetTests
{
    /// <summary>Names the level that a process started here has to find best.</summary>
    private const string ExpectedLevel = "TABAGENT_TEST_KERNEL_LEVEL";

    private const int Tokens = 6;

    public static TheoryData<string, string> Legs => new()
    {
        { "DOTNET_EnableAVX512", $"{WithoutAvx512}" },
        { "DOTNET_EnableAVX2", $"{KernelLevel.Scalar}" },
        { "DOTNET_EnableHWIntrinsic", $"{KernelLevel.Scalar}" },
    };

    private static KernelLevel WithoutAvx512 => KernelLevels.IsSupported(KernelLevel.AvxVnni) ? KernelLevel.AvxVnni : KernelLevel.Avx2;

    [Theory]
    [MemberData(nameof(Legs))]
    public async Task A_process_without_some_instructions_computes_the_same(string variable, string level)
    {
        Assert.SkipUnless(Avx2.IsSupported, "These switches are of x86-64 processors with AVX2.");
        Assert.SkipWhen(Environment.GetEnvironmentVariable(ExpectedLevel) is not null, "This is such a process.");
        var assembly = typeof(InstructionSetTests).Assembly.GetName().Name!;
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? assembly + ".exe" : assembly))
        {
            ArgumentList = { "-class", typeof(InstructionSetTests).FullName!, "-noColor" },
            Environment = { [variable] = "0", [ExpectedLevel] = level },
            RedirectStandardOutput = true,
        };

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Patience.Token);
        await process.WaitForExitAsync(Patience.Token);

        Assert.True(process.ExitCode == 0, output);
        Assert.Contains("Total: 6, Errors: 0, Failed: 0, Skipped: 3,", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_level_is_the_one_that_the_processor_allows()
    {
        Assert.True(KernelLevels.IsSupported(KernelLevels.Best));
        Assert.Equal(Environment.GetEnvironmentVariable(ExpectedLevel) ?? $"{KernelLevels.Best}", $"{KernelLevels.Best}");
    }

    [Fact]
    public async Task The_first_tokens_of_the_demo_model_are_its_definitions()
    {
        int[] tokens = GoldenRun.Story()[4].Tokens[..Tokens];
        foreach (var (head, cache, tolerance) in ((HeadForm, CacheFormat, float)[])
            [(HeadForm.Half, CacheFormat.Half, 1e-4f), (HeadForm.Byte, CacheFormat.Half, 0.1f), (HeadForm.Half, CacheFormat.Byte, 0.2f)])
        {
            var expected = ExpectedLogits.Of(TestModels.Story, cache, tokens);
            using var model = await ModelUnderTest.OpenPackedAsync(TestModels.Story, new BitNetOptions { Head = head, Cache = cache }, threads: 2);

            var one = model.AppendEach(tokens);
            model.Rewind(0);
            var together = model.Append(tokens);

            for (var token = 0; token < tokens.Length; token++)
            {
                ExpectedLogits.AssertNear(expected[token], one[token], tolerance, $"{head} {cache}, after token {token}");
            }

            Assert.Equal(one[^1], together);
        }
    }

    [Fact]
    public async Task The_best_of_the_smallest_head_is_the_best()
    {
        int[] tokens = GoldenRun.Story()[4].Tokens[..Tokens];
        var expected = ExpectedLogits.Of(TestModels.Story, CacheFormat.Half, tokens);
        using var model = await ModelUnderTest.OpenPackedAsync(TestModels.Story, new BitNetOptions { Head = HeadForm.Nibble });

        var logits = model.AppendEach(tokens);

        for (var token = 0; token < tokens.Length; token++)
        {
            Assert.Equal(ExpectedLogits.Best(expected[token]), ExpectedLogits.Best(logits[token]));
            Assert.Equal(expected[token].Max(), logits[token].Max(), 1e-4f);
        }
    }
}
