using NativeHost.BitNet.Tests.Conversion;
using NativeHost.CommandLine;
using NativeHost.Gguf;
using Xunit;

namespace NativeHost.Tests.CommandLine;

public sealed class ConvertCommandTests : IDisposable
{
    private readonly CheckpointFolder _checkpoint = new CheckpointFolder().With(CheckpointForms.Packed, "BitNetForCausalLM", CheckpointForms.Offline);
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    private string Target => Path.Combine(_checkpoint.Root, "model.gguf");

    public void Dispose()
    {
        _checkpoint.Dispose();
        _output.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public async Task A_checkpoint_becomes_a_model_file_and_progress_is_told_beside_the_output()
    {
        Assert.Equal(ExitCodes.Ok, await RunAsync(_checkpoint.Root, Target));

        Assert.Equal("bitnet-b1.58", GgufFile.Read(Target).Architecture);
        Assert.StartsWith(Target, _output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith($"90 %{Environment.NewLine}100 %{Environment.NewLine}", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_there_is_replaced_by_force_only()
    {
        await File.WriteAllTextAsync(Target, "old", TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Usage, await RunAsync(_checkpoint.Root, Target));
        Assert.Equal("old", await File.ReadAllTextAsync(Target, TestContext.Current.CancellationToken));
        Assert.Equal(ExitCodes.Ok, await RunAsync(_checkpoint.Root, Target, "--force"));
        Assert.Equal("bitnet-b1.58", GgufFile.Read(Target).Architecture);
    }

    [Fact]
    public async Task A_checkpoint_that_is_not_ternary_fails_with_its_reason()
    {
        using var dense = new CheckpointFolder().With(CheckpointForms.Masters, "LlamaForCausalLM", quantization: null);

        Assert.Equal(ExitCodes.Failed, await RunAsync(dense.Root, Target));

        Assert.Contains("not ternary", _errors.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task A_folder_that_lacks_something_fails_with_its_name()
    {
        File.Delete(Path.Combine(_checkpoint.Root, "tokenizer.json"));

        Assert.Equal(ExitCodes.Failed, await RunAsync(_checkpoint.Root, Target));
        Assert.Contains("tokenizer.json", _errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, await RunAsync(Path.Combine(_checkpoint.Root, "nowhere"), Target));
    }

    private Task<int> RunAsync(params string[] arguments)
        => ConvertCommand.Create(_output, _errors).Parse(arguments).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
}
