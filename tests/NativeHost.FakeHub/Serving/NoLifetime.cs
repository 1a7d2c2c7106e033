using Microsoft.Extensions.Hosting;

namespace NativeHost.Testing;

/// <summary>Leaves the signals of the process alone: the usual lifetime would catch them from the tests.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
