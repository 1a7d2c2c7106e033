using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Tests.Downloads;
using Xunit;

namespace NativeHost.ModelCache.Tests.Matrix;

/// <summary>What a <see cref="PullProcess"/> does: not a test by itself.</summary>
public sealed class PullChild
{
    /// <summary>Has its <see cref="PullOrder"/>, as JSON.</summary>
    public const string Variable = "TABAGENT_TEST_PULL";

    private int _passed;

    [Fact(Explicit = true)]
    public async Task Pull()
    {
        var order = JsonSerializer.Deserialize(Environment.GetEnvironmentVariable(Variable)!, PullOrderJson.Default.PullOrder)!;
        var blobs = new BlobDownloadOptions { BlockSize = order.BlockSize, SpareDiskBytes = 0, AtPoint = point => Pass(order, point) };
        await using var log = new StreamWriter(order.Log) { AutoFlush = true };
        await using var bed = new PullBed(order.Hub, order.Home, new PullSetup { Blobs = blobs, Token = PullProcess.Token, Version = order.Version });
        var job = await bed.StartAsync(order.Address);
        var status = job.Status;
        while (status.IsActive)
        {
            await log.WriteLineAsync(status.DurableBytes.ToString(CultureInfo.InvariantCulture));
            status = await job.ChangedAsync(status, CancellationToken.None);
        }

        await log.WriteLineAsync($"{status.State} {status.Failure}");
        Assert.Equal((PullState.Completed, null), (status.State, status.Failure?.Message));
    }

    private void Pass(PullOrder order, string point)
    {
        if (point == order.DiesAt && Interlocked.Increment(ref _passed) == order.DiesAtNth)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
        }
    }
}
