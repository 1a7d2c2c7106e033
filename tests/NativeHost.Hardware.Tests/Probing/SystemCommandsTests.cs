using NativeHost.Hardware.Probing;
using Xunit;

namespace NativeHost.Hardware.Tests.Probing;

public sealed class SystemCommandsTests
{
    private const string Shell = "/bin/sh";

    [Fact]
    public async Task What_a_program_prints_comes_back_in_no_language()
    {
        Assert.SkipUnless(File.Exists(Shell), "There is no shell.");

        Assert.Equal("C\n", await new SystemCommands().RunAsync(Shell, ["-c", "echo $LC_ALL"], Patience.Token));
    }

    [Theory]
    [InlineData("echo words; echo complaint >&2; exit 3", "sh ended with 3: complaint")]
    [InlineData("echo words; exit 9", "sh ended with 9: words")]
    public async Task A_program_that_fails_is_a_failure_with_its_own_words(string script, string message)
    {
        Assert.SkipUnless(File.Exists(Shell), "There is no shell.");

        var failure = await Assert.ThrowsAsync<IOException>(() => new SystemCommands().RunAsync(Shell, ["-c", script], Patience.Token));

        Assert.Equal(message, failure.Message);
    }

    [Fact]
    public void The_first_program_that_is_there_is_found_and_no_other()
    {
        var here = Environment.ProcessPath!;

        Assert.Equal(here, new SystemCommands().Find([here + ".not", here, Shell]));
        Assert.Null(new SystemCommands().Find([here + ".not"]));
    }

    [Fact]
    public void Files_and_folders_that_are_not_there_have_nothing()
    {
        var nowhere = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        Assert.Null(new SystemFiles().Read(nowhere));
        Assert.Empty(new SystemFiles().Names(nowhere));
    }
}
