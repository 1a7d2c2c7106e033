using System.Diagnostics;

namespace NativeHost.Benchmarks.Downloads;

/// <summary>This program again, as the process of a <see cref="DownloadChild"/>.</summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>The command line's first word.</summary>
    public const string Word = "download-child";

    /// <summary>What a child prints when it only waits for the start.</summary>
    public const string Ready = "ready";

    // As the host's own configuration has them.
    private static readonly (string Name, string Value)[] HostSettings =
    [
        ("DOTNET_TieredPGO", "0"),
        ("DOTNET_TC_QuickJitForLoops", "0"),
        ("DOTNET_ThreadPool_UnfairSemaphoreSpinLimit", "0"),
        ("DOTNET_ThreadPool_ForceMinWorkerThreads", "8"),
    ];

    // OpenSSL's own switch: bit 29 of the second word of what the processor can do.
    private static readonly (string Name, string Value) NoHashInstructions = ("OPENSSL_ia32cap", ":~0x20000000");

    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    /// <summary>Processor time so far, while it runs.</summary>
    public TimeSpan Processor => ChildFigures.ProcessorOf(_process);

    /// <summary>Starts one and waits until it is ready.</summary>
    /// <param name="isPlain">Without the processor's instructions for SHA-256.</param>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<ChildProcess> StartAsync(bool isPlain, params string[] words)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Word, .. words]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in isPlain ? [.. HostSettings, NoHashInstructions] : HostSettings)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("A child did not start.");
        return await process.StandardOutput.ReadLineAsync() == Ready
            ? new ChildProcess(process)
            : throw new InvalidOperationException($"The child {words[0]} failed.");
    }

    /// <summary>Lets it do its work, and waits for its end.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task<ChildFigures> RunAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("A child failed.");
        await _process.WaitForExitAsync();
        return ChildFigures.Parse(line);
    }

    public void Dispose() => _process.Dispose();
}
