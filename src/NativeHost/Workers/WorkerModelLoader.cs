using System.Diagnostics;
using NativeHost.Inference;
using NativeHost.Logging;
using NativeHost.Processes.Starting;

namespace NativeHost.Workers;

/// <summary>Loads each model into a process of its own.</summary>
/// <param name="program">The worker's executable and arguments.</param>
internal sealed class WorkerModelLoader(IReadOnlyList<string> program, HostLog log, TimeProvider time) : IModelLoader
{
    public TimeProvider Time { get; } = time;

    /// <summary>How long a worker may hang. A step over a long prompt takes minutes on a slow machine, and says nothing meanwhile.</summary>
    public HangPatience Patience { get; init; } = new(
        Stop: TimeSpan.FromSeconds(10), Silence: TimeSpan.FromMinutes(10), Pause: TimeSpan.FromSeconds(1));

    public async Task<IModelHost> LoadAsync(
        string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
    {
        var (link, loaded) = await StartAsync(path, options, progress, cancellationToken);
        return new WorkerModelHost(this, path, options, link, loaded);
    }

    /// <summary>Starts a worker and lets it load a model. Where that fails or is cancelled, the process is gone.</summary>
    public async Task<(WorkerLink Link, LoadedReport Loaded)> StartAsync(
        string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
    {
        WorkerLink? link = null;
        try
        {
#pragma warning disable CA2000 // Either the caller gets it, or the finally below disposes of it.
            link = new WorkerLink(await WorkerProcess.StartAsync(StartInfo()), log);
#pragma warning restore CA2000
            var loading = link;
            await using var watch = Time.CreateTimer(_ => loading.Watch(Patience), null, Patience.Pause, Patience.Pause);
            var loaded = await link.LoadAsync(path, options, progress, cancellationToken);
            log.WorkerStarted(link.ProcessId);
            var started = (link, loaded);
            link = null;
            return started;
        }
        finally
        {
            if (link is not null)
            {
                await link.EndAsync();
                link.Dispose();
            }
        }
    }

    private ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(program[0], program.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,

            // llama.cpp's libraries look for others there: it must not be a folder that strangers write to.
            WorkingDirectory = AppContext.BaseDirectory,
        };
        ChildEnvironment.RestrictToWorker(start);
        return start;
    }
}
