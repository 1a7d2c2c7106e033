using System.Buffers.Binary;
using System.Text.Json;
using NativeHost.Inference;
using NativeHost.Workers;

namespace NativeHost.Tests.Workers;

/// <summary>Reports as a shell that plays a worker makes them: commands, each of which writes one.</summary>
internal sealed class ShellReports : IDisposable
{
    private static readonly ModelCard Card = new("llama", null, "scripted", 1, 1, 1, 1, 0, 0, 0, null, []);

    private readonly string _folder = Directory.CreateTempSubdirectory("tabagent-worker-").FullName;
    private int _count;

    /// <summary>Says that it is of this version and that the model is loaded.</summary>
    public string Loaded => Of(new WorkerReport(0) { Version = HostVersion.Text }) + LoadedOnly;

    /// <summary>Says that the model is loaded, and no version.</summary>
    public string LoadedOnly => Of(new WorkerReport(0) { Loaded = new LoadedReport(Card, 1) });

    public string Of(WorkerReport report)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(report, WorkerJson.Default.WorkerReport);
        var frame = new byte[sizeof(int) + json.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, json.Length);
        json.CopyTo(frame, sizeof(int));
        var file = Path.Combine(_folder, $"report{_count++}");
        File.WriteAllBytes(file, frame);
        return $"cat '{file}'; ";
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
