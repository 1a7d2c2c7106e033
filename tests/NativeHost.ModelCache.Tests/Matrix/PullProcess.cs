using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace NativeHost.ModelCache.Tests.Matrix;

/// <summary>A program that pulls a model into a cache, and that can be killed at any time.</summary>
internal sealed class PullProcess : IDisposable
{
    public const string Token = "hf_SecretOfTheMatrixAndOfNobodyElse1234";

    private readonly PullOrder _order;
    private readonly Process _process;

    private PullProcess(PullOrder order, Process process) => (_order, _process) = (order, process);

    /// <summary>Says, line by line, how many bytes it had, and in the end how it ended.</summary>
    public string Log => _order.Log;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Whether it was killed, by itself or by others: as Unix and as Windows say it.</summary>
    public bool WasKilled => _process.ExitCode is > 128 or -1;

    /// <summary>What of a request's user agent names it.</summary>
    public string Version => _order.Version;

    public static PullProcess Start(PullOrder order)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(PullProcess).Assembly.Location);
        }

        foreach (var word in new[] { "-noColor", "-explicit", "only", "-method", $"{typeof(PullChild).FullName}.{nameof(PullChild.Pull)}" })
        {
            start.ArgumentList.Add(word);
        }

        start.Environment[PullChild.Variable] = JsonSerializer.Serialize(order, PullOrderJson.Default.PullOrder);
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        start.Environment["DOTNET_SYSTEM_IO_DISABLEFILELOCKING"] = order.IsWithoutLocks ? "1" : "0";
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new PullProcess(order, process);
    }

    /// <summary>Bytes that it said it had, in order.</summary>
    public IReadOnlyList<long> Told()
        => [.. File.ReadLines(Log).Where(line => long.TryParse(line, out _)).Select(line => long.Parse(line, CultureInfo.InvariantCulture))];

    public Task EndAsync() => _process.WaitForExitAsync(Patience.Token);

    /// <summary>Kills it as nothing can be answered to.</summary>
    /// <returns>Whether it was alive.</returns>
    public async Task<bool> KillAsync()
    {
        _process.Kill();
        await EndAsync();
        return WasKilled;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
