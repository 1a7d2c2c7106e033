using NativeHost.Devices;
using NativeHost.Hardware.Graphics;
using Xunit;

namespace NativeHost.Tests.Hardware;

/// <summary>Processes that list the engine's devices, played by a shell.</summary>
public sealed class EngineDeviceListTests
{
    private const string Told =
        """{"version":"0.4.0","devices":[{"name":"Vulkan0","description":"A card","engine":"llama_cpp_vulkan","kind":"Gpu","totalBytes":80,"freeBytes":70,"pciAddress":"0000:01:00.0"}]}""";

    [Fact]
    public async Task What_the_process_prints_are_the_devices()
    {
        var devices = await AskAsync($"printf '%s' '{Told}'");

        Assert.Equal("0.4.0", devices.Version);
        Assert.Equal(new EngineDevice("Vulkan0", "A card", "llama_cpp_vulkan", EngineDeviceKind.Gpu, 80, 70, "0000:01:00.0"), devices.Devices.Single());
    }

    [Fact]
    public async Task A_process_that_crashes_after_it_told_all_has_told_all()
        => Assert.Single((await AskAsync($"printf '%s' '{Told}'; kill -SEGV $$")).Devices);

    [Theory]
    [InlineData("echo starting >&2; echo no library >&2; exit 1", "ended with 1: no library")]
    [InlineData("kill -KILL $$", "ended with 137: it said nothing.")]
    [InlineData("printf '%s' '{\"version\":\"0.4.0\",\"dev'", "ended with 0: it said nothing.")]
    [InlineData("printf '%s' '{\"devices\":null}'", "ended with 0: it said nothing.")]
    public async Task A_process_that_does_not_tell_all_is_a_failure_that_says_its_last_words(string script, string words)
        => Assert.Contains(words, (await Assert.ThrowsAsync<IOException>(() => AskAsync(script))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_program_that_is_not_there_is_a_failure()
        => await Assert.ThrowsAsync<IOException>(() => new EngineDeviceList([Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())]).AskAsync(Patience.Token));

    [Fact]
    public async Task A_process_that_hangs_is_ended()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var timeout = Patience.Token;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(timeout);
        var asked = RunAsync($"echo $$ > '{file}.part'; mv '{file}.part' '{file}'; exec sleep 600", over.Token);
        while (!File.Exists(file))
        {
            await Task.Delay(1, timeout);
        }

        var pid = int.Parse(await File.ReadAllTextAsync(file, timeout), System.Globalization.CultureInfo.InvariantCulture);
        File.Delete(file);
        await over.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        while (IsRunning(pid))
        {
            await Task.Delay(1, timeout);
        }
    }

    [Fact]
    public async Task The_process_gets_no_token_and_no_foreign_libraries()
    {
        (string Name, string Value)[] variables = [("TABAGENT_TEST_SEEN", "seen"), ("HF_TEST_SECRET", "secret")];
        Array.ForEach(variables, variable => Environment.SetEnvironmentVariable(variable.Name, variable.Value));

        var devices = await AskAsync($"printf '%s' '{Told}' | sed \"s/A card/$TABAGENT_TEST_SEEN-$HF_TEST_SECRET/\"");

        Array.ForEach(variables, variable => Environment.SetEnvironmentVariable(variable.Name, null));
        Assert.Equal("seen-", devices.Devices.Single().Description);
    }

    private static Task<EngineDevices> AskAsync(string script) => RunAsync(script, Patience.Token);

    private static Task<EngineDevices> RunAsync(string script, CancellationToken cancellationToken)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell to play the process.");
        return new EngineDeviceList(["/bin/sh", "-c", script]).AskAsync(cancellationToken);
    }

    private static bool IsRunning(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
