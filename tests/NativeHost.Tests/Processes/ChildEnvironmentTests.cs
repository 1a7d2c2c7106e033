using NativeHost.Processes.Starting;
using Xunit;

namespace NativeHost.Tests.Processes;

/// <summary>What processes that we start know of the environment.</summary>
public sealed class ChildEnvironmentTests
{
    [Fact]
    public void Windows_gets_variables_in_order_and_with_zeros_behind_them()
        => Assert.Equal("a=1\0B=x=y\0Path=\0\0", ChildEnvironment.BlockOf(["Path=", "B=x=y", "a=1"]));

    [Fact]
    public void Nothing_is_a_block_as_well() => Assert.Equal("\0", ChildEnvironment.BlockOf([]));

    [Theory]
    [InlineData("HF_TOKEN", true, false, false)]
    [InlineData("HUGGING_FACE_HUB_TOKEN", true, false, false)]
    [InlineData("Path", true, true, true)]
    [InlineData("SystemRoot", true, true, true)]
    [InlineData("DISPLAY", true, false, true)]
    [InlineData("TABAGENT_HOME", true, true, false)]
    [InlineData("LD_PRELOAD", false, false, false)]
    [InlineData("AWS_SECRET_ACCESS_KEY", false, false, false)]
    public void Each_gets_what_it_needs(string variable, bool broker, bool worker, bool program)
        => Assert.Equal(
            (broker, worker, program),
            (ChildEnvironment.Keeps(variable), ChildEnvironment.KeepsForWorker(variable), ChildEnvironment.KeepsForProgram(variable)));
}
